/** What was made here, with what, by whom, how well and for how much. */

import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, Sparkles } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { me, operations, Problem } from "@/api";
import { said } from "@/features/forms/said";
import "@/i18n/keeping";
import { count, day, dollars, percent } from "@/lib/format";
import type { AnalyticsSearch } from "@/shell/router";
import { Button, cx, Empty, Menu, Segment, Select } from "@/ui";
import { Chart, colourOf, Legend, Table, type Bar } from "./Chart";
import { daysAgo, figuresOf, RANGES, stacked, STUDIOS, type Figures, type Group } from "./figures";

const ALL = "";
const BY = ["day", "studio", "operation", "model", "person"] as const;

export default function Analytics() {
  const { t } = useTranslation(["keeping", "ui"]);
  const search: AnalyticsSearch = useSearch({ from: "/inside/analytics" });
  const navigate = useNavigate();
  const change = (next: AnalyticsSearch) => void navigate({ to: "/analytics", replace: true, search: (now: AnalyticsSearch) => ({ ...now, ...next }) });
  const range = RANGES.find((one) => one === search.days) ?? "30";
  const asked = { since: daysAgo(Number(range) - 1), studio: search.studio, person: search.person };
  const { data: found, error, refetch } = useQuery({ ...figuresOf(asked), placeholderData: keepPreviousData });
  const everybody = useQuery({ ...figuresOf({ since: asked.since }), placeholderData: keepPreviousData }).data?.people ?? [];
  const file = (by: string) => `/api/analytics/csv?${new URLSearchParams({ by, since: asked.since, ...(asked.studio ? { studio: asked.studio } : {}), ...(asked.person ? { person: asked.person } : {}) }).toString()}`;
  const save = (by: string) => {
    const link = document.createElement("a");
    link.href = file(by);
    link.download = "";
    link.click();
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what is longer than the page is scrolled by keys too
    <main tabIndex={0} className="h-full min-h-0 overflow-auto bg-bg -outline-offset-2">
      <div className="mx-auto flex max-w-[1120px] flex-col gap-4 px-6 py-6 max-md:px-4 max-md:py-4">
        <div className="flex flex-wrap items-end gap-3">
          <Segment label={t("analytics.range")} hideLabel value={range} onChange={(days) => change({ days })} items={RANGES.map((value) => ({ value, label: t(`analytics.ranges.${value}`) }))} className="w-80 max-sm:w-full" />
          <Select
            label={t("analytics.studio")}
            hideLabel
            value={search.studio ?? ALL}
            onChange={(value) => change({ studio: value === ALL ? undefined : value })}
            items={[{ value: ALL, label: t("analytics.everything") }, ...STUDIOS.map((value) => ({ value, label: t(`studios.${value}`) }))]}
            className="w-48 max-sm:flex-1"
          />
          {everybody.length > 1 && (
            <Select
              label={t("analytics.person")}
              hideLabel
              value={search.person ?? ALL}
              onChange={(value) => change({ person: value === ALL ? undefined : value })}
              items={[{ value: ALL, label: t("analytics.everybody") }, ...everybody.map((one) => ({ value: one.key, label: one.title ?? one.key }))]}
              className="w-48 max-sm:flex-1"
            />
          )}
          <div className="ml-auto max-sm:ml-0">
            <Menu
              placement="bottom-end"
              trigger={
                <Button>
                  <Download size={15} aria-hidden />
                  {t("analytics.csv")}
                </Button>
              }
              items={BY.map((by) => ({ id: by, label: nameOf(by, t), onSelect: () => save(by) }))}
            />
          </div>
        </div>
        {error && !found ? (
          <Empty title={t("analytics.empty")} actions={<Button onClick={() => void refetch()}>{t("ui:retry")}</Button>}>
            {error instanceof Problem ? error.message : null}
          </Empty>
        ) : found ? (
          <Shown found={found} />
        ) : (
          <>
            <div className="skeleton h-24" />
            <div className="skeleton h-64" />
          </>
        )}
      </div>
    </main>
  );
}

type Say = ReturnType<typeof useTranslation<["keeping", "ui"]>>["t"];

function nameOf(by: (typeof BY)[number], t: Say): string {
  if (by === "day") return t("analytics.volume", { step: t("analytics.steps.day") });
  return { studio: t("analytics.studios"), operation: t("analytics.runs"), model: t("analytics.models"), person: t("analytics.people") }[by];
}

function Shown({ found }: { found: Figures }) {
  const { t } = useTranslation(["keeping", "ui"]);
  const navigate = useNavigate();
  const who = useSuspenseQuery(me).data;
  const known = useSuspenseQuery(operations).data;
  const { total } = found;
  if (total.made === 0 && total.runs === 0) {
    return (
      <Empty
        title={t("analytics.empty")}
        actions={
          <Button look="primary" onClick={() => void navigate({ to: "/create", search: {} })}>
            <Sparkles size={16} aria-hidden />
            {t("studios.create")}
          </Button>
        }
        className="pt-[10vh]"
      >
        {t("analytics.emptyText")}
      </Empty>
    );
  }
  const studio = (key: string) => t(`studios.${key as "create"}`);
  const offers = new Map(known.flatMap((operation) => operation.offers.map((offer) => [offer.id, said(offer.title)] as const)));
  return (
    <>
      <dl className="grid grid-cols-5 gap-3 max-lg:grid-cols-3 max-sm:grid-cols-2">
        <Tile name={t("analytics.made")} value={count(total.made)} more={t("analytics.ofRuns", { count: total.runs, n: count(total.runs) })} />
        <Tile name={t("analytics.spent")} value={dollars(total.spent)} more={total.made > 0 && total.spent > 0 ? t("analytics.each", { price: dollars(total.spent / total.made) }) : ""} />
        <Tile name={t("analytics.success")} value={total.success === null ? "–" : percent(total.success)} more={total.failed > 0 ? `${t("analytics.failed")}: ${count(total.failed)}` : ""} />
        <Tile name={t("analytics.favourites")} value={count(total.favourites)} more={total.made > 0 ? t("analytics.share", { share: percent(total.favourites / total.made) }) : ""} />
        <Tile name={t("analytics.lookedAt")} value={count(found.looked_at.views)} more={t("analytics.lookedAtMore", { downloads: count(found.looked_at.downloads), uses: count(found.looked_at.uses) })} />
      </dl>
      <Volume found={found} studio={studio} />
      <Cost found={found} />
      <div className="grid grid-cols-2 gap-4 max-lg:grid-cols-1">
        <Groups title={t("analytics.studios")} groups={found.studios} name={(group) => studio(group.key)} colour />
        <Groups title={t("analytics.models")} groups={found.models} name={(group) => offers.get(group.key) ?? group.key} />
        <Groups title={t("analytics.people")} groups={found.people} name={(group) => (group.key === who.user ? t("analytics.yours") : (group.title ?? group.key))} />
        {found.top.length > 0 && (
          <section className="min-w-0 rounded-lg border border-line bg-panel p-4">
            <h3 className="text-sm font-semibold">{t("analytics.top")}</h3>
            <ul className="mt-2 -mb-1">
              {found.top.map(({ asset, views }) => (
                <li key={asset.id}>
                  <button type="button" onClick={() => void navigate({ to: ".", search: (now: object) => ({ ...now, view: asset.id }) })} className="-mx-2 flex w-[calc(100%+16px)] items-center gap-3 rounded-md px-2 py-1 text-left hover:bg-hover coarse:min-h-11">
                    <img src={`${asset.thumbnail}?size=256`} alt="" loading="lazy" className="size-8 shrink-0 rounded-xs bg-hover object-cover" />
                    <span className="min-w-0 flex-1 truncate text-xs">{asset.title}</span>
                    <span className="num shrink-0 text-xs text-fg-2">{t("analytics.views", { count: views, n: count(views) })}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <p className="text-xs text-fg-3">{t("analytics.money")}</p>
    </>
  );
}

function Tile({ name, value, more }: { name: string; value: string; more: string }) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-panel px-4 py-3">
      <dt className="text-xs font-medium text-fg-2">{name}</dt>
      <dd className="num mt-1">
        <span className="block truncate text-xl font-semibold tracking-[-.02em]">{value}</span>
        <span className="block min-h-4 truncate text-2xs text-fg-3" title={more}>
          {more}
        </span>
      </dd>
    </div>
  );
}

function Volume({ found, studio }: { found: Figures; studio: (key: string) => string }) {
  const { t } = useTranslation("keeping");
  const peak = found.points.reduce((most, point) => (point.made > most.made ? point : most), found.points[0]!);
  const bars = found.points.map(
    (point): Bar => ({ key: point.start, name: day(point.start), total: point.made, tip: count(point.made), blocks: stacked(point).map((block) => ({ ...block, colour: colourOf(block.studio) })) }),
  );
  const there = STUDIOS.filter((one) => found.points.some((point) => (point.studios[one] ?? 0) > 0));
  return (
    <Chart
      title={t("analytics.volume", { step: t(`analytics.steps.${found.step}`) })}
      label={t("analytics.volumeLabel", { n: count(found.total.made), since: day(found.since), until: day(found.until), peak: day(peak.start), most: count(peak.made) })}
      bars={bars}
      said={(value) => (Number.isInteger(value) ? count(value) : "")}
      legend={<Legend studios={there} said={studio} />}
      table={
        <Table
          heads={[t("analytics.start"), t("analytics.made"), t("analytics.runs"), t("analytics.failed"), ...there.map(studio)]}
          rows={found.points.map((point) => [point.start, day(point.start), count(point.made), count(point.runs), count(point.failed), ...there.map((one) => count(point.studios[one] ?? 0))])}
        />
      }
    />
  );
}

function Cost({ found }: { found: Figures }) {
  const { t } = useTranslation("keeping");
  if (found.total.spent === 0) return null;
  const peak = found.points.reduce((most, point) => (point.spent > most.spent ? point : most), found.points[0]!);
  return (
    <Chart
      title={t("analytics.cost", { step: t(`analytics.steps.${found.step}`) })}
      label={t("analytics.costLabel", { amount: dollars(found.total.spent), since: day(found.since), until: day(found.until), peak: day(peak.start), most: dollars(peak.spent) })}
      bars={found.points.map((point) => ({ key: point.start, name: day(point.start), total: point.spent, tip: dollars(point.spent), blocks: point.spent > 0 ? [{ colour: "var(--ring)", from: 0, to: point.spent }] : [] }))}
      said={dollars}
      table={<Table heads={[t("analytics.start"), t("analytics.spent"), t("analytics.runs")]} rows={found.points.map((point) => [point.start, day(point.start), dollars(point.spent), count(point.runs)])} />}
    />
  );
}

function Groups({ title, groups, name, colour = false }: { title: string; groups: readonly Group[]; name: (group: Group) => string; colour?: boolean }) {
  const { t } = useTranslation("keeping");
  if (groups.length === 0) return null;
  const most = Math.max(1, ...groups.map((group) => group.made));
  const cell = (group: Group): ReactNode => (
    <span className="block min-w-24">
      <span className="block truncate">{name(group)}</span>
      <span aria-hidden className="mt-1 block h-1 rounded-full bg-hover">
        <span className="block h-full rounded-full" style={{ width: `${(group.made / most) * 100}%`, backgroundColor: colour ? colourOf(group.key) : "var(--fg-3)" }} />
      </span>
    </span>
  );
  return (
    <section className={cx("min-w-0 rounded-lg border border-line bg-panel p-4", "[--chart-l:.58] dark:[--chart-l:.76]")}>
      <h3 className="text-sm font-semibold">{title}</h3>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls can be reached by the keyboard */}
      <div tabIndex={0} role="region" aria-label={title} className="mt-2 max-h-80 overflow-auto -outline-offset-2">
        <Table
          heads={[t("analytics.name"), t("analytics.made"), t("analytics.favourites"), t("analytics.success"), t("analytics.spent")]}
          rows={groups.map((group) => [group.key, cell(group), count(group.made), count(group.favourites), group.success === null ? "–" : percent(group.success), dollars(group.spent)])}
        />
      </div>
    </section>
  );
}
