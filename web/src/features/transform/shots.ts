/** The pictures of a sequence, each with its length and what comes after it. */

import type { Values } from "@/features/forms/schema";

export interface Shot {
  image: string;
  seconds: number;
  /** What stands between it and the next one. */
  then: string;
}

export const LEAST = 0.5;
export const MOST = 20;

/** From a form's values; where lengths or transitions are not told one by one, all are alike. */
export function shotsOf(values: Values): Shot[] {
  const images = (values["images"] as string[] | undefined) ?? [];
  const lengths = (values["lengths"] as number[] | undefined) ?? [];
  const transitions = (values["transitions"] as string[] | undefined) ?? [];
  const seconds = typeof values["seconds"] === "number" ? values["seconds"] : 3;
  const then = typeof values["transition"] === "string" ? values["transition"] : "fade";
  return images.map((image, index) => ({ image, seconds: lengths[index] ?? seconds, then: transitions[index] ?? then }));
}

/** Back into the form: one length for each, one transition for each but the last. */
export function valuesOf(shots: readonly Shot[]): Values {
  return { images: shots.map((shot) => shot.image), lengths: shots.map((shot) => shot.seconds), transitions: shots.slice(0, -1).map((shot) => shot.then) };
}

/** The shot from one place to another; the transition stays with the picture that goes before it. */
export function moved(shots: readonly Shot[], from: number, to: number): Shot[] {
  const place = Math.min(shots.length - 1, Math.max(0, to));
  const [shot] = shots.slice(from, from + 1);
  if (!shot || place === from) return [...shots];
  const rest = shots.filter((_, index) => index !== from);
  return [...rest.slice(0, place), shot, ...rest.slice(place)];
}

export const lengthOf = (shots: readonly Shot[]): number => shots.reduce((sum, shot) => sum + shot.seconds, 0);
