/** Rectangle, ellipse and lasso, as rows of coverage. */

import type { Point, Rect, Size } from "../view";
import { type Bytes, type Plane, common, isEmpty, pixels, whole } from "./plane";

export interface Shape {
  /** Whole pixels, may lie outside of the plane. */
  box: Rect;
  /** Writes how much of each pixel from `x` on in row `y` is covered, 0..255. */
  row: (y: number, x: number, out: Bytes) => void;
}

/** Lines per row of pixels; each is exact across. */
const LINES = 16;

/** From corner to corner, on whole pixels. */
export function rectangle(a: Point, b: Point): Shape {
  const x = Math.round(Math.min(a.x, b.x));
  const y = Math.round(Math.min(a.y, b.y));
  const box = { x, y, width: Math.round(Math.max(a.x, b.x)) - x, height: Math.round(Math.max(a.y, b.y)) - y };
  return {
    box,
    row: (_, left, out) => {
      for (let index = 0; index < out.length; index++) out[index] = left + index >= x && left + index < x + box.width ? 255 : 0;
    },
  };
}

/** Within the rectangle from corner to corner. */
export function ellipse(a: Point, b: Point, aliased: boolean): Shape {
  const { box } = rectangle(a, b);
  const cx = box.x + box.width / 2;
  const cy = box.y + box.height / 2;
  return {
    box,
    row: scanned(aliased, (y, span) => {
      const rest = 1 - ((y - cy) / (box.height / 2)) ** 2;
      if (rest <= 0) return;
      const half = (box.width / 2) * Math.sqrt(rest);
      span(cx - half, cx + half);
    }),
  };
}

interface Edge {
  x: number;
  top: number;
  bottom: number;
  /** Change of x for each y. */
  slope: number;
  direction: 1 | -1;
}

/** Everything that the line goes round, closed from its last point to its first. */
export function lasso(points: readonly Point[], size: Size, aliased: boolean): Shape {
  const edges = points.flatMap((from, index): Edge[] => {
    const to = points[(index + 1) % points.length]!;
    if (from.y === to.y) return [];
    const [upper, lower] = from.y < to.y ? [from, to] : [to, from];
    const slope = (lower.x - upper.x) / (lower.y - upper.y);
    return [{ x: upper.x, top: upper.y, bottom: lower.y, slope, direction: from.y < to.y ? 1 : -1 }];
  });
  const all = (pick: (point: Point) => number) => points.map(pick);
  const lowest = (values: number[]) => values.reduce((least, value) => Math.min(least, value), Infinity);
  const highest = (values: number[]) => values.reduce((most, value) => Math.max(most, value), -Infinity);
  const box = pixels(size, lowest(all(({ x }) => x)), lowest(all(({ y }) => y)), highest(all(({ x }) => x)), highest(all(({ y }) => y)));
  const byRow = new Map<number, Edge[]>();
  for (const edge of edges) {
    const last = Math.min(box.y + box.height - 1, Math.floor(edge.bottom));
    for (let row = Math.max(box.y, Math.floor(edge.top)); row <= last; row++) {
      const there = byRow.get(row);
      if (there) there.push(edge);
      else byRow.set(row, [edge]);
    }
  }
  return {
    box,
    row: scanned(aliased, (y, span) => {
      const crossed = (byRow.get(Math.floor(y)) ?? [])
        .filter((edge) => y >= edge.top && y < edge.bottom)
        .map((edge) => ({ x: edge.x + (y - edge.top) * edge.slope, direction: edge.direction }))
        .sort((one, other) => one.x - other.x);
      let winding = 0;
      let start = 0;
      for (const { x, direction } of crossed) {
        if (winding === 0) start = x;
        winding += direction;
        if (winding === 0) span(start, x);
      }
    }),
  };
}

type Line = (y: number, span: (left: number, right: number) => void) => void;

function scanned(aliased: boolean, line: Line): Shape["row"] {
  let sums = new Float32Array(0);
  return (y, x, out) => {
    if (sums.length < out.length + 2) sums = new Float32Array(out.length + 2);
    else sums.fill(0, 0, out.length + 2);
    const most = out.length;
    // `sums` holds the change of the coverage from pixel to pixel.
    const soft = (left: number, right: number) => {
      const from = Math.min(most, Math.max(0, left - x));
      const to = Math.min(most, Math.max(0, right - x));
      if (to <= from) return;
      const first = Math.floor(from);
      const last = Math.floor(to);
      if (first === last) {
        sums[first]! += to - from;
        sums[first + 1]! -= to - from;
        return;
      }
      const head = first + 1 - from;
      const tail = to - last;
      sums[first]! += head;
      sums[first + 1]! += 1 - head;
      sums[last]! += tail - 1;
      sums[last + 1]! -= tail;
    };
    const hard = (left: number, right: number) => {
      const from = Math.min(most, Math.max(0, Math.ceil(left - x - 0.5)));
      const to = Math.min(most, Math.max(0, Math.ceil(right - x - 0.5)));
      sums[from]! += 1;
      sums[to]! -= 1;
    };
    if (aliased) line(y + 0.5, hard);
    else for (let index = 0; index < LINES; index++) line(y + (index + 0.5) / LINES, soft);
    const unit = aliased ? 255 : 255 / LINES;
    let sum = 0;
    for (let index = 0; index < most; index++) {
      sum += sums[index]!;
      out[index] = Math.min(255, Math.max(0, (sum * unit + 0.5) | 0));
    }
  };
}

/** Paints the shape with a value 0..255. The plane's part outside of `shape.box` stays. */
export function paint(plane: Plane, shape: Shape, value: number): void {
  const box = common(shape.box, whole(plane));
  if (isEmpty(box)) return;
  const cover = new Uint8Array(box.width);
  for (let y = box.y; y < box.y + box.height; y++) {
    shape.row(y, box.x, cover);
    const start = y * plane.width + box.x;
    for (let index = 0; index < box.width; index++) {
      const here = cover[index]!;
      if (here === 0) continue;
      const ground = plane.data[start + index]!;
      plane.data[start + index] = here === 255 ? value : Math.round(ground + ((value - ground) * here) / 255);
    }
  }
}
