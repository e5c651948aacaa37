/** What a person does with batches: bring rows, say what is to be done, begin, wait, stop, mend, try again. */

import { api, batchesOf, batchOf, batchTemplates, body, cache, credits, problemOf, type Batch, type BatchRow, type BatchWanted } from "@/api";
import { telling } from "@/features/runs";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { statesOf, type Filter } from "./plan";

/** Rows that are read together. */
export const PAGE = 100;

/** One page of the rows that a filter shows, counted from 0. */
export function rowsOf(id: string, filter: Filter, page: number, limit = PAGE) {
  return queryOptions({
    queryKey: ["batch", id, "rows", { filter, page, limit }],
    queryFn: ({ signal }) => body(api.GET("/api/batches/{batch_id}/rows", { params: { path: { batch_id: id }, query: { state: statesOf(filter), skip: page * limit, limit } }, signal })),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}

export function keep(batch: Batch): Batch {
  cache.setQueryData(batchOf(batch.id).queryKey, batch);
  void cache.invalidateQueries({ queryKey: batchesOf.queryKey });
  return batch;
}

/** Shows what the server answers; says why, where it says no. */
async function kept(answer: () => Promise<Batch>): Promise<Batch | undefined> {
  const found = await telling(answer);
  if (!found) return undefined;
  void cache.invalidateQueries({ queryKey: ["batch", found.id, "rows"] });
  return keep(found);
}

/** Many bytes, sent as a form; throws a Problem. */
async function sent(path: string, fields: Record<string, string | File>): Promise<Batch> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const answer = await fetch(path, { method: "POST", body: form, headers: { Accept: "application/json" } });
  if (!answer.ok) throw await problemOf(answer);
  return keep((await answer.json()) as Batch);
}

/** A file of rows becomes a draft; what is wanted of them may come along. */
export function takeIn(file: File, wanted?: BatchWanted): Promise<Batch> {
  return sent("/api/batches/file", { file, ...(wanted ? { wanted: JSON.stringify(wanted) } : {}) });
}

/** Pictures of the library, each a row: checked and priced, not begun. */
export function takePictures(assets: readonly string[], op: string, title: string): Promise<Batch | undefined> {
  return kept(() => body(api.POST("/api/batches", { body: { assets: [...assets], op, title, start: false } as never })));
}

/** What is asked of rows; throws a Problem where it cannot be. */
export async function settle(id: string, wanted: BatchWanted): Promise<Batch> {
  // What is being read at this moment was so before.
  await cache.cancelQueries({ queryKey: batchOf(id).queryKey, exact: true });
  return keep(await body(api.PUT("/api/batches/{batch_id}", { params: { path: { batch_id: id } }, body: wanted })));
}

export function bringPictures(id: string, file: File): Promise<Batch | undefined> {
  return kept(() => sent(`/api/batches/${id}/pictures`, { file }));
}

type Word = "start" | "pause" | "cancel";

/** `release`: after its first rows, the rest is made. */
export async function tell(id: string, word: Word | "release"): Promise<boolean> {
  const path = { batch_id: id };
  const found = await kept(() =>
    body(word === "release" ? api.POST("/api/batches/{batch_id}/start", { params: { path, query: { release: true } } }) : api.POST(`/api/batches/{batch_id}/${word}`, { params: { path } })),
  );
  void cache.invalidateQueries({ queryKey: credits.queryKey });
  return found !== undefined;
}

export interface Limits {
  title: string;
  cap: number | null;
  priority: Batch["priority"];
  at_once: number | null;
  per_minute: number | null;
}

/** Throws a Problem where it cannot be. */
export async function limited(id: string, wanted: Limits): Promise<Batch> {
  return keep(await body(api.PATCH("/api/batches/{batch_id}", { params: { path: { batch_id: id } }, body: wanted })));
}

export async function limit(id: string, wanted: Limits): Promise<boolean> {
  return (await kept(() => limited(id, wanted))) !== undefined;
}

export async function remove(id: string): Promise<boolean> {
  const gone = await telling(async () => {
    await body(api.DELETE("/api/batches/{batch_id}", { params: { path: { batch_id: id } } }));
    return true;
  });
  void cache.invalidateQueries({ queryKey: batchesOf.queryKey });
  return gone === true;
}

type Which = "transient" | "failed" | "refused" | "all";

export async function retry(id: string, which: Which, rows: readonly number[] = []): Promise<number | undefined> {
  let count: number | undefined;
  await kept(async () => {
    const answer = await body(api.POST("/api/batches/{batch_id}/retry", { params: { path: { batch_id: id } }, body: { which, rows: [...rows] } }));
    count = answer.count;
    return answer.batch;
  });
  return count;
}

/** Other cells for a row: it is looked at again at once. */
export async function mend(id: string, place: number, data: Record<string, unknown>): Promise<BatchRow | undefined> {
  const row = await telling(() => body(api.PATCH("/api/batches/{batch_id}/rows/{place}", { params: { path: { batch_id: id, place } }, body: { data } })));
  if (row) void cache.invalidateQueries({ queryKey: ["batch", id] });
  return row;
}

/** A person's word on a run of which nobody knows whether it was bought. */
export async function resolve(id: string, run: string, charged: boolean): Promise<void> {
  await telling(() => body(api.POST("/api/runs/{run_id}/resolve", { params: { path: { run_id: run } }, body: { charged } })));
  void cache.invalidateQueries({ queryKey: ["batch", id] });
}

export async function keepTemplate(name: string, wanted: BatchWanted): Promise<boolean> {
  const made = await telling(() => body(api.POST("/api/batches/templates", { body: { name, wanted } })));
  void cache.invalidateQueries({ queryKey: batchTemplates.queryKey });
  return made !== undefined;
}

export async function dropTemplate(id: string): Promise<void> {
  await telling(() => body(api.DELETE("/api/batches/templates/{template_id}", { params: { path: { template_id: id } } })));
  void cache.invalidateQueries({ queryKey: batchTemplates.queryKey });
}

/** The same rows once more, with what is wanted of them: a draft of its own. */
export async function again(batch: Batch, wanted: BatchWanted): Promise<Batch | undefined> {
  return telling(async () => {
    const answer = await fetch(`/api/batches/${batch.id}/corrected?every=true`);
    if (!answer.ok) throw await problemOf(answer);
    return takeIn(new File([await answer.blob()], `${batch.title}.csv`, { type: "text/csv" }), wanted);
  });
}

/** Saves what an address answers, streamed to the disk. */
export function download(path: string): void {
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  link.click();
}
