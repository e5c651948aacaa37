/**
 * What can be undone: for each changed tile the exclusive-or of before and after, run-length encoded. One such
 * difference leads in both directions, and an inverted tile takes four bytes.
 */

import type { Bytes } from "./plane";

export type Step = ReadonlyMap<number, Bytes>;

/** Bytes of all differences together; the oldest are forgotten beyond it. */
export const BUDGET = 256 * 1024 * 1024;
const OVERHEAD = 64;

export class History {
  #past: Step[] = [];
  #future: Step[] = [];
  #bytes = 0;
  readonly #budget: number;

  constructor(budget = BUDGET) {
    this.#budget = budget;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  get length(): number {
    return this.#past.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  record(step: Step): void {
    for (const lost of this.#future) this.#bytes -= weight(lost);
    this.#future = [];
    this.#past.push(step);
    this.#bytes += weight(step);
    // The newest stays, however large it is.
    while (this.#bytes > this.#budget && this.#past.length > 1) this.#bytes -= weight(this.#past.shift()!);
  }

  undo(): Step | undefined {
    const step = this.#past.pop();
    if (step) this.#future.push(step);
    return step;
  }

  redo(): Step | undefined {
    const step = this.#future.pop();
    if (step) this.#past.push(step);
    return step;
  }

  forget(): void {
    this.#past = [];
    this.#future = [];
    this.#bytes = 0;
  }
}

function weight(step: Step): number {
  let sum = OVERHEAD;
  for (const difference of step.values()) sum += difference.length + OVERHEAD;
  return sum;
}

/** Shorter repetitions are cheaper as they are. */
const RUN = 4;

/**
 * The difference of two tiles of the same size, or null if there is none. A sequence of (length × 2 + 1, byte) for
 * a run and (length × 2, bytes...) for what does not repeat; lengths are little-endian base-128 numbers.
 */
export function difference(before: Bytes, after: Bytes): Bytes | null {
  const length = before.length;
  const xor = new Uint8Array(length);
  let some = 0;
  for (let index = 0; index < length; index++) some |= xor[index] = before[index]! ^ after[index]!;
  if (some === 0) return null;
  const out = new Uint8Array(length + Math.ceil(length / RUN) + 16);
  let size = 0;
  const number = (value: number) => {
    while (value > 127) {
      out[size++] = (value & 127) | 128;
      value >>>= 7;
    }
    out[size++] = value;
  };
  const literal = (from: number, to: number) => {
    if (to <= from) return;
    number((to - from) * 2);
    out.set(xor.subarray(from, to), size);
    size += to - from;
  };
  let start = 0;
  for (let index = 0; index < length; ) {
    const value = xor[index];
    let end = index + 1;
    while (end < length && xor[end] === value) end++;
    if (end - index >= RUN) {
      literal(start, index);
      number((end - index) * 2 + 1);
      out[size++] = value!;
      start = end;
    }
    index = end;
  }
  literal(start, length);
  return out.slice(0, size);
}

/** Turns before into after, and after into before. */
export function toggle(tile: Bytes, packed: Bytes): void {
  let read = 0;
  let at = 0;
  while (read < packed.length) {
    let head = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = packed[read++]!;
      head |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    const end = at + (head >>> 1);
    if (head & 1) {
      const value = packed[read++]!;
      if (value === 0) at = end;
      else for (; at < end; at++) tile[at]! ^= value;
    } else {
      for (; at < end; at++) tile[at]! ^= packed[read++]!;
    }
  }
}
