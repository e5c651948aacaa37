/** Prompts that leave something open: what is written in the form, and what of it will be sent. */

import { queryOptions } from "@tanstack/react-query";
import { api, body } from "@/api";
import type { Field, Values } from "./schema";

/** What is asked of the server: the prompt and what is to be left out as they are written, and all that decides what becomes of them. */
export interface Wish {
  prompt: string;
  negative_prompt: string;
  count: number;
  roll: number;
  variables: Record<string, string>;
}

const MARKS = /[{\\]|__[^\W_]/u;
const OURS = new Set(["wording", "negative_wording", "variables", "roll"]);
const NEGATIVE = "negative_prompt";
const LARGEST_ROLL = 2 ** 32;

export const newRoll = () => Math.floor(Math.random() * LARGEST_ROLL);

/** Nothing, where neither has marks or the operation knows none. */
export function wishOf(fields: readonly Field[], values: Values): Wish | undefined {
  const { prompt, roll, variables } = values;
  const less = fields.some((field) => field.name === NEGATIVE) ? values[NEGATIVE] : "";
  const negative_prompt = typeof less === "string" ? less : "";
  if (typeof prompt !== "string" || !(MARKS.test(prompt) || MARKS.test(negative_prompt)) || !fields.some((field) => field.name === "roll")) return undefined;
  const count = typeof values["count"] === "number" ? values["count"] : 1;
  return { prompt, negative_prompt, count, roll: typeof roll === "number" ? roll : 0, variables: variablesOf(variables) };
}

export function variablesOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

export function resolvedOf(wish: Wish) {
  return queryOptions({
    queryKey: ["resolved", wish],
    queryFn: ({ signal }) => body(api.POST("/api/prompts/resolve", { body: wish, signal })),
    retry: false,
    gcTime: 60_000,
  });
}

/** What is sent of a form: without what only a prompt with marks needs. The server writes down itself what was written. */
export function told(input: Values, wish: Wish | undefined): Values {
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !OURS.has(name)));
  return wish ? { ...rest, roll: wish.roll, ...(Object.keys(wish.variables).length > 0 ? { variables: wish.variables } : {}) } : rest;
}

/** The input of a run as somebody wrote it, to be put into a form again. */
export function written(input: Values): Values {
  const back = Object.entries({ prompt: "wording", [NEGATIVE]: "negative_wording" }).filter(([, place]) => typeof input[place] === "string");
  return Object.assign({ ...input }, ...back.map(([name, place]) => ({ [name]: input[place], [place]: null }))) as Values;
}

/** One order for each picture, where each shall have words of its own. */
export function spread(input: Values, rolls: readonly number[]): Values[] {
  const { seed } = input;
  return rolls.map((roll, index) => ({ ...input, count: 1, roll, ...(typeof seed === "number" ? { seed: (seed + index) % LARGEST_ROLL } : {}) }));
}
