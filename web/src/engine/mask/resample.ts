/** A plane in another size. */

import type { Size } from "../view";
import type { Bytes, Plane } from "./plane";

/** Whole multiples in both directions, up or down. */
export function isMultiple(from: Size, to: Size): boolean {
  const up = to.width % from.width === 0 && to.height % from.height === 0;
  const down = from.width % to.width === 0 && from.height % to.height === 0;
  return up || down;
}

export function nearest(plane: Plane, { width, height }: Size): Bytes {
  const out = new Uint8Array(width * height);
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * plane.width) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * plane.height) / height) * plane.width;
    for (let x = 0; x < width; x++) out[y * width + x] = plane.data[row + columns[x]!]!;
  }
  return out;
}

/** Linear when it grows, averaged under a triangle when it shrinks. */
export function smooth(plane: Plane, { width, height }: Size): Bytes {
  const across = weights(plane.width, width);
  const down = weights(plane.height, height);
  const out = new Uint8Array(width * height);
  // Rows of the source, already in the new width; only those that the present row needs are kept.
  const narrowed = new Map<number, Float32Array>();
  const sum = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const { from, factors } = down[y]!;
    for (const row of narrowed.keys()) if (row < from) narrowed.delete(row);
    sum.fill(0);
    factors.forEach((factor, index) => {
      let line = narrowed.get(from + index);
      if (!line) narrowed.set(from + index, (line = squeezed(plane, from + index, across)));
      for (let x = 0; x < width; x++) sum[x]! += line[x]! * factor;
    });
    for (let x = 0; x < width; x++) out[y * width + x] = Math.round(sum[x]!);
  }
  return out;
}

interface Weights {
  from: number;
  factors: number[];
}

function weights(length: number, wanted: number): Weights[] {
  const ratio = length / wanted;
  const support = Math.max(1, ratio);
  return Array.from({ length: wanted }, (_, index) => {
    const middle = (index + 0.5) * ratio - 0.5;
    const from = Math.max(0, Math.ceil(middle - support + 1e-9));
    const to = Math.min(length - 1, Math.floor(middle + support - 1e-9));
    const raw = Array.from({ length: Math.max(1, to - from + 1) }, (_unused, at) => Math.max(0, 1 - Math.abs(from + at - middle) / support));
    const sum = raw.reduce((total, value) => total + value, 0);
    return sum > 0 ? { from, factors: raw.map((value) => value / sum) } : { from: Math.min(length - 1, Math.max(0, Math.round(middle))), factors: [1] };
  });
}

function squeezed({ data, width }: Plane, row: number, across: readonly Weights[]): Float32Array {
  const start = row * width;
  return Float32Array.from(across, ({ from, factors }) => {
    let sum = 0;
    for (let index = 0; index < factors.length; index++) sum += data[start + from + index]! * factors[index]!;
    return sum;
  });
}
