/** Pictures that are here more than once: seen side by side, and made one. */

import "@/i18n/doubles";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Check, Star } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api";
import { bytes, count, day, pixels } from "@/lib/format";
import { Button, buttonClass, cx, Empty } from "@/ui";
import { doubles, looked, merge, part, type Group } from "./api";

export default function Doubles() {
  const { t } = useTranslation(["doubles", "ui"]);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(doubles);
  const { data: seen } = useQuery(looked);
  const groups = data?.pages.flatMap(({ items }) => items);
  if (error && !groups) {
    return (
      <Empty title={t("title")} actions={<Button onClick={() => void refetch()}>{t("ui:retry")}</Button>} className="h-full">
        {error instanceof Problem ? error.message : null}
      </Empty>
    );
  }
  return (
    <main className="h-full overflow-auto">
      <div className="mx-auto flex max-w-6xl flex-col gap-4 px-6 py-6 max-md:px-3 max-md:py-4">
        <header className="flex flex-col gap-1">
          <h1 className="text-xl font-semibold">{t("title")}</h1>
          <p className="max-w-prose text-sm text-fg-2">{t("text")}</p>
          {seen !== undefined && seen.due > 0 && <p className="text-sm text-fg-3">{t("looking", { n: count(seen.due) })}</p>}
        </header>
        {groups === undefined ? (
          <div role="status" aria-label={t("loading")} className="flex flex-col gap-4">
            <div className="skeleton h-56 rounded-lg" />
            <div className="skeleton h-56 rounded-lg" />
          </div>
        ) : groups.length === 0 ? (
          <Empty
            title={t("none")}
            className="pt-[10vh]"
            actions={
              <Link to="/library" className={buttonClass()}>
                {t("back")}
              </Link>
            }
          >
            {t("noneText")}
          </Empty>
        ) : (
          groups.map((group) => <Doubled key={group.key} group={group} />)
        )}
        {hasNextPage && (
          <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage} className="self-center">
            {t("more")}
          </Button>
        )}
      </div>
    </main>
  );
}

function Doubled({ group }: { group: Group }) {
  const { t } = useTranslation("doubles");
  const navigate = useNavigate();
  const [keep, setKeep] = useState(group.keep);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const others = group.items.map(({ asset }) => asset.id).filter((id) => id !== keep && !left.has(id));
  const title = group.items[0]!.asset.title;
  const most = (value: (item: Group["items"][number]) => number) => Math.max(...group.items.map(value));
  const widest = most(({ asset }) => asset.width * asset.height);
  const heaviest = most(({ asset }) => asset.bytes);
  const differ = (value: (item: Group["items"][number]) => number) => new Set(group.items.map(value)).size > 1;
  const doing = async (act: () => Promise<void>) => {
    setBusy(true);
    await act();
    setBusy(false);
  };
  return (
    <section aria-label={t("group", { title })} className="rounded-lg border border-line bg-panel p-4 max-md:p-3">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-sm font-medium">
          {title} <span className="ml-1 text-xs font-normal text-fg-3">{group.same ? t("same") : t("alike")}</span>
        </h2>
        <Button size="sm" look="ghost" disabled={busy} onClick={() => void doing(() => part(group.items.map(({ asset }) => asset.id)))}>
          {t("apart")}
        </Button>
        <Button size="sm" look="primary" disabled={busy || others.length === 0} onClick={() => void doing(() => merge(keep, others))}>
          {t("merge", { count: others.length })}
        </Button>
      </div>
      <ul className="flex flex-wrap gap-3">
        {group.items.map((item) => {
          const { asset } = item;
          const on = asset.id === keep;
          return (
            <li key={asset.id} className={cx("flex w-52 flex-col gap-2 rounded-md border p-2 max-md:w-[calc(50%-6px)]", on ? "border-ring bg-accent-soft" : "border-line")}>
              <button type="button" aria-label={t("open", { title: asset.title })} onClick={() => void navigate({ to: ".", search: (now: object) => ({ ...now, view: asset.id }) })} className="block aspect-[4/3] overflow-hidden rounded-sm bg-canvas">
                <img src={`${asset.thumbnail}?size=512`} alt="" loading="lazy" className={cx("size-full object-contain", asset.facts["alpha"] === true && "checkered")} />
              </button>
              <dl className="num flex flex-col gap-0.5 text-xs text-fg-2">
                <dd className={cx(differ((one) => one.asset.width * one.asset.height) && asset.width * asset.height === widest && "font-semibold text-fg")}>{pixels(asset.width, asset.height)}</dd>
                <dd className={cx(differ((one) => one.asset.bytes) && asset.bytes === heaviest && "font-semibold text-fg")}>{`${(asset.type.split("/")[1] ?? "").toUpperCase()}, ${bytes(asset.bytes)}`}</dd>
                <dd>{day(asset.created_at)}</dd>
                <dd>{item.uses > 0 ? t("uses", { count: item.uses }) : t("unused")}</dd>
                {asset.rating !== null && (
                  <dd className="flex items-center gap-1">
                    <Star size={12} className="fill-current" aria-hidden />
                    {t("rating", { count: asset.rating })}
                  </dd>
                )}
                {asset.tags.length > 0 && <dd className="truncate" title={asset.tags.join(", ")}>{asset.tags.join(", ")}</dd>}
                {asset.id === group.keep && <dd className="text-accent-text">{t("proposed", { why: t(`why.${group.why}`) })}</dd>}
              </dl>
              <Button size="sm" {...(on ? { look: "primary" as const } : {})} aria-pressed={on} onClick={() => setKeep(asset.id)} className="mt-auto">
                {on && <Check size={14} aria-hidden />}
                {on ? t("kept") : t("keep")}
              </Button>
              {!on && group.items.length > 2 && (
                <label className="flex min-h-6 items-center gap-2 text-xs text-fg-2 coarse:min-h-11">
                  <input type="checkbox" aria-label={t("leave", { title: asset.title })} checked={left.has(asset.id)} onChange={() => setLeft((before) => new Set(before.has(asset.id) ? [...before].filter((id) => id !== asset.id) : [...before, asset.id]))} />
                  {t("left")}
                </label>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
