import type { TFunction } from "i18next";
import type { Operation } from "@/api";
import { said } from "@/features/forms/said";

const CHOSEN = new Set(["type", "studio", "is", "label", "status", "ratio", "cost", "after", "rating"]);

export type Words = TFunction<"library">;

/** What a filter is called. */
export function fieldSaid(t: Words, field: string): string {
  return t(`find.fields.${field}`, { defaultValue: field });
}

/** What one of its values is called: stars, the title of an operation, a word of ours, or as it is typed. */
export function valueSaid(t: Words, field: string, value: string, known: readonly Operation[]): string {
  if (field === "op") {
    return value
      .split(",")
      .map((op) => said(known.find((one) => one.op === op)?.title ?? op))
      .join(", ");
  }
  if (field === "rating" && /^[1-5]$/.test(value)) return "★".repeat(Number(value));
  return CHOSEN.has(field) ? t(`find.values.${value.replace(":", "_").replace(".", "_")}`, { defaultValue: value }) : value;
}
