/** What the server knows of what is kept. Keys begin with the noun, so that news can name what is stale. */

import { queryOptions } from "@tanstack/react-query";
import { api, body, cache } from "@/api";
import type { components } from "@/api/schema";
import { telling } from "@/features/runs";

export type Chore = components["schemas"]["ChoreOut"] & { kind: Kind };
export type Storage = components["schemas"]["StorageOut"];
export type Share = components["schemas"]["ShareOut"];
type Kind = "empty" | "check" | "clean" | "verify";
export type Where = "kept" | "trash";

const OURS = new Set(["empty", "check", "clean", "verify"]);
const OVER = new Set(["succeeded", "failed", "cancelled"]);

export const trashNow = queryOptions({ queryKey: ["trash"], queryFn: () => body(api.GET("/api/trash")) });
export const storageNow = queryOptions({ queryKey: ["storage"], queryFn: () => body(api.GET("/api/storage")) });
export const healthNow = queryOptions({ queryKey: ["storage", "health"], queryFn: () => body(api.GET("/api/storage/health")) });
export const choresNow = queryOptions({ queryKey: ["chores"], queryFn: async () => (await body(api.GET("/api/chores"))).filter(isOurs) });

/** Others look at pictures, or tag them. */
const isOurs = (chore: components["schemas"]["ChoreOut"]): chore is Chore => OURS.has(chore.kind);

export function holdsOf(id: string) {
  return queryOptions({ queryKey: ["holds", id], queryFn: () => body(api.GET("/api/assets/{asset_id}/holds", { params: { path: { asset_id: id } } })) });
}

export function usageOf(id: string) {
  return queryOptions({ queryKey: ["usage", id], staleTime: 30_000, queryFn: () => body(api.GET("/api/assets/{asset_id}/usage", { params: { path: { asset_id: id } } })) });
}

export function treeOf(id: string, where: Where, itself: boolean) {
  return queryOptions({
    queryKey: ["tree", id, where, itself],
    staleTime: 0,
    queryFn: () => body(api.GET("/api/assets/{asset_id}/derived", { params: { path: { asset_id: id }, query: { where, itself } } })),
  });
}

export function isOver(chore: Chore): boolean {
  return OVER.has(chore.state);
}

/** Begins one, or finds the one that is under way; what it does is news from then on. */
export async function begin(kind: Chore["kind"]): Promise<Chore | undefined> {
  const chore = await telling(() => {
    if (kind === "empty") return body(api.POST("/api/trash/empty"));
    if (kind === "check") return body(api.POST("/api/storage/check"));
    if (kind === "clean") return body(api.POST("/api/storage/clean", { body: { dry_run: false } }));
    return body(api.POST("/api/storage/verify"));
  });
  if (!chore || !isOurs(chore)) return undefined;
  cache.setQueryData(choresNow.queryKey, (old) => [chore, ...(old ?? []).filter((one) => one.kind !== kind)]);
  return chore;
}

export async function stop(chore: Chore): Promise<void> {
  await telling(() => api.POST("/api/chores/{chore_id}/cancel", { params: { path: { chore_id: chore.id } } }));
  await cache.invalidateQueries({ queryKey: choresNow.queryKey });
}
