/** A brush stroke: anti-aliased capsules from point to point, laid over each other by their maximum. */

import type { Point, Rect } from "../view";
import { type Bytes, NOWHERE, type Plane, common, isEmpty, pixels, tileRect, tilesUnder } from "./plane";

export interface Brush {
  /** What is painted, 0..255. */
  value: number;
  /** Diameter in image pixels. */
  size: number;
  /** How much of the radius is full, 0..1. */
  hardness: number;
  /** 0..1, of the whole stroke: crossing itself, it does not add up. */
  opacity: number;
  /** Every pixel is painted wholly or not at all. */
  aliased: boolean;
  /** Does a pen's pressure thin the stroke, or fade it? */
  pressure: { size: boolean; opacity: boolean };
}

export interface Dab extends Point {
  /** 0..1; 1 for what has none. */
  pressure: number;
}

/** Pixels that a point is deeper in the full part than rounding could matter. */
const SURE = 1e-3;

interface Sheet {
  rect: Rect;
  before: Bytes;
  /** How much of the brush has been here, 0..255. */
  cover: Bytes;
}

export class Stroke {
  readonly #plane: Plane;
  readonly #brush: Brush;
  readonly #before: (tile: number) => Bytes;
  readonly #sheets = new Map<number, Sheet>();
  readonly #alpha: Float32Array;
  #last: Dab | undefined;

  /** `before(tile)`: a copy of the tile as it was before the stroke. */
  constructor(plane: Plane, brush: Brush, before: (tile: number) => Bytes) {
    this.#plane = plane;
    this.#brush = brush;
    this.#before = before;
    this.#alpha = Float32Array.from({ length: 256 }, (_, cover) => (cover / 255) * brush.opacity);
  }

  /** Goes on to the next point. Returns what may have changed. */
  add(next: Dab): Rect {
    const to = this.#placed(next);
    const from = this.#last ?? to;
    this.#last = to;
    const a = this.#radius(from);
    const b = this.#radius(to);
    const reach = Math.max(a, b) + (this.#brush.aliased ? 0 : 0.5);
    const box = pixels(
      this.#plane,
      Math.min(from.x, to.x) - reach,
      Math.min(from.y, to.y) - reach,
      Math.max(from.x, to.x) + reach,
      Math.max(from.y, to.y) + reach,
    );
    if (isEmpty(box)) return NOWHERE;
    const spans = rows(from, to, reach, box);
    // What is surely in the full part needs no distance: most pixels of a large brush.
    const [, inner] = edges(a, this.#brush.hardness, this.#brush.aliased);
    const full = a === b && inner > 1 && !this.#fades(from, to) ? rows(from, to, inner - SURE, box) : null;
    for (const tile of tilesUnder(this.#plane, box)) {
      const sheet = this.#sheet(tile);
      if (full) this.#fill(sheet, box, full);
      this.#capsule(sheet, box, spans, full, from, to, a, b);
    }
    return box;
  }

  /** The finest aliased brushes paint the pixel that they point at. */
  #placed(dab: Dab): Dab {
    if (!this.#brush.aliased || this.#brush.size >= 2) return dab;
    return { ...dab, x: Math.floor(dab.x) + 0.5, y: Math.floor(dab.y) + 0.5 };
  }

  #radius({ pressure }: Dab): number {
    return (this.#brush.size / 2) * (this.#brush.pressure.size ? Math.max(0.04, pressure) : 1);
  }

  #sheet(tile: number): Sheet {
    let sheet = this.#sheets.get(tile);
    if (!sheet) {
      const before = this.#before(tile);
      sheet = { rect: tileRect(this.#plane, tile), before, cover: new Uint8Array(before.length) };
      this.#sheets.set(tile, sheet);
    }
    return sheet;
  }

  #fades(from: Dab, to: Dab): boolean {
    return this.#brush.pressure.opacity && (from.pressure < 1 || to.pressure < 1);
  }

  #fill({ rect, before, cover }: Sheet, box: Rect, spans: Int32Array): void {
    const { data, width } = this.#plane;
    const { value, opacity } = this.#brush;
    const area = common(rect, box);
    for (let y = area.y; y < area.y + area.height; y++) {
      const row = (y - box.y) * 2;
      const start = Math.max(area.x, spans[row]!);
      const end = Math.min(area.x + area.width, spans[row + 1]!);
      if (end <= start) continue;
      const at = (y - rect.y) * rect.width + start - rect.x;
      const out = y * width + start;
      if (opacity === 1) data.fill(value, out, out + end - start);
      else {
        for (let index = 0; index < end - start; index++) {
          if (cover[at + index] === 255) continue;
          const ground = before[at + index]!;
          data[out + index] = (ground + (value - ground) * opacity + 0.5) | 0;
        }
      }
      cover.fill(255, at, at + end - start);
    }
  }

  #capsule({ rect, before, cover }: Sheet, box: Rect, spans: Int32Array, full: Int32Array | null, from: Dab, to: Dab, a: number, b: number): void {
    const { data, width } = this.#plane;
    const { value, hardness, aliased } = this.#brush;
    const alpha = this.#alpha;
    const area = common(rect, box);
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const square = dx * dx + dy * dy;
    const inverse = square > 0 ? 1 / square : 0;
    const even = a === b;
    const fade = this.#fades(from, to);
    let [outer, inner] = edges(a, hardness, aliased);
    for (let y = area.y; y < area.y + area.height; y++) {
      const row = (y - box.y) * 2;
      const start = Math.max(area.x, spans[row]!);
      const end = Math.min(area.x + area.width, spans[row + 1]!);
      // What `#fill` has done already is jumped over.
      const done = full === null ? end : Math.min(end, Math.max(start, full[row]!));
      const again = full === null ? end : Math.min(end, Math.max(done, full[row + 1]!));
      const py = y + 0.5 - from.y;
      const inSheet = (y - rect.y) * rect.width - rect.x;
      for (let x = done > start ? start : again; x < end; x = x + 1 === done ? again : x + 1) {
        const at = inSheet + x;
        const had = cover[at]!;
        if (had === 255) continue;
        const px = x + 0.5 - from.x;
        const t = Math.min(1, Math.max(0, (px * dx + py * dy) * inverse));
        const ex = px - t * dx;
        const ey = py - t * dy;
        const far = ex * ex + ey * ey;
        if (!even) [outer, inner] = edges(a + (b - a) * t, hardness, aliased);
        if (far > outer * outer) continue;
        let here = far <= inner * inner ? 255 : shade(Math.sqrt(far), outer, inner);
        if (fade) here = (here * (from.pressure + (to.pressure - from.pressure) * t) + 0.5) | 0;
        if (here <= had) continue;
        cover[at] = here;
        const ground = before[at]!;
        data[y * width + x] = (ground + (value - ground) * alpha[here]! + 0.5) | 0;
      }
    }
  }
}

/** Where the brush ends, and where its full part does. */
function edges(radius: number, hardness: number, aliased: boolean): [number, number] {
  if (aliased) return [radius, radius];
  return [radius + 0.5, Math.max(0, Math.min(radius * hardness, radius - 0.5))];
}

/** 255 at the inner edge, 0 at the outer: a straight ramp across one pixel, a smooth one across more. */
function shade(far: number, outer: number, inner: number): number {
  const width = outer - inner;
  const t = (outer - far) / width;
  return ((width < 1.001 ? t : t * t * (3 - 2 * t)) * 255 + 0.5) | 0;
}

/** For each row of the box the pixels, from and to, whose middle may be within `reach` of the line. */
function rows(from: Point, to: Point, reach: number, box: Rect): Int32Array {
  const spans = new Int32Array(box.height * 2);
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const nx = length > 0 ? (-(to.y - from.y) / length) * reach : 0;
  const ny = length > 0 ? ((to.x - from.x) / length) * reach : 0;
  for (let row = 0; row < box.height; row++) {
    const y = box.y + row + 0.5;
    let low = Infinity;
    let high = -Infinity;
    for (const end of [from, to]) {
      const rest = reach * reach - (y - end.y) ** 2;
      if (rest < 0) continue;
      const half = Math.sqrt(rest);
      low = Math.min(low, end.x - half);
      high = Math.max(high, end.x + half);
    }
    for (const side of [1, -1]) {
      const y0 = from.y + ny * side;
      const y1 = to.y + ny * side;
      if (y0 === y1 || (y < y0 && y < y1) || (y > y0 && y > y1)) continue;
      const x = from.x + nx * side + ((y - y0) / (y1 - y0)) * (to.x - from.x);
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    // A hair wider than computed: the pixel itself decides.
    spans[row * 2] = low === Infinity ? box.x : Math.max(box.x, Math.ceil(low - 0.5 - 1e-6));
    spans[row * 2 + 1] = low === Infinity ? box.x : Math.min(box.x + box.width, Math.floor(high - 0.5 + 1e-6) + 1);
  }
  return spans;
}
