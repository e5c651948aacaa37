/** The words of the page, in the language of whoever reads it. */

import words from "@/i18n/de/shared.json";
import english from "@/i18n/en/shared.json";

export type Key = keyof typeof english;

let known: Record<string, string> = english;

export function learn(): void {
  const german = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "en" || tag === "de") === "de";
  if (!german) return;
  known = words;
  document.documentElement.lang = "de";
}

/** `count` chooses between `key_one` and `key_other`. */
export function t(key: Key | "pictures" | "uploaded", gaps: Record<string, string | number> = {}): string {
  const many = gaps["count"];
  const name = many === undefined ? key : `${key}_${many === 1 ? "one" : "other"}`;
  return (known[name] ?? name).replace(/{{(\w+)}}/g, (_, gap: string) => String(gaps[gap] ?? ""));
}

export function when(time: string): string {
  return new Date(time).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
}
