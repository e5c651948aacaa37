/** What can be compared in a form, and what is asked for by what was chosen. Pure. */

import type { Field, Option } from "@/features/forms/schema";
import { optionsOf } from "@/features/forms/schema";

/** An axis as it stands in the setup: of what, and either chosen values or typed ones. */
export interface Draft {
  /** "" is none, "offer" the models, "words" what is replaced in the prompt; else a field. */
  of: string;
  chosen: readonly unknown[];
  typed: string;
  find: string;
}

export const OFFER = "offer";
export const WORDS = "words";
export const NOTHING: Draft = { of: "", chosen: [], typed: "", find: "" };

const PLAIN = new Set(["string", "integer", "number", "boolean"]);

/** Fields that take one plain value. Pictures are compared by other means. */
export function comparable(fields: readonly Field[]): Field[] {
  return fields.filter((field) => (field.schema.type === undefined ? field.schema.enum !== undefined : PLAIN.has(field.schema.type)) && field.schema.format === undefined);
}

/** The choices of a field, where it has some; else its values are typed. */
export function choices(field: Field): readonly Option[] {
  if (field.schema.type === "boolean") return [true, false].map((value) => ({ value, title: String(value) }));
  return field.widget === "text" || field.widget === "prompt" ? [] : optionsOf(field);
}

/** As the server takes it; undefined while there is nothing to ask for. */
export function axisOf(draft: Draft, fields: readonly Field[]): { field: string; values: string | unknown[]; find: string } | undefined {
  if (draft.of === "") return undefined;
  if (draft.of === WORDS) {
    const prompt = fields.find((field) => field.widget === "prompt");
    return prompt && draft.find !== "" && draft.typed.trim() !== "" ? { field: prompt.name, values: draft.typed, find: draft.find } : undefined;
  }
  const field = fields.find((one) => one.name === draft.of);
  if (draft.of === OFFER || (field && choices(field).length > 0)) return draft.chosen.length > 0 ? { field: draft.of, values: [...draft.chosen], find: "" } : undefined;
  return field && draft.typed.trim() !== "" ? { field: field.name, values: draft.typed, find: "" } : undefined;
}

/** What each cell is called, row by row. */
export function names(axes: readonly { labels: readonly string[] }[]): string[] {
  const [across, down] = axes;
  return (down?.labels ?? [""]).flatMap((row) => (across?.labels ?? []).map((column) => [column, row].filter(Boolean).join(" · ")));
}
