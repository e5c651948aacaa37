/** What was asked for before, as it was written. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, body, cache } from "@/api";

export type Sort = "recent" | "worked";

const PAGE = 30;
const WALKED = 50;

export function promptsOf(q: string, sort: Sort) {
  return infiniteQueryOptions({
    queryKey: ["prompts", { q, sort }],
    queryFn: ({ pageParam, signal }) => body(api.GET("/api/prompts", { params: { query: { q, sort, limit: PAGE, ...(pageParam === null ? {} : { after: pageParam }) } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    // Runs and likings change it, and nobody is told.
    staleTime: 0,
  });
}

/** The newest prompts, the newest first; none where the studio does not answer. */
export async function earlier(): Promise<string[]> {
  try {
    const page = await cache.query({ queryKey: ["prompts", "walked"], queryFn: () => body(api.GET("/api/prompts", { params: { query: { limit: WALKED } } })), staleTime: 10_000 });
    return page.items.map(({ prompt }) => prompt);
  } catch {
    return [];
  }
}
