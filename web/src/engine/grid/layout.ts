/** Where each picture of a long list lies. All lengths are CSS pixels; indices count from 0, newest or oldest first. */

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Rows of pictures, one below the other. A row is found by binary search, a picture within its row by a sum. */
export interface Layout {
  readonly count: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  /** The first picture of a row; of the row after the last one, `count`. */
  start(row: number): number;
  top(row: number): number;
  tall(row: number): number;
  rowOf(index: number): number;
  /** The row that lies at `y`, or the nearest one. */
  rowAt(y: number): number;
  rect(index: number): Rect;
}

export interface Measure {
  width: number;
  /** How high a row should about be. */
  target: number;
  gap: number;
}

/** Wider and higher ones are shown cropped: a panorama would press its row flat, a banner would fill the screen. */
const WIDEST = 4;
const TALLEST = 0.4;

/** Rows that fill the width exactly, each as close to the target height as its pictures allow. */
export function justified(ratios: Float32Array, { width, target, gap }: Measure): Layout {
  const count = ratios.length;
  const starts = new Int32Array(count + 1);
  const tops = new Float64Array(count + 1);
  let rows = 0;
  let y = 0;
  let from = 0;
  const close = (to: number, sum: number, full: boolean) => {
    const room = width - gap * (to - from - 1);
    const height = full ? Math.max(24, Math.round(room / sum)) : Math.min(target, Math.round(room / sum));
    starts[rows] = from;
    tops[rows] = y;
    rows += 1;
    y += height + gap;
    from = to;
  };
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const ratio = bounded(ratios[index]!);
    const with_ = (width - gap * (index - from)) / (sum + ratio);
    if (with_ > target) {
      sum += ratio;
      continue;
    }
    const without = index === from ? Infinity : (width - gap * (index - from - 1)) / sum;
    if (without - target < target - with_) {
      close(index, sum, true);
      sum = ratio;
      if (width / ratio <= target) {
        close(index + 1, ratio, true);
        sum = 0;
      }
    } else {
      close(index + 1, sum + ratio, true);
      sum = 0;
    }
  }
  const ragged = from < count;
  if (ragged) close(count, sum, false);
  starts[rows] = count;
  tops[rows] = y;
  return new Justified(ratios, starts.slice(0, rows + 1), tops.slice(0, rows + 1), width, gap, ragged);
}

function bounded(ratio: number): number {
  return Math.min(WIDEST, Math.max(TALLEST, ratio));
}

class Justified implements Layout {
  readonly count: number;
  readonly rows: number;
  readonly height: number;
  #ratios: Float32Array;
  #starts: Int32Array;
  #tops: Float64Array;
  #gap: number;
  #ragged: boolean;

  constructor(ratios: Float32Array, starts: Int32Array, tops: Float64Array, readonly width: number, gap: number, ragged: boolean) {
    this.#ratios = ratios;
    this.#starts = starts;
    this.#tops = tops;
    this.#gap = gap;
    this.#ragged = ragged;
    this.count = ratios.length;
    this.rows = starts.length - 1;
    this.height = Math.max(0, tops[this.rows]! - gap);
  }

  start(row: number): number {
    return this.#starts[row]!;
  }

  top(row: number): number {
    return this.#tops[row]!;
  }

  tall(row: number): number {
    return this.#tops[row + 1]! - this.#tops[row]! - this.#gap;
  }

  rowOf(index: number): number {
    return lastAtMost(this.#starts, this.rows, index);
  }

  rowAt(y: number): number {
    return lastAtMost(this.#tops, this.rows, y);
  }

  rect(index: number): Rect {
    const row = this.rowOf(index);
    const from = this.start(row);
    const to = this.start(row + 1);
    const height = this.tall(row);
    let sum = 0;
    let before = 0;
    let upTo = 0;
    for (let each = from; each < to; each += 1) {
      if (each === index) before = sum;
      sum += bounded(this.#ratios[each]!);
      if (each === index) upTo = sum;
    }
    const room = this.width - this.#gap * (to - from - 1);
    const scale = this.#ragged && row === this.rows - 1 ? Math.min(height, room / sum) : room / sum;
    // Rounded at the edges, so that neighbours neither overlap nor gape.
    const x = Math.round(before * scale);
    const right = Math.round(upTo * scale);
    return { x: x + this.#gap * (index - from), y: this.top(row), width: right - x, height };
  }
}

/** The last of the first `length` ascending values that is not above `wanted`; 0 when all are. */
function lastAtMost(values: Int32Array | Float64Array, length: number, wanted: number): number {
  let low = 0;
  let high = Math.max(0, length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle]! <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Cells {
  width: number;
  columns: number;
  /** How high each cell is; as high as wide without it. */
  tall?: number;
  gap: number;
}

/** Cells of one size: squares, or with one column the rows of a list. */
export function cells(count: number, { width, columns, tall, gap }: Cells): Layout {
  const wide = (width - gap * (columns - 1)) / columns;
  const high = tall ?? Math.round(wide);
  const rows = Math.ceil(count / columns);
  const rowOf = (index: number) => Math.min(Math.max(0, rows - 1), Math.floor(index / columns));
  return {
    count,
    rows,
    width,
    height: Math.max(0, rows * (high + gap) - gap),
    start: (row) => Math.min(count, row * columns),
    top: (row) => row * (high + gap),
    tall: () => high,
    rowOf,
    rowAt: (y) => Math.min(Math.max(0, rows - 1), Math.max(0, Math.floor(y / (high + gap)))),
    rect: (index) => {
      const column = index % columns;
      const x = Math.round(column * (wide + gap));
      return { x, y: rowOf(index) * (high + gap), width: Math.round(column * (wide + gap) + wide) - x, height: high };
    },
  };
}

/** How many squares of about `size` stand side by side. */
export function columnsFor(width: number, size: number, gap: number): number {
  return Math.max(1, Math.round((width + gap) / (size + gap)));
}

/** The pictures that a rectangle touches, as ranges `[from, to)`, one for each row that it crosses. */
export function touched(layout: Layout, { x, y, width, height }: Rect): [number, number][] {
  if (layout.count === 0) return [];
  const found: [number, number][] = [];
  for (let row = layout.rowAt(y); row < layout.rows && layout.top(row) <= y + height; row += 1) {
    if (layout.top(row) + layout.tall(row) < y) continue;
    let from = -1;
    let to = -1;
    for (let index = layout.start(row); index < layout.start(row + 1); index += 1) {
      const rect = layout.rect(index);
      if (rect.x > x + width || rect.x + rect.width < x) continue;
      if (from < 0) from = index;
      to = index + 1;
    }
    if (from >= 0) found.push([from, to]);
  }
  return found;
}

/** Where a key leads from a picture; null when the key means nothing here. `page` is the height of what is seen. */
export function led(layout: Layout, index: number, key: string, page: number): number | null {
  const last = layout.count - 1;
  if (last < 0) return null;
  const row = layout.rowOf(index);
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, index - 1);
    case "ArrowRight":
      return Math.min(last, index + 1);
    case "ArrowUp":
      return row === 0 ? index : nearest(layout, index, row - 1);
    case "ArrowDown":
      return row === layout.rows - 1 ? index : nearest(layout, index, row + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "PageUp":
    case "PageDown": {
      const step = Math.max(layout.tall(row), page - layout.tall(row));
      const there = layout.rowAt(layout.top(row) + (key === "PageUp" ? -step : step));
      if (there !== row) return nearest(layout, index, there);
      return key === "PageUp" ? 0 : last;
    }
    default:
      return null;
  }
}

/** The picture of that row whose middle lies closest to this one's. */
function nearest(layout: Layout, index: number, row: number): number {
  const own = layout.rect(index);
  const middle = own.x + own.width / 2;
  let best = layout.start(row);
  let distance = Infinity;
  for (let each = best; each < layout.start(row + 1); each += 1) {
    const rect = layout.rect(each);
    const off = Math.abs(rect.x + rect.width / 2 - middle);
    if (off < distance) {
      distance = off;
      best = each;
    }
  }
  return best;
}
