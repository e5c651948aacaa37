/** What came of an export: each format's file, or why there is none. Pure. */

import type { Asset, Run } from "@/api";

export interface Result {
  asset: Asset;
  /** The file as it was found to be. */
  bytes: number;
  limit: number | null;
  quality: number | null;
  ssim: number | null;
  type: string;
  enlarged: number;
  padded: boolean;
}

export interface Lost {
  format: string;
  reason: string;
}

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

export function resultOf(asset: Asset): Result {
  const { facts } = asset;
  return {
    asset,
    bytes: number(facts["bytes"]) ?? asset.bytes,
    limit: number(facts["limit"]),
    quality: number(facts["quality"]),
    ssim: number(facts["ssim"]),
    type: asset.type.replace("image/", ""),
    enlarged: number(facts["enlarged"]) ?? 1,
    padded: facts["padded"] === true,
  };
}

function formatOf({ facts: { format } }: Asset): string {
  return typeof format === "string" ? format : "";
}

/** Each format's file. What was tried again later counts. */
export function resultsOf(runs: readonly Run[]): Map<string, Result> {
  return new Map(runs.flatMap((run) => run.outputs.map((asset) => [formatOf(asset), resultOf(asset)] as const)));
}

/** How a run begins to say, after the name of a format, that there is no file for it. */
const MISSED = "was not made";
const OVER = new Set(["succeeded", "failed", "cancelled", "unknown"]);

/** The formats of these runs that are not there, each with what is known of why. Those of a run that goes on are waited for. */
export function lostOf(runs: readonly Run[], called: (format: string) => string): Lost[] {
  const made = resultsOf(runs);
  const found = new Map<string, string>();
  for (const run of runs) {
    if (!OVER.has(run.state)) continue;
    for (const format of wantedOf(run)) {
      if (made.has(format)) found.delete(format);
      else found.set(format, run.notes.find((note) => note.startsWith(`${called(format)} ${MISSED}`)) ?? run.error?.message ?? "");
    }
  }
  return [...found].map(([format, reason]) => ({ format, reason }));
}

/** Those that are still in the making. */
export function waitingOf(runs: readonly Run[]): Set<string> {
  const made = resultsOf(runs);
  return new Set(runs.filter(({ state }) => !OVER.has(state)).flatMap((run) => wantedOf(run).filter((format) => !made.has(format))));
}

export function wantedOf(run: Run): string[] {
  const { formats } = run.input;
  return Array.isArray(formats) ? formats.filter((one): one is string => typeof one === "string") : [];
}
