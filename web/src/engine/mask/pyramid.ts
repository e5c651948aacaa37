/** A plane in halves of halves, for drawing it small. Only what changed is averaged anew, when it is asked for. */

import type { Rect } from "../view";
import { NOWHERE, type Plane, isEmpty, union, whole } from "./plane";

/** No smaller level is made below this many pixels on the longer side. */
const SMALLEST = 512;

export class Pyramid {
  readonly #levels: Plane[];
  readonly #stale: Rect[];

  constructor(plane: Plane) {
    this.#levels = [plane];
    for (let last = plane; Math.max(last.width, last.height) > SMALLEST; last = this.#levels.at(-1)!) {
      const width = Math.ceil(last.width / 2);
      const height = Math.ceil(last.height / 2);
      this.#levels.push({ width, height, data: new Uint8Array(width * height) });
    }
    this.#stale = this.#levels.map((level) => whole(level));
  }

  get depth(): number {
    return this.#levels.length;
  }

  mark(dirty: Rect): void {
    if (this.depth > 1) this.#stale[1] = union(this.#stale[1]!, halved(dirty));
  }

  /** Level 0 is the plane; level n has pixels of 2ⁿ × 2ⁿ of its. */
  level(wanted: number): Plane {
    for (let index = 1; index <= wanted; index++) {
      const stale = this.#stale[index]!;
      if (isEmpty(stale)) continue;
      average(this.#levels[index - 1]!, this.#levels[index]!, stale);
      this.#stale[index] = NOWHERE;
      if (index + 1 < this.depth) this.#stale[index + 1] = union(this.#stale[index + 1]!, halved(stale));
    }
    return this.#levels[wanted]!;
  }
}

/** The pixels of the level above that a rectangle touches. */
export function halved({ x, y, width, height }: Rect): Rect {
  if (width <= 0 || height <= 0) return NOWHERE;
  const left = x >> 1;
  const top = y >> 1;
  return { x: left, y: top, width: ((x + width + 1) >> 1) - left, height: ((y + height + 1) >> 1) - top };
}

function average({ data, width, height }: Plane, to: Plane, rect: Rect): void {
  const right = Math.min(to.width, rect.x + rect.width);
  // The last column and row of an odd plane stand for two.
  const paired = Math.min(right, width >> 1);
  for (let y = rect.y; y < Math.min(to.height, rect.y + rect.height); y++) {
    let upper = y * 2 * width + rect.x * 2;
    let lower = Math.min(height - 1, y * 2 + 1) * width + rect.x * 2;
    let out = y * to.width + rect.x;
    for (let x = rect.x; x < paired; x++, upper += 2, lower += 2, out++) {
      to.data[out] = (data[upper]! + data[upper + 1]! + data[lower]! + data[lower + 1]! + 2) >> 2;
    }
    if (right > paired) to.data[y * to.width + right - 1] = (data[upper]! + data[lower]! + 1) >> 1;
  }
}
