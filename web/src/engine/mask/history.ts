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
  const xor = exclusive(before, after);
  if (xor === null) return null;
  const words = new Uint32Array(xor.buffer);
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
    const end = runEnd(xor, words, index, length);
    if (end - index >= RUN) {
      literal(start, index);
      number((end - index) * 2 + 1);
      out[size++] = xor[index]!;
      start = end;
    }
    index = end;
  }
  literal(start, length);
  return out.slice(0, size);
}

/** Four bytes at a time; the result has room for whole words. */
function exclusive(before: Bytes, after: Bytes): Bytes | null {
  const length = before.length;
  const words = new Uint32Array(Math.ceil(length / 4));
  const xor = new Uint8Array(words.buffer);
  const whole = length >> 2;
  const [one, other] = [new Uint32Array(before.buffer, 0, whole), new Uint32Array(after.buffer, 0, whole)];
  let some = 0;
  for (let index = 0; index < whole; index++) some |= words[index] = one[index]! ^ other[index]!;
  for (let index = whole * 4; index < length; index++) some |= xor[index] = before[index]! ^ after[index]!;
  return some === 0 ? null : xor;
}

function runEnd(bytes: Bytes, words: Uint32Array, start: number, length: number): number {
  const value = bytes[start]!;
  const four = Math.imul(value, 0x01010101) >>> 0;
  let end = start + 1;
  while (end < length && (end & 3) !== 0 && bytes[end] === value) end++;
  if ((end & 3) === 0) while (end + 4 <= length && words[end >> 2] === four) end += 4;
  while (end < length && bytes[end] === value) end++;
  return end;
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
      else for (; at < end; at++) tile[at] = tile[at]! ^ value;
    } else {
      for (; at < end; at++) tile[at] = tile[at]! ^ packed[read++]!;
    }
  }
}
