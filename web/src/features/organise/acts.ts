/** What is done to many at once, with a way back: one request, and one more to undo it. */

import { api, body, cache, collections, Problem, type Bulk, type Collection, type Label } from "@/api";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import "@/i18n/organise";
import { count } from "@/lib/format";
import { say } from "@/ui";

export type Change = Bulk["change"];
export type Wanted = Bulk["select"];
type Words = "rating" | "label" | "tags" | "add" | "remove" | "move" | "order" | "stack" | "unstack" | "title";

/** Everything that shows assets, or counts them, looks again. */
export function stale(): void {
  for (const noun of ["assets", "asset", "collections", "tags"]) void cache.invalidateQueries({ queryKey: [noun] });
}

/** Whether it was done. What broke off is gone on with by the same name, so that nothing is done twice. */
export async function carryOut(select: Wanted, change: Change, words: Words, name = "", id: string = crypto.randomUUID()): Promise<boolean> {
  try {
    const done = await body(api.POST("/api/assets/bulk", { body: { select, change, id } }));
    stale();
    if (done.changed === 0) say({ title: i18n.t("organise:nothing") });
    else said(i18n.t(`organise:changed.${words}`, { count: done.changed, n: count(done.changed), name }), done.id);
    return true;
  } catch (error) {
    if (!(error instanceof Problem) || !error.passing) {
      await telling(() => Promise.reject(error as Error));
      return false;
    }
    stale();
    say({
      title: i18n.t("organise:broke"),
      detail: i18n.t("organise:brokeText"),
      bad: true,
      action: { label: i18n.t("organise:goOn"), perform: () => void carryOut(select, change, words, name, id) },
    });
    return false;
  }
}

/** Tells of a change that can be undone. */
export function said(title: string, id: string): void {
  say({ title, action: { label: i18n.t("ui:undo"), perform: () => void undo(id) } });
}

async function undo(id: string): Promise<void> {
  await telling(() => body(api.POST("/api/assets/bulk/{change_id}/undo", { params: { path: { change_id: id } } })));
  stale();
}

export async function makeCollection(wanted: { name: string; kind?: Collection["kind"]; parent?: string | null }): Promise<Collection | undefined> {
  const made = await telling(() => body(api.POST("/api/content-assets/collections", { body: { kind: "collection", ...wanted } as never })));
  void cache.invalidateQueries({ queryKey: collections.queryKey });
  return made;
}

export async function changeCollection(id: string, wanted: Record<string, unknown>): Promise<Collection | undefined> {
  const kept = await telling(() => body(api.PATCH("/api/content-assets/collections/{collection_id}", { params: { path: { collection_id: id } }, body: wanted as never })));
  void cache.invalidateQueries({ queryKey: ["collections"] });
  return kept;
}

/** With eight seconds to take it back; its pictures are not touched. */
export async function removeCollection(collection: Collection): Promise<boolean> {
  const path = { collection_id: collection.id };
  const done = await telling(async () => (await api.DELETE("/api/content-assets/collections/{collection_id}", { params: { path } }), true));
  void cache.invalidateQueries({ queryKey: ["collections"] });
  if (done !== true) return false;
  const back = async () => {
    await telling(() => body(api.POST("/api/content-assets/collections/{collection_id}/restore", { params: { path } })));
    void cache.invalidateQueries({ queryKey: ["collections"] });
  };
  say({ title: i18n.t("organise:removed", { name: collection.name }), action: { label: i18n.t("ui:undo"), perform: () => void back() } });
  return true;
}

/** From the top down, each with how deep it lies. */
export function nested(all: readonly Collection[]): { collection: Collection; deep: number; inner: boolean }[] {
  const below = new Map<string | null, Collection[]>();
  const ids = new Set(all.map((one) => one.id));
  for (const one of all) {
    const parent = one.parent !== null && ids.has(one.parent) ? one.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), one]);
  }
  const found: { collection: Collection; deep: number; inner: boolean }[] = [];
  const walk = (parent: string | null, deep: number) => {
    for (const collection of below.get(parent) ?? []) {
      found.push({ collection, deep, inner: below.has(collection.id) });
      walk(collection.id, deep + 1);
    }
  };
  walk(null, 0);
  return found;
}

export const listOf = (text: string): string[] => text.split(",").flatMap((one) => one.trim() || []);

/** What the labels look like, on every ground. */
export const COLOURS: Record<Label, string> = {
  red: "#e5484d",
  orange: "#f07d27",
  yellow: "#e2b100",
  green: "#30a46c",
  blue: "#3b82f6",
  purple: "#8e5bd6",
  grey: "#8b8d98",
};
