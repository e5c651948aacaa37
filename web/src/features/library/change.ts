/** What is done to many assets at once: shown at once, said to the server, taken back when it says no or a person does. */

import { api, body, cache, keepAsset, type Asset } from "@/api";
import { selected, selectedOf, type Selection } from "@/engine/grid/selection";
import type { Form } from "@/features/intake/PackAs";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import { count } from "@/lib/format";
import { say } from "@/ui";
import type { Filters } from "./search";
import type { Shelf } from "./shelf";

/** The server takes as many ids, and puts as many files into an archive. */
const MOST_IDS = 10_000;
const MOST_FILES = 5_000;
/** And promises so many runs at once. */
export const MOST_AT_ONCE = 200;

export type Wanted = { ids: string[]; except: string[] } | { all: Filters; except: string[] };
type Change = { favorite: boolean } | { deleted: boolean } | { forever: true };

export function wantedOf(shelf: Shelf, selection: Selection): Wanted {
  const ids = [...selection.ids];
  return selection.all ? { all: shelf.filters, except: ids } : { ids, except: [] };
}

async function bulk(select: Wanted, change: Change): Promise<string[]> {
  const { ids } = await body(api.POST("/api/assets/bulk", { body: { select, change } }));
  return ids;
}

async function back(ids: readonly string[], change: Change): Promise<void> {
  for (let at = 0; at < ids.length; at += MOST_IDS) await bulk({ ids: ids.slice(at, at + MOST_IDS), except: [] }, change);
}

export async function favour(shelf: Shelf, selection: Selection, on: boolean): Promise<void> {
  const mine = (id: string) => selected(selection, id);
  const turn = (value: boolean) => (asset: Asset) => ({ ...asset, favorite: value });
  const leaves = shelf.filters.favorite === true && !on;
  const undo = leaves ? shelf.takeOff(selection.ids, selection.all) : undefined;
  if (!leaves) shelf.change(mine, turn(on));
  const ids = await telling(() => bulk(wantedOf(shelf, selection), { favorite: on }));
  if (ids === undefined) {
    undo?.();
    if (!leaves) shelf.change(mine, turn(!on));
    return;
  }
  keep(ids, turn(on));
  if (!leaves) return;
  said("unfavoured", ids.length, () => {
    undo?.();
    void telling(() => back(ids, { favorite: true }));
  });
}

export async function trash(shelf: Shelf, selection: Selection): Promise<void> {
  await leave(shelf, selection, { deleted: true }, "trashed");
}

export async function restore(shelf: Shelf, selection: Selection): Promise<void> {
  await leave(shelf, selection, { deleted: false }, "restored");
}

async function leave(shelf: Shelf, selection: Selection, change: { deleted: boolean }, words: "trashed" | "restored"): Promise<void> {
  const undo = shelf.takeOff(selection.ids, selection.all);
  const ids = await telling(() => bulk(wantedOf(shelf, selection), change));
  if (ids === undefined) return undo();
  const moved = (deleted: boolean) => keep(ids, (asset) => ({ ...asset, deleted_at: deleted ? new Date().toISOString() : null }));
  moved(change.deleted);
  said(words, ids.length, () => {
    undo();
    moved(!change.deleted);
    void telling(() => back(ids, { deleted: !change.deleted }));
  });
}

/** Whoever shows one of them shows the change. */
function keep(ids: readonly string[], change: (asset: Asset) => Asset): void {
  const changed = new Set(ids);
  for (const [, asset] of cache.getQueriesData<Asset>({ queryKey: ["asset"] })) if (asset && changed.has(asset.id)) keepAsset(change(asset));
}

/** For ever: the one change that nobody takes back. */
export async function erase(shelf: Shelf, selection: Selection): Promise<void> {
  const undo = shelf.takeOff(selection.ids, selection.all);
  const ids = await telling(() => bulk(wantedOf(shelf, selection), { forever: true }));
  if (ids === undefined) return undo();
  say({ title: i18n.t("library:said.erased", { count: ids.length, n: count(ids.length) }) });
}

function said(words: "trashed" | "restored" | "unfavoured", many: number, undo: () => void): void {
  say({ title: i18n.t(`library:said.${words}`, { count: many, n: count(many) }), action: { label: i18n.t("ui:undo"), perform: undo } });
}

/** One picture as it is, several in an archive, by the browser's own download. */
export function download(shelf: Shelf, selection: Selection, form?: Form): void {
  const [first] = selection.ids;
  if (form === undefined && !selection.all && selection.ids.size === 1) return fetched(`/api/assets/${first!}/file?download=true`);
  const many = selectedOf(selection, shelf.total);
  if (many > MOST_FILES) return say({ title: i18n.t("library:tooMany", { n: count(many), most: count(MOST_FILES) }), bad: true });
  posted("/api/assets/zip", "selection", JSON.stringify({ ...wantedOf(shelf, selection), ...(form ? { as: form } : {}) }));
}

/** These files, as they are. */
export function packed(ids: readonly string[]): void {
  if (ids.length === 1) fetched(`/api/assets/${ids[0]!}/file?download=true`);
  else posted("/api/assets/zip", "selection", JSON.stringify({ ids }));
}

function fetched(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}

/** A plain form, so that the archive streams to the disk instead of through the page's memory. */
function posted(url: string, field: string, value: string): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  form.hidden = true;
  const input = document.createElement("input");
  input.name = field;
  input.value = value;
  form.append(input);
  document.body.append(form);
  form.submit();
  form.remove();
}

export async function rename(asset: Asset, title: string): Promise<Asset | undefined> {
  return telling(() => body(api.PATCH("/api/assets/{asset_id}", { params: { path: { asset_id: asset.id } }, body: { title } })));
}

