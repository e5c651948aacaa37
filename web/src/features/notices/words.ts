/** What a notice says, in the language that is spoken here: the server gives facts, and English where it knows more. */

import "@/i18n/notices";
import type { TFunction } from "i18next";
import { CircleAlert, CircleHelp, Download, Gauge, Layers, Pause, TriangleAlert, Webhook, type LucideIcon } from "lucide-react";
import type { Notice } from "@/api";
import { said } from "@/features/forms/said";
import { count, dollars } from "@/lib/format";

export const SIGNS: Record<string, LucideIcon> = {
  "batch.ended": Layers,
  "batch.waits": Pause,
  "run.failed": CircleAlert,
  "run.unknown": CircleHelp,
  "import.ended": Download,
  "schedule.failed": CircleAlert,
  "budget.reached": Gauge,
  "asset.damaged": TriangleAlert,
  "webhook.disabled": Webhook,
};

/** Kinds that are no good news. */
export function bad(notice: Notice): boolean {
  return ["run.failed", "schedule.failed", "asset.damaged", "webhook.disabled"].includes(notice.kind) || notice.data["state"] === "failed";
}

export function worded(t: TFunction<"notices">, notice: Notice): { title: string; text: string } {
  const data = notice.data as Record<string, string | number | undefined>;
  const number = (name: string) => Number(data[name] ?? 0);
  const title = String(data["title"] ?? "") || t("nameless");
  const note = String(data["note"] ?? "");
  const state = String(data["state"] ?? "");
  const listed = (...parts: (string | false)[]) => parts.filter(Boolean).join(" · ");
  switch (notice.kind) {
    case "batch.ended":
      return {
        title: t(`said.batch.${state === "failed" || state === "cancelled" ? state : "succeeded"}`, { title }),
        text: listed(
          t("said.made", { made: count(number("succeeded")), total: count(number("total")) }),
          ...(["failed", "refused", "unknown"] as const).map((name) => number(name) > 0 && t(`said.${name}`, { amount: count(number(name)) })),
          number("spent") > 0 && t("said.spent", { amount: dollars(number("spent")) }),
        ),
      };
    case "batch.waits":
      return state === "canary" ? { title: t("said.canary", { title }), text: t("said.canaryText") } : { title: t("said.paused", { title }), text: note };
    case "run.failed":
      return number("count") > 1 ? { title: t("said.runs", { amount: count(number("count")) }), text: listed(title, note) } : { title: t("said.run", { title }), text: note };
    case "run.unknown":
      return { title: t("said.unknownRun", { title }), text: t("said.unknownText") };
    case "import.ended":
      return {
        title: t(`said.import.${state === "failed" || state === "cancelled" ? state : "succeeded"}`, { title }),
        text: listed(t("said.taken", { amount: count(number("kept")) }), number("twins") > 0 && t("said.twins", { amount: count(number("twins")) }), number("refused") > 0 && t("said.refused", { amount: count(number("refused")) }), note),
      };
    case "schedule.failed":
      return { title: t("said.schedule", { title }), text: note };
    case "budget.reached":
      return {
        title: number("percent") === 100 ? t("said.allUsed") : t("said.used", { percent: number("percent") }),
        text: t("said.left", { left: dollars(number("balance")), whole: dollars(number("limit")) }),
      };
    case "asset.damaged":
      return { title: number("count") > 1 ? t("said.damagedMany", { amount: count(number("count")) }) : t("said.damaged"), text: t("said.damagedText") };
    case "webhook.disabled":
      return { title: t("said.webhook", { title: String(data["title"] ?? "") || t("said.aWebhook") }), text: said(note) };
    default:
      return { title: notice.title, text: notice.text };
  }
}
