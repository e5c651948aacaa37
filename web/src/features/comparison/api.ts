/** What a person does with comparisons: price, begin, stop, try again, accept, vote, keep as one picture. */

import { api, body, cache, comparisonOf, keepRun, type Comparison, type Plan, type Run } from "@/api";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import { say } from "@/ui";

/** A field, or "offer"; its values as they are typed or chosen; with `find`, words that each value takes the place of. */
export interface Axis {
  field: string;
  values: string | unknown[];
  find: string;
}

export interface Wanted {
  op: string;
  offer: string | null;
  prefer: "price" | "quality" | "speed";
  input: Record<string, unknown>;
  axes: Axis[];
}

export function estimate(wanted: Wanted, signal: AbortSignal): Promise<Plan> {
  return body(api.POST("/api/comparisons/estimate", { body: wanted as never, signal }));
}

export async function begin(wanted: Wanted, key: string): Promise<Comparison> {
  const begun = await body(api.POST("/api/comparisons", { params: { header: { "idempotency-key": key } }, body: wanted as never }));
  for (const cell of begun.cells) if (cell.run) keepRun(cell.run);
  void cache.invalidateQueries({ queryKey: ["runs"] });
  return keep(begun);
}

function keep(comparison: Comparison): Comparison {
  cache.setQueryData(comparisonOf(comparison.id).queryKey, comparison);
  void cache.invalidateQueries({ queryKey: ["comparisons"] });
  return comparison;
}

/** Shows what the server answers; says why, where it says no. */
async function kept(answer: () => Promise<Comparison>): Promise<Comparison | undefined> {
  const found = await telling(answer);
  return found && keep(found);
}

export async function stop(id: string): Promise<void> {
  await kept(() => body(api.POST("/api/comparisons/{comparison_id}/cancel", { params: { path: { comparison_id: id } } })));
}

export async function rename(id: string, title: string): Promise<boolean> {
  return (await kept(() => body(api.PATCH("/api/comparisons/{comparison_id}", { params: { path: { comparison_id: id } }, body: { title } })))) !== undefined;
}

/** Into the trash, at once, with the word that takes it back. What its runs made stays. */
export async function remove({ id, title }: Pick<Comparison, "id" | "title">): Promise<boolean> {
  const gone = await kept(() => body(api.DELETE("/api/comparisons/{comparison_id}", { params: { path: { comparison_id: id } } })));
  if (gone) say({ title: i18n.t("comparison:removed", { title }), detail: i18n.t("comparison:stays"), action: { label: i18n.t("ui:undo"), perform: () => void restore(id) } });
  return gone !== undefined;
}

export async function restore(id: string): Promise<void> {
  await kept(() => body(api.POST("/api/comparisons/{comparison_id}/restore", { params: { path: { comparison_id: id } } })));
}

export async function erase(id: string): Promise<void> {
  await telling(() => body(api.DELETE("/api/comparisons/{comparison_id}", { params: { path: { comparison_id: id }, query: { forever: true } } })));
  cache.removeQueries({ queryKey: comparisonOf(id).queryKey });
  await cache.invalidateQueries({ queryKey: ["comparisons"] });
}

export async function retry(id: string, place: number): Promise<void> {
  await kept(() =>
    body(
      api.POST("/api/comparisons/{comparison_id}/cells/{place}/retry", {
        params: { path: { comparison_id: id, place }, header: { "idempotency-key": crypto.randomUUID() } },
      }),
    ),
  );
}

export async function accept(id: string, place: number, accepted: boolean): Promise<void> {
  await kept(() => body(api.PATCH("/api/comparisons/{comparison_id}/cells/{place}", { params: { path: { comparison_id: id, place } }, body: { accepted } })));
}

export async function vote(id: string, winner: number, loser: number | null): Promise<boolean> {
  return (await kept(() => body(api.POST("/api/comparisons/{comparison_id}/votes", { params: { path: { comparison_id: id } }, body: { winner, loser } })))) !== undefined;
}

/** All of it as one picture, in the library. */
export function asPicture(id: string): Promise<Run | undefined> {
  return telling(() =>
    body(
      api.POST("/api/comparisons/{comparison_id}/image", {
        params: { path: { comparison_id: id }, header: { "idempotency-key": crypto.randomUUID(), prefer: "wait=60" } },
      }),
    ),
  );
}
