/**
 * The order of a long list that changes at its ends and in its middle while it is shown.
 *
 * A picture has a `position` that never changes: 0 and up as the server listed them, below 0 what came on top since.
 * Its `index` is where it is shown now. Blocks of positions are what is fetched; so what arrives or leaves makes no
 * block stale.
 */

const STEPS = 31.75;

/** The ratios that the server coded in a byte each: 128 is square, 31.75 more is twice as wide. */
export function decoded(bytes: Uint8Array): Float32Array {
  const table = Float32Array.from({ length: 256 }, (_, byte) => 2 ** ((byte - 128) / STEPS));
  return Float32Array.from(bytes, (byte) => table[byte]!);
}

export function coded(ratio: number): number {
  return Math.min(255, Math.max(0, Math.round(128 + STEPS * Math.log2(ratio))));
}

export class Sequence {
  readonly total: number;
  /** In the order in which they are shown. */
  readonly bytes: Uint8Array;
  #positions: Int32Array;
  #base: Uint8Array;
  #head: Uint8Array;
  #gone: ReadonlySet<number>;

  constructor(base: Uint8Array, head: Uint8Array = new Uint8Array(), gone: ReadonlySet<number> = new Set()) {
    this.#base = base;
    this.#head = head;
    this.#gone = gone;
    const most = base.length + head.length;
    const positions = new Int32Array(most);
    const bytes = new Uint8Array(most);
    let total = 0;
    for (let place = -head.length; place < base.length; place += 1) {
      if (gone.size > 0 && gone.has(place)) continue;
      positions[total] = place;
      bytes[total] = place < 0 ? head[place + head.length]! : base[place]!;
      total += 1;
    }
    this.total = total;
    this.#positions = positions.subarray(0, total);
    this.bytes = bytes.subarray(0, total);
  }

  position(index: number): number {
    return this.#positions[index]!;
  }

  /** Where the picture is shown, or would be: the index of the first one at or after that position. */
  index(position: number): number {
    let low = 0;
    let high = this.total;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#positions[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  shows(position: number): boolean {
    const index = this.index(position);
    return index < this.total && this.#positions[index] === position;
  }

  without(positions: Iterable<number>): Sequence {
    return new Sequence(this.#base, this.#head, new Set([...this.#gone, ...positions]));
  }

  /** Back where they were. */
  with(positions: Iterable<number>): Sequence {
    const gone = new Set(this.#gone);
    for (const place of positions) gone.delete(place);
    return new Sequence(this.#base, this.#head, gone);
  }

  /** All that is shown leaves, but for these. */
  only(positions: Iterable<number>): Sequence {
    const kept = new Set(positions);
    return this.without(Array.from(this.#positions).filter((place) => !kept.has(place)));
  }

  /** `bytes` came on top, the newest first. */
  topped(bytes: Uint8Array): Sequence {
    const head = new Uint8Array(bytes.length + this.#head.length);
    head.set(bytes);
    head.set(this.#head, bytes.length);
    return new Sequence(this.#base, head, this.#gone);
  }

  /** How many came on top, when `fresh` is this sequence with new ones on top; null when it is another one. */
  grown(fresh: Uint8Array): number | null {
    const more = fresh.length - this.total;
    if (more < 0) return null;
    for (let index = 0; index < this.total; index += 1) if (fresh[index + more] !== this.bytes[index]) return null;
    return more;
  }
}
