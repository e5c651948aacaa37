/** What a file comes to with these settings: made for real, shown, and kept by nobody. */

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, body, cache, problemOf, type Asset } from "@/api";

export interface Facts {
  before: number;
  ssim?: number;
  quality?: number;
  scale?: number;
  as_it_was?: boolean;
  frames?: number;
  notes: string[];
}

export interface Made {
  bytes: number;
  type: string;
  facts: Facts;
  file: Blob;
}

const PAUSE_MS = 350;
/** What every browser can show. */
const SHOWN = new Set(["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"]);

/** How alike two pictures are, in a word; from which similarity on. */
export const VERDICTS = [
  ["same", 0.985],
  ["close", 0.95],
  ["near", 0.88],
  ["far", -1],
] as const;

export type Verdict = (typeof VERDICTS)[number][0];

export function verdictOf(ssim: number): Verdict {
  return VERDICTS.find(([, least]) => ssim >= least)![0];
}

/** What is gone of it, as a share of what it was; below nothing where it grew. */
export function savedOf(before: number, after: number): number {
  return before > 0 ? 1 - after / before : 0;
}

async function glimpse(asked: string, signal: AbortSignal): Promise<Made> {
  const answer = await fetch("/api/runs/glimpse", { method: "POST", headers: { "content-type": "application/json" }, body: asked, signal });
  if (!answer.ok) throw await problemOf(answer);
  const file = await answer.blob();
  return { bytes: file.size, type: file.type, file, facts: JSON.parse(answer.headers.get("gesso-facts") ?? "{}") as Facts };
}

/** The value, once it has stayed the same for a moment. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

/** An answer that comes too late is dropped, and what nobody waits for any more is stopped where it is made. */
export function useMade(op: string, image: string, input: Record<string, unknown>, able: boolean) {
  const asking = JSON.stringify({ op, input: { ...input, image } });
  const asked = useRested(asking);
  const found = useQuery({
    queryKey: ["file", image, asked],
    queryFn: ({ signal }) => glimpse(asked, signal),
    // The file of another picture is nothing to look at meanwhile.
    placeholderData: (before, query) => (query?.queryKey[1] === image ? keepPreviousData(before) : undefined),
    enabled: able && asked === asking,
    retry: false,
    staleTime: Infinity,
    gcTime: 120_000,
  });
  const fresh = asked === asking && !found.isFetching && !found.isPlaceholderData;
  return { made: found.isError && fresh ? undefined : found.data, error: fresh ? found.error : null, fresh };
}

/** Where the file can be seen; nowhere, where browsers do not show its kind. */
export function useAddress(made: Made | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  const file = made && SHOWN.has(made.type) ? made.file : undefined;
  useEffect(() => {
    setUrl(undefined);
    if (!file) return undefined;
    const address = URL.createObjectURL(file);
    setUrl(address);
    return () => URL.revokeObjectURL(address);
  }, [file]);
  return url;
}

/** The file in the place of the picture. What would be said to the studio after its name is no part of it. */
export function shownAs(source: Asset, url: string): Asset {
  return { ...source, id: url, title: "", thumbnail: `${url}#`, preview: url, file: url, facts: { alpha: source.facts["alpha"] } };
}

/** What a preset says itself. */
const OF_PRESETS = new Set(["preset", "target_kb", "format", "quality", "lossless", "smaller"]);

/** What each preset comes to for this picture, with the rest of the settings as they are: one after the other, so that
 * nobody else's work waits for all of them. */
export function usePresets(image: string, input: Record<string, unknown>, names: readonly string[], able: boolean) {
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !OF_PRESETS.has(name)));
  const asking = JSON.stringify({ ...rest, image });
  const asked = useRested(asking);
  const keyOf = (preset: string) => ["file", "preset", asked, preset];
  const next = names.findIndex((preset) => (cache.getQueryState(keyOf(preset))?.status ?? "pending") === "pending");
  return useQueries({
    queries: names.map((preset, index) => ({
      queryKey: keyOf(preset),
      queryFn: ({ signal }: { signal: AbortSignal }) => body(api.POST("/api/image-studio/compress/estimate", { body: { ...(JSON.parse(asked) as object), preset } as never, signal })),
      enabled: able && asked === asking && index === next,
      retry: false,
      staleTime: Infinity,
      gcTime: 120_000,
    })),
    combine: (answers) => answers.map(({ data, isPending, isError }) => ({ data, waiting: isPending && !isError })),
  });
}
