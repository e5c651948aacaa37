/** The same request side by side: what came of each, looked at together, voted on, and kept as one picture. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft, Image, OctagonX, Trash2, Vote as Ballot, ZoomIn } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache, comparisonOf, comparisonsOf, credits, Problem, type Asset, type Comparison } from "@/api";
import { useStage, useZoomActions, ZoomBar } from "@/features/compare";
import { said } from "@/features/forms";
import { count, dollars, moment, price } from "@/lib/format";
import { onFinished } from "@/live/news";
import { useActions, type Action } from "@/shell/actions";
import { Button, Empty, IconButton, Progress, say } from "@/ui";
import { asPicture, restore, stop } from "./api";
import { Cells } from "./Cells";
import { Own } from "./Own";
import { Tally } from "./Tally";
import { Vote } from "./Vote";

/** What the address says where all of them are listed. */
export const ALL = "all";

export default function Comparisons({ id }: { id: string }) {
  return id === ALL ? <List /> : <One key={id} id={id} />;
}

function useClose(): () => void {
  const navigate = useNavigate();
  return () => void navigate({ to: "/create", search: (now) => ({ ...now, compare: undefined }) });
}

function Bar({ children, onBack }: { children: React.ReactNode; onBack: () => void }) {
  const { t } = useTranslation("comparison");
  return (
    <div className="sticky top-0 left-0 z-10 flex min-h-12 shrink-0 flex-wrap items-center gap-1.5 bg-bg/92 px-5 py-1.5 backdrop-blur-md max-md:px-3">
      <IconButton label={t("back")} onClick={onBack} className="-ml-2">
        <ArrowLeft size={17} aria-hidden />
      </IconButton>
      {children}
    </div>
  );
}

function List() {
  const { t } = useTranslation("comparison");
  const navigate = useNavigate();
  const [trash, setTrash] = useState(false);
  const found = useQuery(comparisonsOf(trash)).data;
  return (
    <section aria-label={t("earlier")} className="min-h-0 min-w-0 overflow-auto bg-bg">
      <Bar onBack={useClose()}>
        <h2 className="mr-auto text-sm font-semibold">{trash ? t("own.trash") : t("earlier")}</h2>
        <Button size="sm" look="ghost" aria-pressed={trash} onClick={() => setTrash(!trash)}>
          <Trash2 size={14} aria-hidden />
          {t("own.trash")}
        </Button>
      </Bar>
      {found?.items.length === 0 && (
        <Empty title={trash ? t("own.empty") : t("none")} className="py-[10vh]">
          {trash ? t("own.emptyText") : t("noneText")}
        </Empty>
      )}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(240px,1fr))] gap-2.5 px-5 pt-2 pb-10 max-md:grid-cols-1 max-md:px-3 max-md:pb-40">
        {found?.items.map((one) => (
          <li key={one.id} className="relative">
            <button
              type="button"
              onClick={() => void navigate({ to: "/create", search: (now) => ({ ...now, compare: one.id }) })}
              className="block w-full overflow-hidden rounded-lg border border-line bg-panel text-left hover:border-line-2"
            >
              <span className="grid h-20 grid-cols-4 gap-px bg-line" aria-hidden>
                {one.cells.slice(0, 4).map((cell) => {
                  const asset = pictureOf(cell.run?.outputs);
                  return <span key={cell.place} className="overflow-hidden bg-hover">{asset && <img src={`${asset.thumbnail}?size=256`} alt="" loading="lazy" className="size-full object-cover" />}</span>;
                })}
              </span>
              <span className="block p-2.5 pr-10">
                <span className="line-clamp-2 text-sm font-medium">{one.title}</span>
                <span className="num mt-0.5 block text-xs text-fg-3">
                  {[one.axes.map((axis) => said(axis.title)).join(" × "), moment(one.created_at), price(one.whole.spent)].join(" · ")}
                </span>
              </span>
            </button>
            <div className="absolute right-1.5 bottom-1.5">
              <Own comparison={one} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function pictureOf(outputs: readonly Asset[] | undefined): Asset | undefined {
  return outputs?.find((asset) => asset.deleted_at === null && asset.kind === "image");
}

function One({ id }: { id: string }) {
  const { t } = useTranslation("comparison");
  const { data, error } = useQuery(comparisonOf(id));
  const close = useClose();
  // What a run made and cost counts in the whole.
  useEffect(
    () =>
      onFinished((run) => {
        const known = cache.getQueryData(comparisonOf(id).queryKey);
        if (known?.cells.some((cell) => cell.run?.id === run)) void cache.invalidateQueries({ queryKey: ["comparison", id] });
      }),
    [id],
  );
  if (error instanceof Problem) {
    return (
      <section aria-label={t("title")} className="min-h-0 overflow-auto bg-bg">
        <Empty title={error.message} className="py-[10vh]" actions={<Button onClick={close}>{t("back")}</Button>} />
      </section>
    );
  }
  if (!data) return <section aria-label={t("title")} className="m-5"><div className="skeleton h-64" /></section>;
  return <Shown comparison={data} onClose={close} />;
}

function Shown({ comparison, onClose }: { comparison: Comparison; onClose: () => void }) {
  const { t } = useTranslation(["comparison", "ui"]);
  const navigate = useNavigate();
  const [zooming, setZooming] = useState(false);
  const [voting, setVoting] = useState(false);
  const [saving, setSaving] = useState(false);
  const working = comparison.state === "working";
  const pictures = comparison.cells.flatMap((cell) => pictureOf(cell.run?.outputs) ?? []);
  const first = pictures[0];
  const gone = comparison.deleted_at !== null;
  const save = async () => {
    setSaving(true);
    const run = await asPicture(comparison.id);
    setSaving(false);
    const made = run?.outputs[0];
    if (!made) return;
    void cache.invalidateQueries({ queryKey: credits.queryKey });
    say({ title: t("saved"), action: { label: t("show"), perform: () => void navigate({ to: ".", search: (now) => ({ ...now, view: made.id }) }) } });
  };
  useActions(
    useMemo<Action[]>(
      () => [
        { id: "comparison.vote", name: t("vote"), icon: Ballot, disabled: gone || pictures.length < 2, perform: () => setVoting(true) },
        { id: "comparison.image", name: t("image"), icon: Image, disabled: gone || pictures.length === 0 || saving, perform: () => void save() },
        { id: "comparison.stop", name: t("stop"), icon: OctagonX, disabled: !working, perform: () => void stop(comparison.id) },
      ],
      [t, gone, pictures.length, saving, working, comparison.id], // eslint-disable-line react-hooks/exhaustive-deps -- `save` is made of these
    ),
  );
  const { whole } = comparison;
  return (
    <section aria-label={t("title")} className="flex min-h-0 min-w-0 flex-col bg-bg max-md:overflow-y-auto max-md:pb-40">
      <Bar onBack={onClose}>
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-sm font-semibold">{comparison.title}</h2>
          <p className="num truncate text-xs text-fg-3">
            {[
              t("ready", { made: count(whole.made), cells: count(whole.cells) }),
              ...(whole.spent > 0 ? [t("spent", { amount: dollars(whole.spent) })] : []),
              ...(whole.cost != null && whole.cost > 0 ? [t("cost", { amount: dollars(whole.cost) })] : []),
            ].join(" · ")}
          </p>
        </div>
        {working && (
          <Button size="sm" look="ghost" onClick={() => void stop(comparison.id)}>
            <OctagonX size={14} aria-hidden />
            {t("stop")}
          </Button>
        )}
        {first && (
          <IconButton label={t("zoom")} on={zooming} onClick={() => setZooming(!zooming)}>
            <ZoomIn size={16} aria-hidden />
          </IconButton>
        )}
        <Button size="sm" disabled={gone || pictures.length < 2} onClick={() => setVoting(true)}>
          <Ballot size={14} aria-hidden />
          {t("vote")}
        </Button>
        <Button size="sm" disabled={gone || pictures.length === 0 || saving} onClick={() => void save()}>
          <Image size={14} aria-hidden />
          {t("image")}
        </Button>
        <Button size="sm" look="ghost" onClick={() => void navigate({ to: "/create", search: (now) => ({ ...now, compare: ALL }) })} className="max-md:hidden">
          {t("list")}
        </Button>
        <Own comparison={comparison} onGone={onClose} />
      </Bar>
      {gone && (
        <p role="status" className="mx-5 mb-2 flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3 py-2 text-sm max-md:mx-3">
          <span className="mr-auto">{t("own.gone")}</span>
          <Button size="sm" onClick={() => void restore(comparison.id)}>
            {t("own.restore")}
          </Button>
        </p>
      )}
      {working && <Progress value={whole.cells > 0 ? whole.made / whole.cells : 0} label={t("title")} className="mx-5 mb-2 max-md:mx-3" />}
      {zooming && first ? <Together key={comparison.id} comparison={comparison} first={first} /> : <Cells comparison={comparison} />}
      {(comparison.votes > 0 || whole.accepted > 0) && <Tally comparison={comparison} />}
      {voting && <Vote comparison={comparison} onClose={() => setVoting(false)} />}
    </section>
  );
}

/** One camera for all: what is looked at in one is looked at in each. */
function Together({ comparison, first }: { comparison: Comparison; first: Asset }) {
  const stage = useStage(first, { insets: { top: 0, right: 0, bottom: 0, left: 0 } });
  useActions(useZoomActions(stage.camera));
  return (
    <div className="relative flex min-h-0 flex-1 flex-col max-md:min-h-auto max-md:flex-none">
      <Cells comparison={comparison} stage={stage} />
      <div className="pointer-events-none absolute inset-x-2 bottom-3 flex justify-center *:pointer-events-auto max-md:bottom-4">
        <ZoomBar camera={stage.camera} />
      </div>
    </div>
  );
}
