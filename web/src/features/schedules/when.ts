/** Times in words and by the clock of their zone, in the language that is spoken. */

import type { components } from "@/api/schema";
import { i18n } from "@/i18n";

export type When = Required<components["schemas"]["When"]>;
export const KINDS = ["once", "hourly", "daily", "weekly", "monthly", "cron"] as const;
export const HOURS = [1, 2, 3, 4, 6, 8, 12] as const;
/** 1 is Monday. */
export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const WORKDAYS = "1,2,3,4,5";

export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function zones(): string[] {
  return [...new Set(["UTC", zoneHere(), ...Intl.supportedValuesOf("timeZone")])].sort();
}

export function fresh(): When {
  return { kind: "daily", timezone: zoneHere(), at: null, every: 1, minute: 0, time: "09:00", days: [1, 2, 3, 4, 5], day: 1, cron: "0 9 * * MON-FRI" };
}

/** What the server is told: only what belongs to its kind, so that nothing that is not seen can be wrong. */
export function told(when: When): When {
  const { kind, timezone } = when;
  const bare = { ...fresh(), kind, timezone, days: [], cron: "" };
  if (kind === "once") return { ...bare, at: when.at };
  if (kind === "hourly") return { ...bare, every: when.every, minute: when.minute };
  if (kind === "cron") return { ...bare, cron: when.cron };
  return { ...bare, time: when.time, ...(kind === "weekly" ? { days: when.days } : {}), ...(kind === "monthly" ? { day: when.day } : {}) };
}

export function dayName(day: number, weekday: "long" | "short" = "long"): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(i18n.language, { weekday, timeZone: "UTC" }).format(Date.UTC(2024, 0, day));
}

export function words(when: When): string {
  const t = i18n.getFixedT(null, "schedules", "when");
  switch (when.kind) {
    case "once":
      return t("once", { at: (when.at ?? "").slice(0, 16).replace("T", ", ") });
    case "hourly":
      return when.every === 1 ? t("hourly", { minute: when.minute }) : t("hours", { every: when.every, minute: when.minute });
    case "daily":
      return t("daily", { time: when.time });
    case "weekly": {
      const days = [...new Set(when.days)].sort();
      if (days.join() === WORKDAYS) return t("weekday", { time: when.time });
      if (days.length === DAYS.length) return t("daily", { time: when.time });
      return t("weekly", { days: new Intl.ListFormat(i18n.language).format(days.map((day) => dayName(day))), time: when.time });
    }
    case "monthly":
      return t(when.day > 28 ? "monthlyLast" : "monthly", { day: when.day, time: when.time });
    case "cron":
      return t("cron", { cron: when.cron });
  }
}

/** By the clock of its zone, with what that is called. */
export function inZone(iso: string, timeZone: string): string {
  return new Intl.DateTimeFormat(i18n.language, { timeZone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(Date.parse(iso));
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** "in 3 hours", "2 days ago". */
export function away(iso: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  const format = new Intl.RelativeTimeFormat(i18n.language, { numeric: "auto" });
  for (const [unit, size] of STEPS) if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  return format.format(seconds, "second");
}
