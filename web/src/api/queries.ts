/** What the server knows, as the page asks for it. Keys begin with the noun, so that news can name what is stale. */

import { infiniteQueryOptions, QueryClient, queryOptions, type InfiniteData } from "@tanstack/react-query";
import { api, body, Problem, type Asset, type Run } from "./client";

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      // News comes by the socket; a time limit would only ask again for what is known.
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      retry: (failures, error) => error instanceof Problem && error.passing && failures < 3,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
    },
  },
});

export interface RunPage {
  items: Run[];
  next?: string | null;
}

export const OVER = new Set(["succeeded", "failed", "cancelled"]);
export const WORKING = ["queued", "running"] as const;

export const me = queryOptions({
  queryKey: ["me"],
  queryFn: () => body(api.GET("/api/me")),
});

export const credits = queryOptions({
  queryKey: ["credits"],
  queryFn: () => body(api.GET("/api/credits")),
});

export const operations = queryOptions({
  queryKey: ["operations"],
  queryFn: () => body(api.GET("/api/operations")),
});

export const providers = queryOptions({
  queryKey: ["providers"],
  queryFn: () => body(api.GET("/api/providers")),
});

/** What the team signs its pictures with. */
export const certificate = queryOptions({
  queryKey: ["certificate"],
  queryFn: () => body(api.GET("/api/credentials")),
});

/** How many notices are not read. */
export const unread = queryOptions({
  queryKey: ["notices", "unread"],
  queryFn: async () => (await body(api.GET("/api/notifications", { params: { query: { limit: 1, unread: true } } }))).unread,
});

/** What I am told of, the newest first. */
export const notices = infiniteQueryOptions({
  queryKey: ["notices", "list"],
  queryFn: ({ pageParam }) => body(api.GET("/api/notifications", { params: { query: { limit: 30, ...(pageParam === null ? {} : { after: pageParam }) } } })),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next ?? null,
});

/** How I am told of it. */
export const wishes = queryOptions({
  queryKey: ["wishes"],
  queryFn: () => body(api.GET("/api/notifications/preferences")),
});

/** The browsers of mine that are pushed to. */
export const pushes = queryOptions({
  queryKey: ["pushes"],
  queryFn: () => body(api.GET("/api/notifications/push")),
});

export const tokens = queryOptions({
  queryKey: ["tokens"],
  queryFn: () => body(api.GET("/api/tokens")),
});

/** The team's brand kits. */
export const kits = queryOptions({
  queryKey: ["kits"],
  queryFn: () => body(api.GET("/api/brand")),
});

/** The styles that answer these words; without words all of them, the team's own first. */
export function stylesOf(words = "") {
  return queryOptions({
    queryKey: ["styles", words],
    queryFn: ({ signal }) => body(api.GET("/api/styles", { params: { query: { q: words } }, signal })),
  });
}

/** The templates that answer these words: a sentence is answered with those that suit it, and why. */
export function templatesOf(words = "") {
  const sentence = words.split(/\s+/).length > 2;
  return queryOptions({
    queryKey: ["templates", words],
    queryFn: async ({ signal }) => {
      if (sentence) {
        const found = await body(api.GET("/api/templates/recommend", { params: { query: { text: words } }, signal }));
        if (found.length > 0) return found;
      }
      return body(api.GET("/api/templates", { params: { query: { q: words } }, signal }));
    },
  });
}

/** The runs of these operations (none: of all), the newest first. */
export function runsOf(ops: readonly string[] = []) {
  return infiniteQueryOptions({
    queryKey: ["runs", { ops }],
    queryFn: ({ pageParam }) => body(api.GET("/api/runs", { params: { query: { limit: 20, op: [...ops], ...(pageParam === null ? {} : { after: pageParam }) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
  });
}

/** What waits or works at present. */
export const working = queryOptions({
  queryKey: ["runs", { state: WORKING }],
  queryFn: () => body(api.GET("/api/runs", { params: { query: { limit: 100, state: [...WORKING, "unknown"] } } })),
});

export function runOf(id: string) {
  return queryOptions({
    queryKey: ["run", id],
    queryFn: () => body(api.GET("/api/runs/{run_id}", { params: { path: { run_id: id } } })),
  });
}

export function comparisonOf(id: string) {
  return queryOptions({
    queryKey: ["comparison", id],
    queryFn: () => body(api.GET("/api/comparisons/{comparison_id}", { params: { path: { comparison_id: id } } })),
  });
}

/** The newest ones, or the newest in the trash. */
export function comparisonsOf(deleted = false) {
  return queryOptions({
    queryKey: ["comparisons", { deleted }],
    queryFn: () => body(api.GET("/api/comparisons", { params: { query: { limit: 50, deleted } } })),
  });
}

export function batchOf(id: string) {
  return queryOptions({
    queryKey: ["batch", id],
    queryFn: ({ signal }) => body(api.GET("/api/batches/{batch_id}", { params: { path: { batch_id: id } }, signal })),
  });
}

/** The team's batches, the newest first. */
export const batchesOf = infiniteQueryOptions({
  queryKey: ["batches"],
  queryFn: ({ pageParam, signal }) => body(api.GET("/api/batches", { params: { query: { limit: 20, ...(pageParam === null ? {} : { after: pageParam }) } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next ?? null,
});

export const batchTemplates = queryOptions({
  queryKey: ["batch templates"],
  queryFn: () => body(api.GET("/api/batches/templates")),
});

export function assetOf(id: string) {
  return queryOptions({
    queryKey: ["asset", id],
    queryFn: () => body(api.GET("/api/assets/{asset_id}", { params: { path: { asset_id: id } } })),
  });
}

/** The team's collections and campaigns, each with the one it is nested in. */
export const collections = queryOptions({
  queryKey: ["collections"],
  queryFn: () => body(api.GET("/api/content-assets/collections")),
});

/** Those that a picture is in. */
export function collectionsOf(id: string) {
  return queryOptions({
    queryKey: ["collections", "of", id],
    queryFn: () => body(api.GET("/api/assets/{asset_id}/collections", { params: { path: { asset_id: id } } })),
  });
}

export const tags = queryOptions({
  queryKey: ["tags"],
  queryFn: () => body(api.GET("/api/tags", { params: { query: { limit: 1000 } } })),
});

export function recipeOf(id: string) {
  return queryOptions({
    queryKey: ["recipe", id],
    queryFn: () => body(api.GET("/api/assets/{asset_id}/recipe", { params: { path: { asset_id: id } } })),
  });
}

export function provenanceOf(id: string) {
  return queryOptions({
    queryKey: ["provenance", id],
    queryFn: () => body(api.GET("/api/assets/{asset_id}/provenance", { params: { path: { asset_id: id } } })),
  });
}

/** Where it came from and what came of it, over all generations; `fan` is how many children of each are shown. */
export function lineageOf(id: string, fan = 8) {
  return queryOptions({
    queryKey: ["lineage", id, fan],
    queryFn: ({ signal }) => body(api.GET("/api/assets/{asset_id}/lineage", { params: { path: { asset_id: id }, query: { fan } }, signal })),
  });
}

export function versionsOf(id: string) {
  return queryOptions({
    queryKey: ["versions", id],
    queryFn: () => body(api.GET("/api/assets/{asset_id}/versions", { params: { path: { asset_id: id } } })),
  });
}

type Lists = InfiniteData<RunPage> | RunPage | undefined;

function mapRuns(lists: Lists, change: (run: Run) => Run): Lists {
  if (!lists) return lists;
  if ("pages" in lists) return { ...lists, pages: lists.pages.map((page) => ({ ...page, items: page.items.map(change) })) };
  return { ...lists, items: lists.items.map(change) };
}

/** Changes the lists of runs. One that is being read at this moment may arrive as it was before, and is changed then. */
function changeLists(change: () => void): void {
  change();
  const reading = { queryKey: ["runs"], fetchStatus: "fetching" } as const;
  if (cache.isFetching(reading)) void cache.refetchQueries(reading, { cancelRefetch: false }).then(change);
}

/** Puts a run that was just read into every list that shows it. */
export function keepRun(run: Run): void {
  cache.setQueryData(runOf(run.id).queryKey, run);
  for (const asset of run.outputs) cache.setQueryData(assetOf(asset.id).queryKey, asset);
  changeLists(() => {
    const newest = cache.getQueryData(runOf(run.id).queryKey) ?? run;
    cache.setQueriesData<Lists>({ queryKey: ["runs"] }, (lists) => mapRuns(lists, (old) => (old.id === run.id ? newest : old)));
  });
}

/** Puts a run that was just promised on top of the lists that it belongs to. */
export function beginRun(run: Run): void {
  cache.setQueryData(runOf(run.id).queryKey, run);
  changeLists(() => {
    const newest = cache.getQueryData(runOf(run.id).queryKey) ?? run;
    for (const [key, lists] of cache.getQueriesData<Lists>({ queryKey: ["runs"] })) {
      const wanted = key[1] as { ops?: readonly string[]; state?: readonly string[] };
      if (!lists || (wanted.ops?.length && !wanted.ops.includes(run.op))) continue;
      const known = ("pages" in lists ? lists.pages : [lists]).some((page) => page.items.some((old) => old.id === run.id));
      if (known) continue;
      if ("pages" in lists) {
        const [first, ...rest] = lists.pages;
        if (first) cache.setQueryData(key, { ...lists, pages: [{ ...first, items: [newest, ...first.items] }, ...rest] });
      } else cache.setQueryData(key, { ...lists, items: [newest, ...lists.items] });
    }
  });
}

/** Changes an asset wherever it is shown. */
export function keepAsset(asset: Asset): void {
  cache.setQueryData(assetOf(asset.id).queryKey, asset);
  cache.setQueriesData<Lists>({ queryKey: ["runs"] }, (lists) =>
    mapRuns(lists, (run) => (run.outputs.some((output) => output.id === asset.id) ? { ...run, outputs: run.outputs.map((output) => (output.id === asset.id ? asset : output)) } : run)),
  );
  cache.setQueriesData<Run>({ queryKey: ["run"] }, (run) => (run ? { ...run, outputs: run.outputs.map((output) => (output.id === asset.id ? asset : output)) } : run));
  void cache.invalidateQueries({ queryKey: ["recipe", asset.id] });
}
