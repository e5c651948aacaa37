/**
 * What comes before and after a picture in the list that the viewer was opened from. A page that shows a list says so
 * with `setSequence` and takes it back when it leaves; otherwise it is the outputs of the same run, else the library.
 */

import { api, assetOf, body, cache, Problem, runOf, type Asset } from "@/api";

type Neighbour = (id: string) => Promise<string | null | undefined> | string | null | undefined;

export interface Sequence {
  prev: Neighbour;
  next: Neighbour;
}

let said: Sequence | null = null;

export function setSequence(sequence: Sequence | null): void {
  said = sequence;
}

/** A list whose members are all known. */
export function sequenceOf(ids: readonly string[]): Sequence {
  const beside = (id: string, step: 1 | -1): string | null => {
    const at = ids.indexOf(id);
    return at < 0 ? null : (ids[at + step] ?? null);
  };
  return { prev: (id) => beside(id, -1), next: (id) => beside(id, 1) };
}

/** The asset beside this one, or null at the end of the list. */
export async function neighbour(id: string, way: "prev" | "next"): Promise<string | null> {
  try {
    return (await (said ?? (await own(id)))[way](id)) ?? null;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

async function own(id: string): Promise<Sequence> {
  const asset = await cache.query({ ...assetOf(id), staleTime: "static" });
  if (asset.run !== null) {
    const run = await cache.query({ ...runOf(asset.run), staleTime: "static" });
    if (run.outputs.length > 1) return sequenceOf(run.outputs.map((output) => output.id));
  }
  return LIBRARY;
}

/** The newest first, as the library shows them. */
const LIBRARY: Sequence = { prev: (id) => following(id, "oldest"), next: (id) => following(id, "newest") };

async function following(id: string, sort: "newest" | "oldest"): Promise<string | null> {
  const page = await cache.query({
    queryKey: ["assets", "beside", id, sort],
    staleTime: "static",
    queryFn: () => body(api.GET("/api/assets", { params: { query: { after: id, limit: 1, sort, purpose: "picture" } } })),
  });
  const found: Asset | undefined = page.items[0];
  if (found) cache.setQueryData(assetOf(found.id).queryKey, found);
  return found?.id ?? null;
}
