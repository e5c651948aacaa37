/** A version of a picture made the newest again: free, at once, and taken back with one word. */

import "@/i18n/edit";
import { api, body, cache, keepAsset, type Asset } from "@/api";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import { say } from "@/ui";

/** `leave` is where one was before: undone, one is there again. */
export async function bringBack(version: Asset, label: string, leave: () => void): Promise<Asset | undefined> {
  const back = await telling(() => body(api.POST("/api/assets/{asset_id}/versions", { params: { path: { asset_id: version.id } } })));
  if (!back) return undefined;
  keepAsset(back);
  await cache.invalidateQueries({ queryKey: ["versions"] });
  void cache.invalidateQueries({ queryKey: ["assets"] });
  say({ title: i18n.t("edit:history.done", { label }), action: { label: i18n.t("ui:undo"), perform: () => void undo(back, leave) } });
  return back;
}

async function undo(back: Asset, leave: () => void): Promise<void> {
  const gone = await telling(() => body(api.DELETE("/api/assets/{asset_id}", { params: { path: { asset_id: back.id } } })) as Promise<Asset>);
  if (!gone) return;
  leave();
  keepAsset(gone);
  await cache.invalidateQueries({ queryKey: ["versions"] });
  void cache.invalidateQueries({ queryKey: ["assets"] });
}
