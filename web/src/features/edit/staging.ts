/** Variations of an edit that wait for a person's word: which runs made them, and which were kept already. */

import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { OVER, runOf, type Asset, type Run } from "@/api";

interface Staging {
  /** By the picture that they are variations of. */
  runs: Record<string, string[]>;
  kept: string[];
  put: (source: string, runs: readonly Run[]) => void;
  keep: (assets: readonly string[]) => void;
  clear: (source: string) => void;
}

/** So many kept ones are remembered: a run is forgotten as soon as none of its variations waits. */
const REMEMBERED = 200;

export const useStaging = create<Staging>()(
  persist(
    (set) => ({
      runs: {},
      kept: [],
      put: (source, runs) => set((now) => ({ runs: { ...now.runs, [source]: [...runs.map((run) => run.id), ...(now.runs[source] ?? [])] } })),
      keep: (assets) => set(({ kept }) => ({ kept: [...kept, ...assets].slice(-REMEMBERED) })),
      clear: (source) => set(({ runs }) => ({ runs: Object.fromEntries(Object.entries(runs).filter(([id]) => id !== source)) })),
    }),
    { name: "gesso.staging", version: 1, partialize: ({ runs, kept }) => ({ runs, kept }) },
  ),
);

export interface Staged {
  asset: Asset;
  run: Run;
  /** Of this one, in thousandths of a credit. */
  price: number;
}

const NONE: string[] = [];

/** What waits, and what of it is still to come. */
export function useStaged(source: string): { staged: readonly Staged[]; coming: readonly Run[]; failed: readonly Run[] } {
  const ids = useStaging((state) => state.runs[source] ?? NONE);
  const kept = useStaging((state) => state.kept);
  const found = useQueries({ queries: ids.map((id) => runOf(id)), combine: (results) => results.map(({ data }) => data).filter((run) => run !== undefined) });
  return useMemo(() => {
    const staged = found.flatMap((run) =>
      run.outputs.filter((asset) => asset.deleted_at === null && !kept.includes(asset.id)).map((asset) => ({ asset, run, price: Math.round((OVER.has(run.state) ? run.spent : run.price) / Math.max(1, OVER.has(run.state) ? run.outputs.length : run.expected)) })),
    );
    return { staged, coming: found.filter((run) => !OVER.has(run.state) && run.state !== "unknown"), failed: found.filter((run) => run.state === "failed" || run.state === "unknown") };
  }, [found, kept]);
}
