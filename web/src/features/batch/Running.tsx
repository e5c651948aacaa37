/** While it runs, and after: how far it is, what it costs, every row; and what can be done about it. */

import "@/i18n/batch";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronDown, Copy, Download, Gauge, Grid2x2, LayoutTemplate, OctagonX, Pause, Play, RotateCcw, Rows3, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Batch, type BatchRow } from "@/api";
import { said } from "@/features/forms";
import { count, dollars, duration, moment, price } from "@/lib/format";
import { patient } from "@/lib/later";
import { useActions, type Action } from "@/shell/actions";
import { Button, cx, Dialog, IconButton, Menu, say, Sure, type MenuItem } from "@/ui";
import { again, download, limit, remove, retry, rowsOf, tell, type Limits } from "./api";
import { Head } from "./Head";
import { Pace } from "./Options";
import { countOf, draftOf, ENDED, FILTERS, madeOf, wantedOf, type Filter } from "./plan";
import { LINE, Rows } from "./Rows";
import { Bar, StateWord } from "./States";

const RowDialog = lazy(patient(() => import("./RowDialog")));
const Templates = lazy(patient(() => import("./Templates")));

export default function Running({ batch }: { batch: Batch }) {
  const { t } = useTranslation(["batch", "ui"]);
  const navigate = useNavigate();
  const { data: known } = useSuspenseQuery(operations);
  const [chosen, setFilter] = useState<Filter>("all");
  // A filter that shows nothing any more is none.
  const filter = countOf(batch, chosen) > 0 ? chosen : "all";
  const [grid, setGrid] = useState(false);
  const [row, setRow] = useState<BatchRow | null>(null);
  const [asking, setAsking] = useState<"cancel" | "remove" | null>(null);
  const [pacing, setPacing] = useState(false);
  const [keeping, setKeeping] = useState(false);
  const [busy, setBusy] = useState(false);
  const ended = ENDED.has(batch.state);
  const goes = batch.state === "running" && !batch.stopping;
  const wanted = useMemo(() => wantedOf(draftOf(batch), batch.columns.map(({ name }) => name), known), [batch, known]);
  const limits: Limits = { title: batch.title, cap: batch.cap, priority: batch.priority, at_once: batch.at_once, per_minute: batch.per_minute };
  const doing = async (call: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    await call();
    setBusy(false);
  };
  const over = async (which: "transient" | "failed" | "refused" | "all") => {
    const rows = await retry(batch.id, which);
    if (rows !== undefined) say({ title: t("retry.said", { count: rows, n: count(rows) }) });
  };
  const copy = async () => {
    const made = await again(batch, wanted);
    if (made) void navigate({ to: "/batch/$id", params: { id: made.id } });
  };
  const lost = batch.failed + batch.refused + batch.cancelled;
  const retries: MenuItem[] = [
    ...(batch.failed > 0
      ? [
          { id: "failed", label: t("retry.failed", { count: batch.failed, n: count(batch.failed) }), onSelect: () => void over("failed") },
          { id: "transient", label: t("retry.transient"), onSelect: () => void over("transient") },
        ]
      : []),
    ...(batch.refused > 0 ? [{ id: "refused", label: t("retry.refused", { count: batch.refused, n: count(batch.refused) }), onSelect: () => void over("refused") }] : []),
    ...(lost > batch.failed && lost > batch.refused ? [{ id: "all", label: t("retry.all", { count: lost, n: count(lost) }), onSelect: () => void over("all") }] : []),
  ];
  const path = `/api/batches/${batch.id}`;
  const downloads: (MenuItem | "-")[] = [
    { id: "zip", label: t("download.zip"), disabled: batch.succeeded === 0, onSelect: () => download(`${path}/archive`) },
    "-",
    { id: "csv", label: t("download.csv"), onSelect: () => download(`${path}/manifest?format=csv`) },
    { id: "jsonl", label: t("download.jsonl"), onSelect: () => download(`${path}/manifest?format=jsonl`) },
    { id: "corrected", label: t("download.corrected"), disabled: batch.invalid + batch.failed + batch.refused === 0, onSelect: () => download(`${path}/corrected`) },
  ];
  useActions(
    useMemo<Action[]>(
      () => [
        { id: "batch.pause", name: t("pause"), group: t("title"), icon: Pause, keys: "p", disabled: !goes, perform: () => void tell(batch.id, "pause") },
        { id: "batch.resume", name: t("resume"), group: t("title"), icon: Play, keys: "p", disabled: batch.state !== "paused", perform: () => void tell(batch.id, "start") },
        { id: "run", name: t("canary.go"), group: t("title"), icon: Play, keys: "mod+enter", disabled: batch.state !== "canary", perform: () => void tell(batch.id, "release") },
        { id: "batch.retry", name: t("retry.open"), group: t("title"), icon: RotateCcw, keys: "r", disabled: batch.failed === 0, perform: () => void over("failed") },
        { id: "batch.grid", name: t("view.grid"), group: t("title"), icon: Grid2x2, keys: "v", on: grid, perform: () => setGrid((now) => !now) },
      ],
      [t, goes, batch.id, batch.state, batch.failed, grid], // eslint-disable-line react-hooks/exhaustive-deps -- `over` is made of these
    ),
  );
  return (
    <main className="flex h-full min-h-0 flex-col overflow-auto bg-bg [overflow-anchor:none]">
      <Head batch={batch} title={batch.title} onTitle={(title) => void limit(batch.id, { ...limits, title })}>
        {goes && (
          <Button size="sm" disabled={busy} onClick={() => void doing(() => tell(batch.id, "pause"))}>
            <Pause size={14} aria-hidden />
            {t("pause")}
          </Button>
        )}
        {batch.state === "paused" && (
          <Button size="sm" look="primary" disabled={busy} onClick={() => void doing(() => tell(batch.id, "start"))}>
            <Play size={14} aria-hidden />
            {t("resume")}
          </Button>
        )}
        {retries.length > 0 && !batch.stopping && (
          <Menu
            placement="bottom-end"
            items={retries}
            trigger={
              <Button size="sm">
                <RotateCcw size={14} aria-hidden />
                <span className="max-md:sr-only">{t("retry.open")}</span>
                <ChevronDown size={13} className="text-fg-3" aria-hidden />
              </Button>
            }
          />
        )}
        <Menu
          placement="bottom-end"
          items={downloads}
          trigger={
            <Button size="sm" look={batch.state === "succeeded" ? "primary" : "default"}>
              <Download size={14} aria-hidden />
              <span className="max-md:sr-only">{t("download.open")}</span>
              <ChevronDown size={13} aria-hidden />
            </Button>
          }
        />
        <IconButton label={t("pace.title")} onClick={() => setPacing(true)}>
          <Gauge size={16} aria-hidden />
        </IconButton>
        {!ended && (
          <IconButton label={t("cancel")} disabled={batch.stopping} onClick={() => setAsking("cancel")}>
            <OctagonX size={16} aria-hidden />
          </IconButton>
        )}
        {ended && (
          <>
            <Button size="sm" disabled={busy} onClick={() => void doing(copy)}>
              <Copy size={14} aria-hidden />
              <span className="max-md:sr-only">{t("again.do")}</span>
            </Button>
            <IconButton label={t("templates.open")} onClick={() => setKeeping(true)}>
              <LayoutTemplate size={16} aria-hidden />
            </IconButton>
            <IconButton label={t("remove.do")} onClick={() => setAsking("remove")}>
              <Trash2 size={16} aria-hidden />
            </IconButton>
          </>
        )}
      </Head>
      <Stand batch={batch} />
      {batch.state === "canary" && <Canary batch={batch} onRow={setRow} />}
      <div className="sticky top-0 z-10 flex shrink-0 items-center gap-2 border-b border-line bg-bg/92 px-4 py-2 backdrop-blur-md max-md:px-3">
        <div role="group" aria-label={t("filters")} className="flex min-w-0 flex-1 gap-1 overflow-x-auto py-0.5 [scrollbar-width:none]">
          {FILTERS.filter((one) => one === "all" || countOf(batch, one) > 0).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={filter === one}
              onClick={() => setFilter(one)}
              className="num flex min-h-7 shrink-0 items-center gap-1.5 rounded-full border border-line px-2.5 text-xs font-medium text-fg-2 -outline-offset-2 hover:border-line-2 hover:text-fg aria-pressed:border-transparent aria-pressed:bg-active aria-pressed:text-fg coarse:min-h-10"
            >
              {t(one === "all" ? "all" : `rowState.${one}`)}
              <span className="font-normal">{count(countOf(batch, one))}</span>
            </button>
          ))}
        </div>
        <IconButton size="sm" label={t("view.table")} on={!grid} onClick={() => setGrid(false)}>
          <Rows3 size={15} aria-hidden />
        </IconButton>
        <IconButton size="sm" label={t("view.grid")} keys="v" on={grid} onClick={() => setGrid(true)}>
          <Grid2x2 size={15} aria-hidden />
        </IconButton>
      </div>
      {!grid && (
        <div aria-hidden className={cx(LINE, "shrink-0 border-b border-line px-4 py-1.5 text-2xs font-medium text-fg-3 max-md:hidden")}>
          <span>{t("heads.row")}</span>
          <span />
          <span>{t("heads.what")}</span>
          <span>{t("heads.state")}</span>
          <span className="text-right">{t("heads.cost")}</span>
        </div>
      )}
      <div className={cx("pb-6", grid && "p-4 max-md:p-3")}>
        <Rows key={`${filter}${String(grid)}`} batch={batch} filter={filter} grid={grid} onOpen={setRow} />
      </div>
      <Suspense>
        {row && <RowDialog key={row.place} batch={batch} row={row} onClose={() => setRow(null)} />}
        {keeping && <Templates wanted={wanted} onClose={() => setKeeping(false)} />}
      </Suspense>
      {pacing && <Pacing batch={batch} limits={limits} onClose={() => setPacing(false)} />}
      <Sure title={t("cancelSure.title")} text={t("cancelSure.text")} act={t("cancel")} open={asking === "cancel"} onClose={() => setAsking(null)} onSure={() => void tell(batch.id, "cancel")} />
      <Sure
        title={t("remove.title", { title: batch.title })}
        text={t("remove.text")}
        act={t("remove.do")}
        open={asking === "remove"}
        onClose={() => setAsking(null)}
        onSure={() => void remove(batch.id).then((gone) => (gone ? navigate({ to: "/batch" }) : undefined))}
      />
    </main>
  );
}

/** How far it is, in one bar and one line of words. */
function Stand({ batch }: { batch: Batch }) {
  const { t } = useTranslation("batch");
  const { data: known } = useSuspenseQuery(operations);
  const ended = ENDED.has(batch.state);
  const counts = (["succeeded", "failed", "refused", "unknown", "cancelled", "running"] as const).filter((one) => batch[one] > 0);
  const seconds = batch.begun_at !== null && batch.ended_at !== null ? (Date.parse(batch.ended_at) - Date.parse(batch.begun_at)) / 1000 : null;
  return (
    <section aria-label={t("progress")} className="shrink-0 px-5 pt-4 pb-3 max-md:px-3">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <p role="status" className="text-md font-semibold">
          <StateWord batch={batch} />
        </p>
        <p className="num text-sm text-fg-2">{t("done", { n: count(batch.succeeded), of: count(madeOf(batch)) })}</p>
        <p className="num ml-auto text-sm">
          <strong className="font-semibold">{batch.spent > 0 || batch.price > 0 ? dollars(batch.spent) : price(0)}</strong>
          {batch.price > 0 && <span className="text-fg-2">{` ${t("ofPrice", { amount: dollars(batch.price) })}`}</span>}
          {batch.held > 0 && !ended && <span className="text-fg-3">{` · ${t("held", { amount: dollars(batch.held) })}`}</span>}
          {batch.cap !== null && <span className="text-fg-3">{` · ${t("cap", { amount: dollars(batch.cap) })}`}</span>}
        </p>
      </div>
      <Bar batch={batch} className="mt-2.5" />
      <div className="num mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-fg-2">
        {counts.map((one) => (
          <span key={one} className={one === "failed" ? "text-bad" : one === "refused" || one === "unknown" ? "text-warn" : ""}>
            {t(`counts.${one}`, { count: batch[one], n: count(batch[one]) })}
          </span>
        ))}
        <span className="text-fg-3">{batch.steps.map(({ op }) => said(known.find((each) => each.op === op)?.title ?? op)).join(" → ")}</span>
        <span className="ml-auto text-fg-3">
          {batch.state === "running" && batch.left !== null
            ? t("left", { time: duration(batch.left) })
            : ended && batch.ended_at !== null
              ? [moment(batch.ended_at), ...(seconds !== null ? [t("took", { time: duration(seconds) })] : [])].join(" · ")
              : ""}
        </span>
      </div>
      {batch.note !== "" && (
        <p role="alert" className="mt-2 rounded-md bg-warn-soft px-3 py-2 text-sm">
          {said(batch.note)}
        </p>
      )}
    </section>
  );
}

/** The first rows are there: they are looked at before the others are paid for. */
function Canary({ batch, onRow }: { batch: Batch; onRow: (row: BatchRow) => void }) {
  const { t } = useTranslation("batch");
  const navigate = useNavigate();
  const rows = (useQuery(rowsOf(batch.id, "all", 0, 24)).data?.items ?? []).filter(({ state }) => state !== "waiting" && state !== "invalid" && state !== "twin");
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await tell(batch.id, "release");
    setBusy(false);
  };
  return (
    <section aria-labelledby="canary" className="mx-5 mb-4 shrink-0 rounded-lg border border-line bg-panel p-4 max-md:mx-3">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-52 flex-1">
          <h3 id="canary" className="text-sm font-semibold">
            {t("canary.title", { count: rows.length, n: count(rows.length) })}
          </h3>
          <p className="text-xs text-fg-2">{t("canary.text")}</p>
        </div>
        <Button look="primary" disabled={busy} onClick={() => void go()}>
          <Play size={15} aria-hidden />
          {t("canary.rest", { count: batch.waiting, n: count(batch.waiting) })}
        </Button>
      </div>
      <ul className="mt-3 grid grid-cols-[repeat(auto-fill,minmax(220px,1fr))] gap-2.5 max-md:grid-cols-2">
        {rows.map((row) => {
          const [result] = row.outputs;
          return (
            <li key={row.place}>
              <button
                type="button"
                aria-label={t("row.name", { n: count(row.place + 1) })}
                onClick={() => (result ? void navigate({ to: ".", search: (now: object) => ({ ...now, view: result.id }) }) : onRow(row))}
                className="relative block aspect-square w-full overflow-hidden rounded-md border border-line hover:border-line-2"
              >
                {result ? <img src={`${result.thumbnail}?size=512`} alt="" className="checkered size-full object-contain" /> : <span className="grid size-full place-items-center bg-sunken p-3 text-xs text-fg-2">{row.error?.message ?? t(`rowState.${row.state}`)}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Pacing({ batch, limits, onClose }: { batch: Batch; limits: Limits; onClose: () => void }) {
  const { t } = useTranslation(["batch", "ui"]);
  const [wanted, setWanted] = useState(limits);
  return (
    <Dialog
      title={t("pace.title")}
      open
      onClose={onClose}
      className="w-[420px] max-w-full"
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button look="primary" onClick={() => void limit(batch.id, wanted).then((done) => done && onClose())}>
            {t("pace.save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Pace paced={wanted} onChange={(more) => setWanted((now) => ({ ...now, ...more }))} />
        <p className="text-xs text-fg-3">{t("pace.text")}</p>
      </div>
    </Dialog>
  );
}
