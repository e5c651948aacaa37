/** Points on a picture, as requests write them: "40,30 610,55 590,420 30,400". */

import type { Point, Size } from "@/engine/view";

const PAIR = /(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)/g;

export function cornersIn(value: unknown): Point[] | null {
  if (typeof value !== "string") return null;
  const found = [...value.matchAll(PAIR)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  return found.length === 4 ? found : null;
}

export function writtenCorners(corners: readonly Point[]): string {
  return corners.map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`).join(" ");
}

/** Where they begin. */
export function middleCorners({ width, height }: Size): Point[] {
  const [left, top, right, bottom] = [0.15 * width, 0.15 * height, 0.85 * width, 0.85 * height].map(Math.round) as [number, number, number, number];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

const POINT = /^\s*(\d+)\s*[,;x ]\s*(\d+)\s*$/;

export function pointIn(value: unknown): Point | null {
  const found = typeof value === "string" ? POINT.exec(value) : null;
  return found ? { x: Number(found[1]), y: Number(found[2]) } : null;
}

/** A light's place as seen on the picture: 0° is above, 90° the right; the farther from the middle, the lower it is. */
export function lightAt(direction: number, height: number): Point {
  const turn = (direction * Math.PI) / 180;
  return { x: (1 - height) * Math.sin(turn), y: -(1 - height) * Math.cos(turn) };
}

/** The same backwards, in whole degrees and hundredths. */
export function lightFrom({ x, y }: Point): { direction: number; height: number } {
  const direction = Math.round((Math.atan2(x, -y) * 180) / Math.PI);
  return { direction: (direction + 360) % 360, height: Math.round(Math.max(0, 1 - Math.hypot(x, y)) * 100) / 100 };
}
