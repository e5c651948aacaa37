/** What a state looks like, and the bar of what became of all rows. */

import "@/i18n/batch";
import { Ban, Check, CircleAlert, CircleDashed, CircleHelp, CircleSlash, Clock, Copy, TriangleAlert, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Batch, BatchRow } from "@/api";
import { count } from "@/lib/format";
import { useNow } from "@/live/now";
import { cx, Ring } from "@/ui";
import { madeOf, partsOf, type Part } from "./plan";

const ICONS: Record<Exclude<BatchRow["state"], "running">, [LucideIcon, string]> = {
  unchecked: [CircleDashed, "text-fg-3"],
  invalid: [TriangleAlert, "text-bad"],
  twin: [Copy, "text-fg-3"],
  waiting: [Clock, "text-fg-3"],
  succeeded: [Check, "text-ok"],
  failed: [CircleAlert, "text-bad"],
  refused: [Ban, "text-warn"],
  unknown: [CircleHelp, "text-warn"],
  cancelled: [CircleSlash, "text-fg-3"],
};

/** A row's state as a sign; how far it is, while it is made. */
export function Sign({ row, size = 15 }: { row: BatchRow; size?: number }) {
  const now = useNow(row.run ?? "");
  if (row.state === "running") return <Ring value={Math.max(0.06, now?.progress ?? 0)} size={size} className="shrink-0 text-accent-text" />;
  const [Icon, look] = ICONS[row.state];
  return <Icon size={size} className={cx("shrink-0", look)} aria-hidden />;
}

const PARTS: Record<Part, string> = { succeeded: "bg-ok", failed: "bg-bad", refused: "bg-warn", unknown: "bg-fg-3", left: "" };

/** How many rows came to what, as lengths. */
export function Bar({ batch, className }: { batch: Batch; className?: string }) {
  const { t } = useTranslation("batch");
  const made = Math.max(1, madeOf(batch));
  const parts = partsOf(batch);
  const done = parts.flatMap(({ part, rows }) => (part === "left" ? [] : [{ part, rows }]));
  const sum = done.reduce((all, { rows }) => all + rows, 0);
  const words = done.filter(({ rows }) => rows > 0).map(({ part, rows }) => t(`counts.${part}`, { count: rows, n: count(rows) }));
  return (
    <div
      role="progressbar"
      aria-label={t("progress")}
      aria-valuemin={0}
      aria-valuemax={made}
      aria-valuenow={sum}
      aria-valuetext={words.join(", ") || t("counts.none")}
      className={cx("flex h-1.5 gap-px overflow-hidden rounded-full bg-active", className)}
    >
      {parts.map(({ part, rows }) => rows > 0 && <span key={part} className={cx("block h-full min-w-[3px] transition-[flex-grow] duration-300", PARTS[part], part === "left" && "min-w-0")} style={{ flexGrow: rows, flexBasis: 0 }} />)}
    </div>
  );
}

const DOTS: Record<Batch["state"], string> = {
  arriving: "bg-fg-3",
  draft: "bg-fg-3",
  checking: "bg-ring",
  ready: "bg-ring",
  running: "bg-ring animate-[breathe_1.6s_ease-in-out_infinite]",
  canary: "bg-warn",
  paused: "bg-warn",
  succeeded: "bg-ok",
  failed: "bg-bad",
  cancelled: "bg-fg-3",
};

/** The state in words. */
export function StateWord({ batch, className }: { batch: Batch; className?: string }) {
  const { t } = useTranslation("batch");
  return (
    <span className={cx("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <span className={cx("size-2 shrink-0 rounded-full", DOTS[batch.state])} aria-hidden />
      {t(batch.stopping ? "state.stopping" : batch.state === "succeeded" && batch.failed + batch.refused + batch.unknown > 0 ? "state.partly" : `state.${batch.state}`)}
    </span>
  );
}
