/** What programs propose to say of pictures, and a person's word on it. */

import "@/i18n/tagging";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, cache } from "@/api";
import type { components } from "@/api/schema";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import { say } from "@/ui";

type Schemas = components["schemas"];
export type Proposed = Schemas["WaitingOut"];
export type Select = Schemas["Selection"];
export type Mode = Schemas["TaggingIn"]["mode"];

// The keys begin with “assets”: whatever changes them makes these stale.
export const tagging = queryOptions({
  queryKey: ["assets", "tagging"],
  queryFn: ({ signal }) => body(api.GET("/api/tagging", { signal })),
});

export const proposalsOf = (asset: string) =>
  queryOptions({
    queryKey: ["assets", "proposals", asset],
    queryFn: async ({ signal }) => (await body(api.GET("/api/tagging/proposals", { params: { query: { asset } }, signal }))).items[0] ?? null,
  });

export const proposals = infiniteQueryOptions({
  queryKey: ["assets", "proposals"],
  queryFn: ({ pageParam, signal }) => body(api.GET("/api/tagging/proposals", { params: { query: pageParam === null ? {} : { after: pageParam } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
});

const again = () => void Promise.all(["assets", "asset"].map((noun) => cache.invalidateQueries({ queryKey: [noun] })));

/** A word on what is proposed for these pictures, or for all; eight seconds to take it back. */
export async function decide(ids: readonly string[] | null, state: "kept" | "rejected", some: { tags?: string[]; fields?: ("caption" | "alt")[] } = {}): Promise<void> {
  const done = await telling(() => body(api.POST("/api/tagging/decide", { body: { state, ...(ids === null ? {} : { ids: [...ids] }), ...some } })));
  again();
  if (!done) return;
  const many = new Set([...Object.keys(done.tags), ...Object.keys(done.fields)]).size;
  if (many === 0) return;
  const undo = () => void telling(() => body(api.POST("/api/tagging/undo", { body: done }))).then(again);
  say({ title: i18n.t(state === "kept" ? "tagging:kept" : "tagging:rejected", { count: many }), ...(many <= 500 ? { action: { label: i18n.t("ui:undo"), perform: undo } } : {}) });
}

export async function setMode(mode: Mode, language: "en" | "de"): Promise<void> {
  const now = await telling(() => body(api.PUT("/api/tagging", { body: { mode, language } })));
  if (now) cache.setQueryData(tagging.queryKey, now);
}

export async function stop(chore: string): Promise<void> {
  await telling(() => body(api.POST("/api/chores/{chore_id}/cancel", { params: { path: { chore_id: chore } } })));
  again();
}
