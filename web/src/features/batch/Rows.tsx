/** All rows, however many: what each is, how it stands, what it cost, what came of it. Only what is seen is read. */

import "@/i18n/batch";
import { useQueries } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleHelp, Ellipsis, PencilLine, RotateCcw } from "lucide-react";
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Batch, BatchRow } from "@/api";
import { said } from "@/features/forms";
import { sequenceOf, setSequence } from "@/features/viewer/sequence";
import { count, dollars, price } from "@/lib/format";
import { useMedia } from "@/lib/media";
import { cx, Menu, type MenuItem } from "@/ui";
import { mend, PAGE, resolve, retry, rowsOf } from "./api";
import { countOf, fedBy, isAsset, textOf, type Filter } from "./plan";
import { Sign } from "./States";
import { pagesOf, useWindow } from "./window";

const TALL = 60;
const PHONE_TALL = 68;
/** The side of a picture in the grid, at least. */
const SIDE = 176;
const GAP = 10;
const WORDS_TALL = 30;
/** Until what flies by is asked for. */
const REST_MS = 90;

interface RowsProps {
  batch: Batch;
  filter: Filter;
  grid: boolean;
  onOpen: (row: BatchRow) => void;
}

export function Rows({ batch, filter, grid, onOpen }: RowsProps) {
  const { t } = useTranslation("batch");
  const phone = useMedia("(max-width: 767px)");
  const list = useRef<HTMLDivElement>(null);
  const total = countOf(batch, filter);
  const lineTall = phone ? PHONE_TALL : TALL;
  const across = useCallback((width: number) => (grid ? Math.max(2, Math.floor((width + GAP) / ((phone ? 140 : SIDE) + GAP))) : 1), [grid, phone]);
  const tall = useCallback((width: number) => (grid ? Math.floor((width - (across(width) - 1) * GAP) / across(width)) + WORDS_TALL + GAP : lineTall), [grid, across, lineTall]);
  const { first, end, width } = useWindow(list, total, tall, across);
  const columns = across(width);
  const height = tall(width);
  const span = useMemo(() => ({ first: first * columns, end: Math.min(total, end * columns) }), [first, end, columns, total]);
  const rows = useRead(batch.id, filter, pagesOf(span, PAGE));
  const open = useOpenResult(rows);
  const shown = Array.from({ length: Math.max(0, span.end - span.first) }, (_, index) => span.first + index);
  // The list goes by its arrows; Tab goes on to the next thing.
  const keyed = (event: KeyboardEvent) => {
    const step = { ArrowDown: columns, ArrowUp: -columns, ...(grid ? { ArrowRight: 1, ArrowLeft: -1 } : {}) }[event.key];
    const at = (event.target as Element).closest<HTMLElement>("[data-row]")?.dataset["row"];
    if (step === undefined || at === undefined || !(event.target as Element).matches("[data-main]")) return;
    const next = list.current?.querySelector<HTMLElement>(`[data-row="${Number(at) + step}"] [data-main]`);
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const heads = useKeys(batch);
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- its buttons have the focus; the arrows only go between them
    <div onKeyDown={keyed}>
      <div ref={list} role="list" aria-label={t("rowsLabel")} aria-busy={rows.size === 0 && total > 0} className="relative" style={{ height: Math.ceil(total / columns) * height }}>
        {width > 0 &&
          shown.map((at) => {
            const row = rows.get(at);
            const style = grid
              ? { top: Math.floor(at / columns) * height, left: (at % columns) * ((width + GAP) / columns), width: (width - (columns - 1) * GAP) / columns, height: height - GAP }
              : { top: at * height, left: 0, width, height };
            return (
              <div key={at} role="listitem" data-row={at} aria-setsize={total} aria-posinset={at + 1} className="absolute" style={{ ...style, contain: "strict" }}>
                {row ? grid ? <Tile row={row} onOpen={open} onRow={onOpen} /> : <Line {...{ batch, row, phone, heads }} onOpen={open} onRow={onOpen} /> : <Blank grid={grid} />}
              </div>
            );
          })}
      </div>
    </div>
  );
}

/** The rows of these pages, by their places in the list. While it flies by, nothing is asked for. */
function useRead(id: string, filter: Filter, pages: readonly number[]): ReadonlyMap<number, BatchRow> {
  const text = pages.join();
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  // The first look waits for nothing.
  const wanted = (rested === "" ? text : rested).split(",").filter(Boolean).map(Number);
  return useQueries({
    queries: wanted.map((page) => rowsOf(id, filter, page)),
    combine: useCallback((answers: { data?: { items: BatchRow[] } | undefined }[]) => new Map(answers.flatMap(({ data }, index) => (data?.items ?? []).map((row, at): [number, BatchRow] => [wanted[index]! * PAGE + at, row]))), [wanted.join()]), // eslint-disable-line react-hooks/exhaustive-deps -- by its words
  });
}

/** Into the viewer, with what stands before and after it in the list. */
function useOpenResult(rows: ReadonlyMap<number, BatchRow>): (asset: string) => void {
  const navigate = useNavigate();
  const now = useRef(rows);
  now.current = rows;
  return useCallback(
    (asset: string) => {
      setSequence(sequenceOf([...now.current.values()].flatMap((row) => row.outputs.map(({ id }) => id))));
      void navigate({ to: ".", search: (before: object) => ({ ...before, view: asset }) });
    },
    [navigate],
  );
}

/** The columns by which a row is known: what it is asked for first, then the others. */
function useKeys(batch: Batch): readonly string[] {
  return useMemo(() => {
    const fed = fedBy(batch.columns, 0);
    const first = ["prompt", "text", "image"].map((field) => fed.get(field)).find((name) => name !== undefined);
    const names = batch.columns.map(({ name }) => name);
    return first === undefined ? names : [first, ...names.filter((name) => name !== first)];
  }, [batch.columns]);
}

interface LineProps {
  batch: Batch;
  row: BatchRow;
  phone: boolean;
  heads: readonly string[];
  onOpen: (asset: string) => void;
  onRow: (row: BatchRow) => void;
}

export const LINE = "grid grid-cols-[3rem_2.75rem_minmax(0,1.3fr)_minmax(0,1fr)_5.5rem_2.25rem] items-center gap-3 max-md:grid-cols-[2.75rem_minmax(0,1fr)_2.75rem]";

const Line = memo(function Line({ batch, row, phone, heads, onOpen, onRow }: LineProps) {
  const { t } = useTranslation("batch");
  const [result] = row.outputs;
  const picture = heads.map((name) => textOf(row.data[name])).find(isAsset);
  const cells = heads.map((name) => textOf(row.data[name])).filter((text) => text !== "" && !isAsset(text));
  const name = t("row.name", { n: count(row.place + 1) });
  const state = said(row.state === "failed" || row.state === "refused" || row.state === "unknown" || (row.state === "cancelled" && row.error) ? (row.error ? row.error.message : t(`rowState.${row.state}`)) : row.state === "invalid" ? row.problems.filter(({ kind }) => kind === "error").map(({ column, field, message }) => [column || field, message].filter(Boolean).join(": ")).join("; ") || t("rowState.invalid") : t(`rowState.${row.state}`));
  const steps = batch.steps.length > 1 && (row.state === "running" || row.state === "waiting") && row.step > 0 ? t("row.step", { n: row.step + 1, of: batch.steps.length }) : "";
  return (
    <div className={cx(LINE, "h-full border-b border-line px-4 text-sm hover:bg-hover max-md:px-3")}>
      <span className="num text-xs text-fg-3 max-md:hidden">{count(row.place + 1)}</span>
      <Thumb row={row} source={picture} />
      <button
        type="button"
        data-main
        onClick={() => (result ? onOpen(result.id) : onRow(row))}
        className="flex h-full min-w-0 flex-col justify-center rounded-sm text-left -outline-offset-2"
      >
        <span className="block truncate font-medium">
          <span className="sr-only">{`${name}: `}</span>
          {cells[0] ?? (result ? result.title : name)}
        </span>
        {!phone && <span className="sr-only">{t(`rowState.${row.state}`)}</span>}
        {phone ? (
          <span className={cx("num flex items-center gap-1.5 truncate text-xs", row.state === "failed" || row.state === "invalid" ? "text-bad" : "text-fg-2")}>
            <Sign row={row} size={13} />
            <span className="truncate">{[state, steps, ...(row.spent > 0 ? [dollars(row.spent)] : [])].filter(Boolean).join(" · ")}</span>
          </span>
        ) : (
          cells.length > 1 && <span className="block truncate text-xs text-fg-3">{cells.slice(1).join(" · ")}</span>
        )}
      </button>
      <span className="flex min-w-0 items-center gap-2 max-md:hidden">
        <Sign row={row} />
        <span title={state} className={cx("line-clamp-2 text-xs", row.state === "failed" || row.state === "invalid" ? "text-bad" : "text-fg-2")}>
          {[state, steps].filter(Boolean).join(" · ")}
        </span>
      </span>
      <span className={cx("num text-right text-xs max-md:hidden", row.spent > 0 || row.state === "succeeded" ? "" : "text-fg-3")}>{row.spent > 0 ? dollars(row.spent) : row.state === "invalid" || row.state === "twin" ? "–" : price(row.price)}</span>
      <More batch={batch} row={row} onRow={onRow} />
    </div>
  );
});

function Thumb({ row, source }: { row: BatchRow; source: string | undefined }) {
  const [result] = row.outputs;
  const src = result ? `${result.thumbnail}?size=256` : source !== undefined ? `/api/assets/${source.trim()}/thumbnail?size=256` : undefined;
  return (
    <span className="relative size-11 overflow-hidden rounded-sm border border-line">
      {src !== undefined ? <img src={src} alt="" loading="lazy" className={cx("checkered size-full object-cover", !result && "opacity-40")} /> : <span className="grid size-full place-items-center bg-sunken"><Sign row={row} /></span>}
      {row.outputs.length > 1 && <span className="num absolute right-0 bottom-0 rounded-tl-xs bg-overlay px-1 text-2xs font-medium">{row.outputs.length}</span>}
    </span>
  );
}

/** What can be done with one row. */
export function useRowActs(batch: Batch, row: BatchRow): MenuItem[] {
  const { t } = useTranslation("batch");
  const over = row.state === "failed" || row.state === "refused" || row.state === "cancelled";
  const run = row.state === "unknown" ? row.run : null;
  const again = async () => {
    // What was made is made anew with the same cells, by another run.
    if (row.state === "succeeded" && !(await mend(batch.id, row.place, same(row, batch)))) return;
    await retry(batch.id, "all", [row.place]);
  };
  return [
    ...(over || row.state === "succeeded" ? [{ id: "again", label: t(row.state === "succeeded" ? "row.anew" : "row.again"), icon: <RotateCcw size={15} aria-hidden />, disabled: batch.stopping, onSelect: () => void again() }] : []),
    ...(run !== null
      ? [true, false].map((charged) => ({ id: `charged${charged}`, label: t(charged ? "row.charged" : "row.free"), icon: <CircleHelp size={15} aria-hidden />, onSelect: () => void resolve(batch.id, run, charged) }))
      : []),
  ];
}

/** A cell as it is: enough to say that the row is to be made again. */
export function same(row: BatchRow, batch: Batch): Record<string, unknown> {
  const name = batch.columns.map((column) => column.name).find((one) => one in row.data) ?? batch.columns[0]?.name ?? "";
  return { [name]: row.data[name] ?? null };
}

function More({ batch, row, onRow }: Pick<LineProps, "batch" | "row" | "onRow">) {
  const { t } = useTranslation("batch");
  const acts = useRowActs(batch, row);
  return (
    <Menu
      placement="bottom-end"
      trigger={
        <button type="button" aria-label={t("row.more", { n: count(row.place + 1) })} className="grid size-8 shrink-0 place-items-center justify-self-end rounded-sm text-fg-2 hover:bg-active hover:text-fg coarse:size-11">
          <Ellipsis size={16} aria-hidden />
        </button>
      }
      items={[{ id: "open", label: t("row.open"), icon: <PencilLine size={15} aria-hidden />, onSelect: () => onRow(row) }, ...acts]}
    />
  );
}

const Tile = memo(function Tile({ row, onOpen, onRow }: Pick<LineProps, "row" | "onOpen" | "onRow">) {
  const { t } = useTranslation("batch");
  const [result] = row.outputs;
  const title = Object.values(row.data).map(textOf).find((text) => text !== "" && !isAsset(text)) ?? (result ? result.title : "");
  return (
    <button
      type="button"
      data-main
      onClick={() => (result ? onOpen(result.id) : onRow(row))}
      className="flex size-full flex-col overflow-hidden rounded-lg border border-line bg-panel text-left -outline-offset-2 hover:border-line-2"
    >
      <span className="checkered relative min-h-0 w-full flex-1">
        {result ? (
          <img src={`${result.thumbnail}?size=512`} alt="" loading="lazy" className="absolute inset-0 size-full object-contain" />
        ) : (
          <span className="absolute inset-0 grid place-items-center bg-sunken">
            <Sign row={row} size={20} />
          </span>
        )}
      </span>
      <span className="num flex items-center gap-2 px-2 text-2xs leading-[29px] text-fg-2">
        <span className="text-fg-3">
          <span className="sr-only">{`${t("heads.row")} `}</span>
          {count(row.place + 1)}
        </span>
        <span className="truncate">{title}</span>
        <span className="sr-only">{t(`rowState.${row.state}`)}</span>
      </span>
    </button>
  );
});

function Blank({ grid }: { grid: boolean }) {
  return grid ? (
    <div className="skeleton size-full" />
  ) : (
    <div className={cx(LINE, "h-full border-b border-line px-4 max-md:px-3")}>
      <span className="max-md:hidden" />
      <span className="skeleton size-11" />
      <span className="skeleton h-4" />
    </div>
  );
}
