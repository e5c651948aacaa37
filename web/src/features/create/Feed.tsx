/** What came of it: run after run, the newest first; or all pictures in one grid. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { LayoutGrid, Rows3 } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { runsOf, type Asset } from "@/api";
import type { Form } from "@/features/forms";
import { count, dollars } from "@/lib/format";
import { Empty, IconButton, Segment } from "@/ui";
import { RunCard } from "./RunCard";
import { sessionStart } from "./session";
import { Tile, useOpen } from "./Tile";

interface View {
  scope: "session" | "all";
  grid: boolean;
}
const useView = create<View>()(persist((): View => ({ scope: "session", grid: false }), { name: "gesso.feed" }));

interface FeedProps {
  ops: readonly string[];
  form: Form;
  picked: Asset | null;
  onPick: (asset: Asset) => void;
}

export function Feed({ ops, form, picked, onPick }: FeedProps) {
  const { t } = useTranslation("create");
  const { scope, grid } = useView();
  const found = useInfiniteQuery(runsOf(ops));
  const every = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const runs = useMemo(() => (scope === "all" ? every : every.filter((run) => Date.parse(run.created_at) >= sessionStart)), [every, scope]);
  const assets = runs.flatMap((run) => run.outputs).filter((asset) => asset.deleted_at === null);
  const spent = runs.reduce((sum, run) => sum + run.spent, 0);
  const end = useRef<HTMLDivElement>(null);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = found;
  const wantsMore = scope === "all" || runs.length === every.length;
  useEffect(() => {
    if (!end.current || !hasNextPage || !wantsMore) return;
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && !isFetchingNextPage && void fetchNextPage(), { rootMargin: "800px" });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, wantsMore]);
  return (
    <section aria-label={t("results")} className="min-h-0 min-w-0 overflow-auto bg-bg">
      <div className="sticky top-0 z-10 flex h-12 items-center gap-2.5 bg-bg/92 px-5 backdrop-blur-md max-md:px-3">
        <Segment
          label={t("scope.title")}
          hideLabel
          value={scope}
          onChange={(value) => useView.setState({ scope: value as View["scope"] })}
          items={[
            { value: "session", label: t("scope.session") },
            { value: "all", label: t("scope.all") },
          ]}
          className="w-[200px] max-md:w-[176px]"
        />
        <span className="num truncate text-xs text-fg-3 max-md:hidden">
          {t("images", { count: assets.length, n: count(assets.length) })}
          {spent > 0 && ` · ${t("spent", { amount: dollars(spent) })}`}
        </span>
        <div className="ml-auto flex gap-1">
          <IconButton label={t("view.feed")} on={!grid} onClick={() => useView.setState({ grid: false })}>
            <Rows3 size={16} aria-hidden />
          </IconButton>
          <IconButton label={t("view.grid")} on={grid} onClick={() => useView.setState({ grid: true })}>
            <LayoutGrid size={16} aria-hidden />
          </IconButton>
        </div>
      </div>
      <div className="px-5 pt-2 pb-10 max-md:px-3 max-md:pb-40">
        {found.isPending ? (
          <Skeleton />
        ) : runs.length === 0 ? (
          <Beginning form={form} more={every.length > 0} />
        ) : grid ? (
          <Grid assets={assets} picked={picked} onPick={onPick} />
        ) : (
          <div className="flex flex-col gap-8">
            {runs.map((run) => (
              <RunCard key={run.id} run={run} form={form} picked={picked} onPick={onPick} />
            ))}
          </div>
        )}
        <div ref={end} className="h-px" />
      </div>
    </section>
  );
}

function Grid({ assets, picked, onPick }: { assets: readonly Asset[]; picked: Asset | null; onPick: (asset: Asset) => void }) {
  const open = useOpen(assets);
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(180px,1fr))] gap-2.5 max-md:grid-cols-2">
      {assets.map((asset) => (
        <Tile key={asset.id} asset={asset} on={picked?.id === asset.id} onPick={onPick} onOpen={open} square />
      ))}
    </div>
  );
}

function Skeleton() {
  return (
    <div>
      <div className="skeleton mb-3 h-9 w-2/3" />
      <div className="grid grid-cols-4 gap-2.5 max-md:grid-cols-2">
        {[1, 2, 3, 4].map((n) => (
          <div key={n} className="skeleton aspect-square !rounded-lg" />
        ))}
      </div>
    </div>
  );
}

const FAN = ["/starters/flowers.webp", "/starters/lighthouse.webp", "/starters/ridges.webp"];
const IDEAS = ["lighthouse", "ridges", "flowers", "city"] as const;

function Beginning({ form, more }: { form: Form; more: boolean }) {
  const { t } = useTranslation("create");
  return (
    <Empty
      title={t("empty.title")}
      pictures={FAN}
      className="py-[8vh]"
      actions={
        <>
          <div className="grid grid-cols-2 gap-2 text-left max-[480px]:grid-cols-1">
            {IDEAS.map((idea) => (
              <button
                key={idea}
                type="button"
                onClick={() => {
                  form.set("prompt", t(`ideas.${idea}.prompt`));
                  document.querySelector<HTMLElement>("[data-prompt]")?.focus();
                }}
                className="rounded-lg border border-line bg-panel p-3.5 text-left hover:border-line-2"
              >
                <span className="block text-sm font-medium">{t(`ideas.${idea}.title`)}</span>
                <span className="mt-0.5 block text-xs text-fg-3">{t(`ideas.${idea}.prompt`)}</span>
              </button>
            ))}
          </div>
          {more && (
            <button type="button" onClick={() => useView.setState({ scope: "all" })} className="mt-5 min-h-8 rounded-sm px-2 text-sm font-medium text-accent-text hover:bg-hover">
              {t("empty.earlier")}
            </button>
          )}
        </>
      }
    >
      {t("empty.text")}
    </Empty>
  );
}

