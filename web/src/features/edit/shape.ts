/** Shapes by their ratio, and what is inside a picture that is turned. */

import type { Point, Rect, Size } from "@/engine/view";
import { between, pulled, type Grip } from "./box";

export const RATIOS = ["1:1", "4:5", "3:2", "16:9", "9:16"] as const;

/** Width over height of "16:9"; NaN for what is none. */
export function ratioOf(text: string): number {
  const found = /^\s*(\d+(?:\.\d+)?)\s*[:/x]\s*(\d+(?:\.\d+)?)\s*$/.exec(text);
  return found ? Number(found[1]) / Number(found[2]) : NaN;
}

/** The largest part of this shape, in the middle. */
export function largest(ratio: number, within: Rect): Rect {
  const width = Math.max(1, Math.round(Math.min(within.width, within.height * ratio)));
  const height = Math.max(1, Math.round(Math.min(within.height, within.width / ratio)));
  return { x: within.x + Math.floor((within.width - width) / 2), y: within.y + Math.floor((within.height - height) / 2), width, height };
}

/** A box whose edges were pulled, in its shape again: what is opposite of the grip stays, nothing lies beside the picture. */
export function shaped(box: Rect, ratio: number, { across, down }: Grip, image: Size): Rect {
  let { width, height } = box;
  if (across !== 0 && down !== 0) width = Math.max(width, height * ratio);
  else if (across === 0 && down !== 0) width = height * ratio;
  height = width / ratio;
  const still: Point = {
    x: across < 0 ? box.x + box.width : across > 0 ? box.x : box.x + box.width / 2,
    y: down < 0 ? box.y + box.height : down > 0 ? box.y : box.y + box.height / 2,
  };
  const room = (way: number, at: number, length: number) => (way < 0 ? at : way > 0 ? length - at : 2 * Math.min(at, length - at));
  const fits = Math.min(1, room(across, still.x, image.width) / width, room(down, still.y, image.height) / height);
  width = Math.max(1, Math.round(width * fits));
  height = Math.max(1, Math.round(width / ratio));
  const place = (way: number, at: number, length: number, most: number) => Math.min(most - length, Math.max(0, Math.round(way < 0 ? at - length : way > 0 ? at : at - length / 2)));
  width = Math.min(width, image.width);
  height = Math.min(height, image.height);
  return { x: place(across, still.x, width, image.width), y: place(down, still.y, height, image.height), width, height };
}

/** Between two corners and of one shape, the first of which stays. */
export function drawn(from: Point, to: Point, ratio: number | null, image: Size): Rect {
  const box = between(from, to, image);
  return ratio === null ? box : shaped(box, ratio, { across: to.x < from.x ? -1 : 1, down: to.y < from.y ? -1 : 1 }, image);
}

/** Pulled by a grip; of one shape, an edge is not pulled over the opposite one. */
export function pulledIn(box: Rect, grip: Grip, dx: number, dy: number, ratio: number | null, image: Size): Rect {
  if (ratio === null || (grip.across === 0 && grip.down === 0)) return pulled(box, grip, dx, dy, image);
  const across = Math.max(grip.across * dx, 1 - box.width) * grip.across;
  const down = Math.max(grip.down * dy, 1 - box.height) * grip.down;
  return shaped(pulled(box, grip, across, down, image), ratio, grip, image);
}

/** What is left of a picture that is turned about its middle, in its own shape: no corner is empty. As the server cuts it. */
export function upright({ width, height }: Size, degrees: number): Rect {
  const turn = (Math.abs(degrees) * Math.PI) / 180;
  const scale = Math.min(width / (width * Math.cos(turn) + height * Math.sin(turn)), height / (width * Math.sin(turn) + height * Math.cos(turn)));
  const wide = Math.max(1, Math.floor(width * scale));
  const high = Math.max(1, Math.floor(height * scale));
  return { x: Math.floor((width - wide) / 2), y: Math.floor((height - high) / 2), width: wide, height: high };
}

/** The box, smaller about its middle, as far as it takes to lie on a picture that is turned. */
export function within(box: Rect, image: Size, degrees: number): Rect {
  if (degrees === 0) return box;
  const turn = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const back = ({ x, y }: Point): Point => ({ x: x * cos - y * sin, y: x * sin + y * cos });
  const forth = ({ x, y }: Point): Point => ({ x: x * cos + y * sin, y: y * cos - x * sin });
  const half = { x: image.width / 2, y: image.height / 2 };
  const wanted = back({ x: box.x + box.width / 2 - half.x, y: box.y + box.height / 2 - half.y });
  // A middle beside the picture has no box about it.
  const held = { x: Math.min(half.x * 0.98, Math.max(-half.x * 0.98, wanted.x)), y: Math.min(half.y * 0.98, Math.max(-half.y * 0.98, wanted.y)) };
  let fits = 1;
  for (const across of [-1, 1]) {
    for (const down of [-1, 1]) {
      const to = back({ x: (across * box.width) / 2, y: (down * box.height) / 2 });
      for (const axis of ["x", "y"] as const) {
        if (Math.abs(to[axis]) > 1e-9) fits = Math.min(fits, (Math.sign(to[axis]) * half[axis] - held[axis]) / to[axis]);
      }
    }
  }
  if (fits >= 1) return box;
  const middle = forth(held);
  const width = Math.max(1, Math.floor(box.width * fits));
  const height = Math.max(1, Math.floor(box.height * fits));
  const at = (centre: number, length: number, most: number) => Math.min(most - length, Math.max(0, Math.round(centre - length / 2)));
  return { x: at(middle.x + half.x, width, image.width), y: at(middle.y + half.y, height, image.height), width, height };
}

/** By how many pixels a picture goes on at each side. */
export interface Sides {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
export const SIDES = ["left", "top", "right", "bottom"] as const;

/** What it takes for a picture to have a shape, as much before it as after it. */
export function extended({ width, height }: Size, ratio: number): Sides {
  const across = Math.max(0, Math.round(height * ratio) - width);
  const down = Math.max(0, Math.round(width / ratio) - height);
  return { left: Math.floor(across / 2), right: across - Math.floor(across / 2), top: Math.floor(down / 2), bottom: down - Math.floor(down / 2) };
}

/** A frame that is pulled outwards, or moved as a whole as far as it goes around the picture. */
export function stretched(sides: Sides, { across, down }: Grip, dx: number, dy: number, most: number): Sides {
  const bound = (value: number) => Math.min(most, Math.max(0, Math.round(value)));
  if (across === 0 && down === 0) {
    const x = Math.max(-sides.right, Math.min(sides.left, Math.round(dx)));
    const y = Math.max(-sides.bottom, Math.min(sides.top, Math.round(dy)));
    return { left: sides.left - x, right: sides.right + x, top: sides.top - y, bottom: sides.bottom + y };
  }
  return {
    left: across < 0 ? bound(sides.left - dx) : sides.left,
    right: across > 0 ? bound(sides.right + dx) : sides.right,
    top: down < 0 ? bound(sides.top - dy) : sides.top,
    bottom: down > 0 ? bound(sides.bottom + dy) : sides.bottom,
  };
}
