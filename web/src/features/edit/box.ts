/** A rectangle of whole pixels on a picture, and what hands and keys make of it. */

import type { Point, Rect, Size } from "@/engine/view";

/** Which edges a hand has: none of them moves the whole. */
export interface Grip {
  across: -1 | 0 | 1;
  down: -1 | 0 | 1;
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** Between two corners, in any order: at least one pixel, nothing beside the picture. */
export function between(one: Point, other: Point, image: Size): Rect {
  const left = clamp(Math.floor(Math.min(one.x, other.x)), 0, image.width - 1);
  const top = clamp(Math.floor(Math.min(one.y, other.y)), 0, image.height - 1);
  const right = clamp(Math.ceil(Math.max(one.x, other.x)), left + 1, image.width);
  const bottom = clamp(Math.ceil(Math.max(one.y, other.y)), top + 1, image.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export function moved(box: Rect, dx: number, dy: number, image: Size): Rect {
  return { ...box, x: clamp(Math.round(box.x + dx), 0, image.width - box.width), y: clamp(Math.round(box.y + dy), 0, image.height - box.height) };
}

/** With some of its edges pulled; an edge that is pulled over the opposite one changes places with it. */
export function pulled(box: Rect, { across, down }: Grip, dx: number, dy: number, image: Size): Rect {
  if (across === 0 && down === 0) return moved(box, dx, dy, image);
  const left = box.x + (across < 0 ? Math.round(dx) : 0);
  const right = box.x + box.width + (across > 0 ? Math.round(dx) : 0);
  const top = box.y + (down < 0 ? Math.round(dy) : 0);
  const bottom = box.y + box.height + (down > 0 ? Math.round(dy) : 0);
  return between({ x: left, y: top }, { x: right, y: bottom }, image);
}

/** Where one begins that has not drawn anything yet. */
export function middling(image: Size): Rect {
  return between({ x: image.width * 0.1, y: image.height * 0.1 }, { x: image.width * 0.9, y: image.height * 0.9 }, image);
}

export function boxIn(value: unknown): Rect | null {
  if (typeof value !== "object" || value === null) return null;
  const { x, y, width, height } = value as Record<string, unknown>;
  return typeof x === "number" && typeof y === "number" && typeof width === "number" && typeof height === "number" ? { x, y, width, height } : null;
}
