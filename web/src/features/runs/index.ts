/** What a person does with runs: promise, stop, carry out again, decide. */

import { api, beginRun, body, keepRun, Problem, type Run } from "@/api";
import { said } from "@/features/forms/said";
import { i18n } from "@/i18n";
import { announce } from "@/shell/announce";
import { say } from "@/ui";

export interface Order {
  op: string;
  offer: string | null;
  /** By what one is chosen, where none is named. */
  prefer?: "price" | "quality" | "speed";
  input: Record<string, unknown>;
  /** What it is made for: what comes of it goes there. */
  collection?: string;
}

/** A double click, a second try after a lost answer: the same key, so the same run. */
export async function submit(order: Order, key: string): Promise<Run> {
  const run = await body(api.POST("/api/runs", { params: { header: { "idempotency-key": key } }, body: order as never }));
  beginRun(run);
  announce(i18n.t("shell:activity.started", { title: run.title }));
  return run;
}

/** Several at once: all of them are promised, or none. The same key stands for the same list. */
export async function submitAll(orders: readonly Order[], key: string): Promise<Run[]> {
  const { items } = await body(api.POST("/api/runs/many", { params: { header: { "idempotency-key": key } }, body: { orders } as never }));
  for (const run of items) beginRun(run);
  announce(i18n.t("shell:activity.startedMany", { count: items.length, title: items[0]?.title ?? "" }));
  return items;
}

export async function cancelRun(run: Run): Promise<void> {
  await telling(async () => keepRun(await body(api.POST("/api/runs/{run_id}/cancel", { params: { path: { run_id: run.id } } }))));
}

/** The same that is asked for again within so many milliseconds is asked for once: a double click. */
const TWICE = 1000;
const again = new Map<string, Promise<Run | undefined>>();

/** The same recipe, seed and all, unless `changes` say otherwise. */
export function rerun(run: Pick<Run, "id">, changes: { offer?: string; input?: Record<string, unknown>; leave?: string[] } = {}): Promise<Run | undefined> {
  const asked = JSON.stringify([run.id, changes]);
  const before = again.get(asked);
  if (before) return before;
  const begun = telling(async () => {
    const made = await body(
      api.POST("/api/runs/{run_id}/rerun", {
        params: { path: { run_id: run.id }, header: { "idempotency-key": crypto.randomUUID() } },
        body: { offer: changes.offer ?? null, input: changes.input ?? {}, leave: changes.leave ?? [] },
      }),
    );
    beginRun(made);
    return made;
  });
  again.set(asked, begun);
  void begun.catch(() => undefined).then(() => setTimeout(() => again.delete(asked), TWICE));
  return begun;
}

/** A person's word on a run of which nobody knows whether it was bought. */
export async function resolveRun(run: Run, charged: boolean): Promise<void> {
  await telling(async () => keepRun(await body(api.POST("/api/runs/{run_id}/resolve", { params: { path: { run_id: run.id } }, body: { charged } }))));
}

/** Does it; when it does not work out, says why, in the server's words. */
export async function telling<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say({ title: said(error.title) || error.message, ...(error.title ? { detail: error.message } : {}), bad: true });
    return undefined;
  }
}
