/** What each piece of news means for what is shown. */

import { api, assetOf, body, cache, credits, keepAsset, keepRun, me, OVER, runOf, unread } from "@/api";
import type { Happening } from "./live";
import { forgetNow, getNow, setNow, type Now } from "./now";

const SETTLE_MS = 150;

type Finished = (run: string, state: string) => void;
const finished = new Set<Finished>();

/** Calls when a run comes to its end, wherever it was started. */
export function onFinished(listener: Finished): () => void {
  finished.add(listener);
  return () => finished.delete(listener);
}

export function happened({ name, data }: Happening): void {
  if (name === "run.changed") runChanged(data as unknown as Now & { run: string });
  else if (name === "comparison.changed") comparisonChanged(String(data["comparison"]));
  else if (name === "notice.changed") noticeChanged(data);
  else if (name === "batch.changed") batchChanged(String(data["batch"]), String(data["state"]));
  else if (name === "board.changed") boardChanged(String(data["board"]));
  else if (name === "schedule.changed") moved("schedules");
  else if (name === "asset.changed") void assetChanged(String(data["asset"]));
  else if (name === "collection.changed") moved("collections", "board", "boards");
  else if (name === "chore.changed") choreChanged(data);
  else if (name.startsWith("webhook.")) moved("webhooks");
  else if (name === "library.rules") moved("trash", "storage");
  else if (name.startsWith("asset")) assetsMoved(data);
}

export function everything(): void {
  void cache.invalidateQueries();
}

function runChanged({ run, ...now }: Now & { run: string }): void {
  const before = getNow(run);
  const known = cache.getQueryData(runOf(run).queryKey);
  const over = OVER.has(now.state) || now.state === "unknown";
  setNow(run, now);
  if (!known && !before) soon("runs", () => void cache.invalidateQueries({ queryKey: ["runs"] }));
  if (over || now.made > Math.max(before?.made ?? 0, known?.outputs.length ?? 0) || known?.state === "queued") void readRun(run);
  if (over) {
    soon("credits", () => void cache.invalidateQueries({ queryKey: credits.queryKey }));
    if (before === undefined || !OVER.has(before.state)) finished.forEach((listener) => listener(run, now.state));
  }
}

/** All of the team hears it; it is meant for one. */
function noticeChanged(data: Record<string, unknown>): void {
  if (cache.getQueryData(me.queryKey)?.user !== data["user"]) return;
  cache.setQueryData(unread.queryKey, Number(data["unread"]));
  soon("notices", () => void cache.invalidateQueries({ queryKey: ["notices", "list"] }));
}

function comparisonChanged(id: string): void {
  soon(id, () => {
    void cache.invalidateQueries({ queryKey: ["comparison", id] });
    void cache.invalidateQueries({ queryKey: ["comparisons"] });
  });
}

/** Once a second while it runs. Its rows are read again as far as they are seen. */
function batchChanged(id: string, state: string): void {
  soon(id, () => {
    if (state === "deleted") cache.removeQueries({ queryKey: ["batch", id] });
    else void cache.invalidateQueries({ queryKey: ["batch", id] });
    void cache.invalidateQueries({ queryKey: ["batches"] });
    void cache.invalidateQueries({ queryKey: credits.queryKey });
  });
}

/** Long work goes on; when it is over, what it has changed is stale. */
function choreChanged({ kind, state }: Record<string, unknown>): void {
  const keeps = kind !== "look" && kind !== "tag";
  moved("chores", ...(keeps && OVER.has(String(state)) ? ["trash", "storage", "assets"] : []));
  if (!keeps) soon("looked", () => ["tagging", "looked"].forEach((what) => void cache.invalidateQueries({ queryKey: ["assets", what] })));
}

function moved(...nouns: string[]): void {
  soon(nouns.join(), () => {
    for (const noun of nouns) void cache.invalidateQueries({ queryKey: [noun] });
  });
}

function boardChanged(id: string): void {
  soon(id, () => {
    for (const queryKey of [["board", id], ["boards"], ["reviews"]]) void cache.invalidateQueries({ queryKey });
  });
}

async function readRun(id: string): Promise<void> {
  try {
    const run = await body(api.GET("/api/runs/{run_id}", { params: { path: { run_id: id } } }));
    keepRun(run);
    if (OVER.has(run.state)) forgetNow(id);
  } catch {
    // The next piece of news, or the next connection, asks again.
  }
}

async function assetChanged(id: string): Promise<void> {
  if (cache.getQueryData(assetOf(id).queryKey)) {
    try {
      keepAsset(await body(api.GET("/api/assets/{asset_id}", { params: { path: { asset_id: id } } })));
    } catch {
      // As above.
    }
  }
  assetsMoved({});
}

/** Something came or went: lists and layouts of assets are stale; those that show it know its id. */
function assetsMoved(data: Record<string, unknown>): void {
  if (typeof data["asset"] === "string" && cache.getQueryData(assetOf(data["asset"]).queryKey)) {
    void cache.invalidateQueries({ queryKey: assetOf(data["asset"]).queryKey });
  }
  const some = Array.isArray(data["ids"]) ? data["ids"].map(String) : [];
  const gone = (data["change"] as Record<string, unknown> | undefined)?.["forever"] === true;
  const known = some.filter((id) => cache.getQueryData(assetOf(id).queryKey));
  if (!gone) for (const id of known) void cache.invalidateQueries({ queryKey: assetOf(id).queryKey });
  if (!gone && Number(data["count"]) > some.length) void cache.invalidateQueries({ queryKey: ["asset"] });
  soon("assets", () => {
    for (const noun of ["board", "boards", "assets", "versions", "recipe", "lineage", "collections", "tags", "trash", "storage"]) void cache.invalidateQueries({ queryKey: [noun] });
  });
}

const waiting = new Map<string, ReturnType<typeof setTimeout>>();

/** Once, however much comes at the same moment. */
function soon(what: string, call: () => void): void {
  if (waiting.has(what)) return;
  waiting.set(
    what,
    setTimeout(() => {
      waiting.delete(what);
      call();
    }, SETTLE_MS),
  );
}
