/** Duplicates, as the server finds them, and what becomes of them. */

import "@/i18n/doubles";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, cache } from "@/api";
import type { components } from "@/api/schema";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import { say } from "@/ui";

export type Group = components["schemas"]["DoublesOut"];

// The key begins with “assets”: whatever moves them makes this stale.
export const doubles = infiniteQueryOptions({
  queryKey: ["assets", "doubles"],
  queryFn: ({ pageParam, signal }) => body(api.GET("/api/assets/duplicates", { params: { query: pageParam === null ? {} : { after: pageParam } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
});

export const looked = queryOptions({
  queryKey: ["assets", "looked"],
  queryFn: ({ signal }) => body(api.GET("/api/assets/looks", { signal })),
});

const again = () => void cache.invalidateQueries({ queryKey: ["assets"] });

export async function merge(keep: string, others: readonly string[]): Promise<void> {
  const made = await telling(() => body(api.POST("/api/assets/duplicates/merge", { body: { keep, others: [...others] } })));
  again();
  if (!made) return;
  say({
    title: i18n.t("doubles:merged", { count: others.length }),
    action: { label: i18n.t("ui:undo"), perform: () => void telling(() => body(api.POST("/api/assets/duplicates/merge/{merge_id}/undo", { params: { path: { merge_id: made.id } } }))).then(again) },
  });
}

export async function part(ids: readonly string[]): Promise<void> {
  const said = (apart: boolean) => telling(async () => ((await api.POST("/api/assets/duplicates/apart", { body: { ids: [...ids], apart } })), true));
  const done = await said(true);
  again();
  if (done) say({ title: i18n.t("doubles:parted"), action: { label: i18n.t("ui:undo"), perform: () => void said(false).then(again) } });
}
