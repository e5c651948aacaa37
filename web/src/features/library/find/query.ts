/** What was typed, as the server reads it: the one place that knows the syntax is there. */

import { queryOptions } from "@tanstack/react-query";
import { api, body, cache, collections } from "@/api";
import type { LibrarySearch } from "../search";

export interface Part {
  start: number;
  end: number;
  text: string;
  field: string | null;
  value: string;
  without: boolean;
  phrase: boolean;
  trouble: string | null;
}

export interface Reading {
  parts: Part[];
  instead: Record<string, string[]>;
  offered: string[];
}

export function readingOf(q: string, at?: number) {
  return queryOptions({
    queryKey: ["assets", "query", q, at ?? null] as const,
    queryFn: ({ signal }): Promise<Reading> => body(api.GET("/api/assets/query", { params: { query: at === undefined ? { q } : { q, at } }, signal })),
    staleTime: 10_000,
  });
}

/** The filters of a query, and what is left of it to be typed on. */
export function split(q: string, reading: Reading): { chips: Part[]; text: string } {
  const chips = reading.parts.filter((part) => part.field !== null && part.trouble === null);
  let text = q;
  for (const { start, end } of [...chips].reverse()) text = text.slice(0, start) + text.slice(end);
  return { chips, text: text.replace(/\s+/g, " ").trim() };
}

export function joined(chips: readonly string[], text: string): string {
  return [...chips, text].filter((one) => one.trim() !== "").join(" ");
}

/** Whether something fits better than another: words do, and what is looked for by look or meaning. */
export function ranks(reading: Reading | undefined): boolean {
  return reading?.parts.some(({ field, without }) => !without && (field === null || field === "colour" || field === "like")) ?? false;
}

/** A filter as it is typed. */
export function written(field: string, value: string): string {
  return /^[^\s",]+$/.test(value) ? `${field}:${value}` : `${field}:"${value.replaceAll('"', "")}"`;
}

export function has(parts: readonly Part[], field: string, value: string): Part | undefined {
  const plain = value.toLocaleLowerCase();
  return parts.find((part) => part.field === field && !part.without && part.value.toLocaleLowerCase() === plain);
}

/** All that narrows, as one query: so it can be kept. What is chosen beside the field is said in its words. */
export function whole(search: LibrarySearch): string {
  const days = { today: "today", week: "7d", month: "30d" };
  return [
    search.place === "favourites" ? "is:favourite" : "",
    search.place === "references" ? "is:reference" : "",
    search.place === "uploads" ? "is:upload" : "",
    search.place === "trash" ? "status:trash" : "",
    search.op ? `op:${search.op.join(",")}` : "",
    search.shape ? `ratio:${search.shape}` : "",
    search.when ? `after:${days[search.when]}` : "",
    search.since || search.until ? `on:${search.since ?? "1970"}..${search.until ?? "today"}` : "",
    search.side ? `size:>=${search.side}px` : "",
    search.collection ? written("collection", within(search.collection)) : "",
    search.tag ? written("tag", search.tag) : "",
    search.label ? `label:${search.label}` : "",
    search.colour ? `colour:${search.colour}` : "",
    search.like ? `like:${search.like}` : "",
    search.q ?? "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** By its name, as people read it. */
function within(id: string): string {
  return cache.getQueryData(collections.queryKey)?.find((one) => one.id === id)?.name ?? id;
}
