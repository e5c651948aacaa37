/** What the page asks the server for, and how figures are drawn: pure, so that it can be tested. */

import { queryOptions } from "@tanstack/react-query";
import { api, body } from "@/api";
import type { components } from "@/api/schema";

export type Figures = components["schemas"]["AnalyticsOut"];
export type Point = components["schemas"]["PointOut"];
export type Group = components["schemas"]["GroupOut"];

export const RANGES = ["7", "30", "90", "365"] as const;
/** From below to above; each keeps its colour wherever it is drawn. */
export const STUDIOS = ["create", "edit", "upscale", "control", "transform", "export", "words", "own", "upload"] as const;

export interface Asked {
  since: string;
  until?: string;
  studio?: string | undefined;
  person?: string | undefined;
}

/** The day, in UTC, that lies so many days before this one. */
export function daysAgo(days: number, now = new Date()): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}

export function figuresOf(asked: Asked) {
  return queryOptions({ queryKey: ["analytics", asked], staleTime: 30_000, queryFn: () => body(api.GET("/api/analytics", { params: { query: asked } })) });
}

/** A round number at or above the largest, so that a line of the grid stands over it. */
export function ceiling(most: number): number {
  if (most <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * step).find((round) => round >= most) ?? most;
}

export interface Block {
  studio: string;
  /** From the ground, in the same measure as the figures. */
  from: number;
  to: number;
}

/** What was made, studio upon studio. */
export function stacked(point: Point): Block[] {
  let at = 0;
  return STUDIOS.flatMap((studio) => {
    const made = point.studios[studio] ?? 0;
    return made === 0 ? [] : [{ studio, from: at, to: (at += made) }];
  });
}
