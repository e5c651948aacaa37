/** Regions: all that hangs together around a point, in a mask or by the colour of a picture. */

import type { Size } from "../view";
import { type Bytes, type Plane, inverse } from "./plane";

/** Marks in an `open` map: 1 may be entered, 2 has been. */
const OPEN = 1;
const TAKEN = 2;

/**
 * Turns OPEN (1) into TAKEN (2) for all that is connected to (x, y) across edges. Spans of a row at a time.
 */
export function spread(open: Bytes, { width, height }: Size, x: number, y: number): void {
  if (open[y * width + x] !== OPEN) return;
  let stack = new Int32Array(4096);
  let top = 0;
  const push = (at: number) => {
    if (top === stack.length) {
      const larger = new Int32Array(stack.length * 2);
      larger.set(stack);
      stack = larger;
    }
    stack[top++] = at;
  };
  push(y * width + x);
  while (top > 0) {
    const at = stack[--top]!;
    if (open[at] !== OPEN) continue;
    const row = Math.floor(at / width) * width;
    let left = at;
    while (left > row && open[left - 1] === OPEN) left--;
    let right = at;
    while (right < row + width - 1 && open[right + 1] === OPEN) right++;
    open.fill(TAKEN, left, right + 1);
    // One seed for each span above and below.
    for (const next of [row - width, row + width]) {
      if (next < 0 || next >= width * height) continue;
      let inside = false;
      for (let index = next + left - row; index <= next + right - row; index++) {
        const here = open[index] === OPEN;
        if (here && !inside) push(index);
        inside = here;
      }
    }
  }
}

/** From here on a plateau is crossed: what is nearly full becomes full. */
const NEARLY = 240;

/**
 * The mask with the unmasked region (below 128) around (x, y) filled. Soft edges that lead up and out of the
 * region are climbed to their top, so that no seam is left. The same bytes if the point is masked already.
 */
export function filled(plane: Plane, x: number, y: number): Bytes {
  const { width, data } = plane;
  const region = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) region[at] = data[at]! < 128 ? OPEN : 0;
  spread(region, plane, x, y);
  const out = data.slice();
  const climb: number[] = [];
  const reach = (at: number, from: number) => {
    const value = data[at]!;
    const step = value - data[from]!;
    if (region[at] === TAKEN || value < 128 || step < 0 || (step === 0 && value < NEARLY)) return;
    region[at] = TAKEN;
    out[at] = 255;
    if (value < 255) climb.push(at);
  };
  // Corners too: where two strokes meet, the way up is diagonal. A ridge is not crossed by it.
  const around = (at: number) => {
    const column = at % width;
    const left = column > 0 ? -1 : 0;
    const right = column < width - 1 ? 1 : 0;
    for (let row = at >= width ? at - width : at; row <= at + width && row < data.length; row += width) {
      for (let next = row + left; next <= row + right; next++) reach(next, at);
    }
  };
  for (let at = 0; at < data.length; at++) {
    if (region[at] !== TAKEN || data[at]! >= 128) continue;
    out[at] = 255;
    around(at);
  }
  for (let next = climb.pop(); next !== undefined; next = climb.pop()) around(next);
  return out;
}

/** The mask with the masked region (128 and more) around (x, y) removed: `filled`, seen from the other side. */
export function emptied(plane: Plane, x: number, y: number): Bytes {
  return inverse(filled({ ...plane, data: inverse(plane.data) }, x, y));
}

/** The plane with the region of exactly the same value around (x, y) painted. */
export function recoloured(plane: Plane, x: number, y: number, value: number): Bytes {
  const here = plane.data[y * plane.width + x];
  const region = plane.data.map((other) => (other === here ? OPEN : 0));
  spread(region, plane, x, y);
  return plane.data.map((other, at) => (region[at] === TAKEN ? value : other));
}

/**
 * What has the colour of (x, y): 255 where no channel differs by more than `tolerance` (0..255), else 0.
 * `rgba`: four bytes a pixel. `contiguous`: only what hangs together with the point.
 */
export function alike(rgba: Uint8ClampedArray, size: Size, x: number, y: number, tolerance: number, contiguous: boolean): Bytes {
  const seed = (y * size.width + x) * 4;
  const [red, green, blue, alpha] = [rgba[seed]!, rgba[seed + 1]!, rgba[seed + 2]!, rgba[seed + 3]!];
  const region = new Uint8Array(size.width * size.height);
  for (let at = 0, from = 0; at < region.length; at++, from += 4) {
    const near =
      Math.abs(rgba[from]! - red) <= tolerance &&
      Math.abs(rgba[from + 1]! - green) <= tolerance &&
      Math.abs(rgba[from + 2]! - blue) <= tolerance &&
      Math.abs(rgba[from + 3]! - alpha) <= tolerance;
    if (near) region[at] = OPEN;
  }
  if (contiguous) spread(region, size, x, y);
  const wanted = contiguous ? TAKEN : OPEN;
  for (let at = 0; at < region.length; at++) region[at] = region[at] === wanted ? 255 : 0;
  return region;
}
