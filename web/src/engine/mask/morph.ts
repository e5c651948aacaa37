/** Grow, shrink and feather. What lies outside of the picture neither adds nor takes. */

import { type Bytes, type Plane, TILE, common, inverse, tileCount, tileRect, whole } from "./plane";

/** Each pixel becomes the largest within `radius` (Euclidean, between the middles of pixels). */
export function grown(plane: Plane, radius: number): Bytes {
  const out = plane.data.slice();
  const half = halfWidths(radius);
  const count = tileCount(plane);
  for (let tile = 0; tile < count; tile++) growTile(plane, out, tile, half);
  return out;
}

export function shrunk(plane: Plane, radius: number): Bytes {
  return inverse(grown({ ...plane, data: inverse(plane.data) }, radius));
}

/** How far a disc reaches sideways, at each distance from its middle row. */
function halfWidths(radius: number): number[] {
  const reach = Math.floor(radius);
  return Array.from({ length: reach + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)));
}

function growTile(plane: Plane, out: Bytes, tile: number, half: readonly number[]): void {
  const { data, width } = plane;
  const rect = tileRect(plane, tile);
  const reach = half.length - 1;
  const around = common({ x: rect.x - reach, y: rect.y - reach, width: rect.width + 2 * reach, height: rect.height + 2 * reach }, whole(plane));
  if (isEven(plane, around)) return;
  const before = rect.x - around.x;
  const widest = new Uint8Array(TILE);
  const line = new Uint8Array(rect.width + 2 * reach);
  for (let y = around.y; y < around.y + around.height; y++) {
    // The row with `reach` bytes of nothing on either side, where the picture ends.
    line.fill(0);
    const row = data.subarray(y * width + around.x, y * width + around.x + around.width);
    line.set(row, reach - before);
    if (isEven(plane, { x: around.x, y, width: around.width, height: 1 }) && row[0] === 0) continue;
    widest.set(line.subarray(reach, reach + rect.width));
    let wide = 0;
    for (let dy = reach; dy >= 0; dy--) {
      while (wide < half[dy]!) {
        wide++;
        for (let x = 0, left = reach - wide, right = reach + wide; x < rect.width; x++, left++, right++) {
          const far = Math.max(line[left]!, line[right]!);
          if (far > widest[x]!) widest[x] = far;
        }
      }
      if (y - dy >= rect.y && y - dy < rect.y + rect.height) raise(out, (y - dy) * width + rect.x, widest, rect.width);
      if (dy > 0 && y + dy >= rect.y && y + dy < rect.y + rect.height) raise(out, (y + dy) * width + rect.x, widest, rect.width);
    }
  }
}

function raise(out: Bytes, start: number, by: Bytes, width: number): void {
  for (let x = 0; x < width; x++) if (by[x]! > out[start + x]!) out[start + x] = by[x]!;
}

function isEven({ data, width }: Plane, { x, y, width: across, height }: { x: number; y: number; width: number; height: number }): boolean {
  const first = data[y * width + x];
  for (let row = y; row < y + height; row++) {
    for (let at = row * width + x; at < row * width + x + across; at++) if (data[at] !== first) return false;
  }
  return true;
}

/** Columns that are blurred together, so that memory is read in rows. */
const STRIP = 32;

/** Softens the edges over about `radius` pixels to either side: three box blurs, nearly a Gaussian of radius / 2. */
export function feathered(plane: Plane, radius: number): Bytes {
  const { width, height } = plane;
  const out = plane.data.slice();
  const boxes = boxesFor(radius / 2);
  const longest = Math.max(width, height);
  const one = new Float32Array(longest);
  const two = new Float32Array(longest);
  for (let y = 0; y < height; y++) {
    const row = out.subarray(y * width, (y + 1) * width);
    if (row.every((value) => value === row[0])) continue;
    for (let x = 0; x < width; x++) one[x] = row[x]!;
    blur(one, two, width, boxes);
    for (let x = 0; x < width; x++) row[x] = Math.round(one[x]!);
  }
  const strip = new Float32Array(STRIP * height);
  for (let left = 0; left < width; left += STRIP) {
    const across = Math.min(STRIP, width - left);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < across; x++) strip[x * height + y] = out[y * width + left + x]!;
    }
    for (let x = 0; x < across; x++) {
      const column = strip.subarray(x * height, (x + 1) * height);
      if (column.every((value) => value === column[0])) continue;
      blur(column, two, height, boxes);
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < across; x++) out[y * width + left + x] = Math.round(strip[x * height + y]!);
    }
  }
  return out;
}

/** Three odd widths whose boxes together have the variance of the Gaussian. P. Kovesi, "Fast almost-Gaussian filtering", 2010. */
export function boxesFor(sigma: number): number[] {
  const ideal = Math.sqrt(4 * sigma * sigma + 1);
  const low = Math.max(1, Math.floor(ideal) - (Math.floor(ideal) % 2 === 0 ? 1 : 0));
  const few = Math.round((12 * sigma * sigma - 3 * low * low - 12 * low - 9) / (-4 * low - 4));
  return [0, 1, 2].map((index) => (index < few ? low : low + 2));
}

function blur(line: Float32Array, spare: Float32Array, length: number, boxes: readonly number[]): void {
  for (const width of boxes) {
    const half = (width - 1) / 2;
    if (half === 0) continue;
    spare.set(line.subarray(0, length));
    const first = spare[0]!;
    const last = spare[length - 1]!;
    let sum = first * half;
    for (let x = 0; x < half; x++) sum += spare[Math.min(x, length - 1)]!;
    for (let x = 0; x < length; x++) {
      sum += x + half < length ? spare[x + half]! : last;
      line[x] = Math.min(255, Math.max(0, sum / width));
      sum -= x - half >= 0 ? spare[x - half]! : first;
    }
  }
}
