/** One byte per pixel, row by row, and the 256 × 256 tiles by which changes of it are kept. */

import type { Rect, Size } from "../view";

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Plane extends Size {
  data: Bytes;
}

export const TILE = 256;
export const NOWHERE: Rect = { x: 0, y: 0, width: 0, height: 0 };

export function whole({ width, height }: Size): Rect {
  return { x: 0, y: 0, width, height };
}

export function isEmpty(rect: Rect): boolean {
  return rect.width <= 0 || rect.height <= 0;
}

export function union(a: Rect, b: Rect): Rect {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

export function common(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width <= 0 || height <= 0 ? NOWHERE : { x, y, width, height };
}

/** The smallest rectangle of whole pixels around two corners, within the plane. */
export function pixels(size: Size, left: number, top: number, right: number, bottom: number): Rect {
  const x = Math.floor(left);
  const y = Math.floor(top);
  return common({ x, y, width: Math.ceil(right) - x, height: Math.ceil(bottom) - y }, whole(size));
}

export function tilesAcross({ width }: Size): number {
  return Math.ceil(width / TILE);
}

export function tileCount(size: Size): number {
  return tilesAcross(size) * Math.ceil(size.height / TILE);
}

export function tileRect(size: Size, tile: number): Rect {
  const across = tilesAcross(size);
  const x = (tile % across) * TILE;
  const y = Math.floor(tile / across) * TILE;
  return { x, y, width: Math.min(TILE, size.width - x), height: Math.min(TILE, size.height - y) };
}

export function tilesUnder(size: Size, rect: Rect): number[] {
  const inside = common(rect, whole(size));
  if (isEmpty(inside)) return [];
  const across = tilesAcross(size);
  const found: number[] = [];
  for (let ty = Math.floor(inside.y / TILE); ty * TILE < inside.y + inside.height; ty++) {
    for (let tx = Math.floor(inside.x / TILE); tx * TILE < inside.x + inside.width; tx++) found.push(ty * across + tx);
  }
  return found;
}

/** A copy of what stands in a rectangle that lies within the plane. */
export function cut({ data, width }: Plane, { x, y, width: across, height }: Rect): Bytes {
  const copy = new Uint8Array(across * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * width + x;
    copy.set(data.subarray(from, from + across), row * across);
  }
  return copy;
}

export function paste({ data, width }: Plane, { x, y, width: across, height }: Rect, bytes: Bytes): void {
  for (let row = 0; row < height; row++) data.set(bytes.subarray(row * across, (row + 1) * across), (y + row) * width + x);
}

/** How many bytes are not `ground`. */
export function painted(bytes: Bytes, ground: number): number {
  const four = Math.imul(ground, 0x01010101) >>> 0;
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  let count = 0;
  for (let word = 0; word < words.length; word++) {
    if (words[word] === four) continue;
    for (let at = word * 4; at < word * 4 + 4; at++) if (bytes[at] !== ground) count++;
  }
  for (let at = words.length * 4; at < bytes.length; at++) if (bytes[at] !== ground) count++;
  return count;
}

/** 255 less each byte. `bytes` is a whole buffer. */
export function inverse(bytes: Bytes): Bytes {
  const out = bytes.slice();
  const words = new Uint32Array(out.buffer, 0, out.length >> 2);
  for (let word = 0; word < words.length; word++) words[word] = ~words[word]!;
  for (let at = words.length * 4; at < out.length; at++) out[at] = 255 - out[at]!;
  return out;
}
