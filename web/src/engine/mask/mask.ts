/** A mask that is being made: its bytes, what changes them as one step, and what takes a step back. */

import type { Rect, Size } from "../view";
import { History, type Step, difference, toggle } from "./history";
import { type Bytes, NOWHERE, type Plane, common, cut, inverse, isEmpty, painted, paste, tileCount, tileRect, tilesUnder, union, whole } from "./plane";
import { type Shape, paint } from "./shapes";
import { type Brush, type Dab, Stroke } from "./stroke";

/**
 * "mask": 0 is left alone, 255 is changed. "trimap": 128 is undecided, 255 is kept, 0 is removed.
 */
export type Mode = "mask" | "trimap";

export const GROUND: Record<Mode, number> = { mask: 0, trimap: 128 };

/** A stroke under way. */
export interface Pen {
  add: (dab: Dab) => void;
  /** One step of the history. */
  end: () => void;
  /** As if it had not been. */
  cancel: () => void;
}

export class Mask implements Plane {
  readonly width: number;
  readonly height: number;
  readonly mode: Mode;
  readonly ground: number;
  readonly data: Bytes;
  readonly history: History;
  /** How many pixels of each tile are not ground. */
  readonly #painted: Uint32Array;
  #total = 0;
  /** Tiles as they were before the present change. */
  readonly #before = new Map<number, Bytes>();
  readonly #heard = new Set<(dirty: Rect, done: boolean) => void>();

  constructor({ width, height }: Size, mode: Mode, history = new History()) {
    this.width = width;
    this.height = height;
    this.mode = mode;
    this.ground = GROUND[mode];
    this.data = new Uint8Array(width * height);
    if (this.ground !== 0) this.data.fill(this.ground);
    this.#painted = new Uint32Array(tileCount(this));
    this.history = history;
  }

  get empty(): boolean {
    return this.#total === 0;
  }

  /** The part of the picture that is not ground, 0..1. */
  get coverage(): number {
    return this.#total / (this.width * this.height);
  }

  /** `done`: a step is finished, the bytes stay like this until the next one. */
  listen(heard: (dirty: Rect, done: boolean) => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  /** In a trimap every stroke is aliased and full: there is nothing between its three values. */
  stroke(brush: Brush): Pen {
    const sharp = { ...brush, aliased: true, opacity: 1, pressure: { ...brush.pressure, opacity: false } };
    const stroke = new Stroke(this, this.mode === "trimap" ? sharp : brush, (tile) => this.#keep(tile));
    return {
      add: (dab) => this.#say(stroke.add(dab), false),
      end: () => this.#commit(),
      cancel: () => {
        let dirty = NOWHERE;
        for (const [tile, before] of this.#before) {
          paste(this, tileRect(this, tile), before);
          dirty = union(dirty, tileRect(this, tile));
        }
        this.#before.clear();
        this.#say(dirty, false);
      },
    };
  }

  shape(shape: Shape, value: number): void {
    this.#edit(shape.box, () => paint(this, shape, value));
  }

  /** Where `selection` (bytes of this size) is full, `value` is; in between, a mixture. */
  select(selection: Bytes, value: number, within: Rect = whole(this)): void {
    this.#edit(within, ({ x, y, width, height }) => {
      for (let row = y; row < y + height; row++) {
        for (let at = row * this.width + x; at < row * this.width + x + width; at++) {
          const by = selection[at]!;
          if (by !== 0) this.data[at] = mixed(this.data[at]!, value, by);
        }
      }
    });
  }

  /** All bytes anew. */
  replace(bytes: Bytes): void {
    this.#edit(whole(this), () => this.data.set(this.#proper(bytes)));
  }

  /** Turns the mask round; in a trimap, keep becomes remove, and undecided stays. */
  invert(): void {
    this.#edit(whole(this), () => {
      if (this.mode === "mask") this.data.set(inverse(this.data));
      else for (let at = 0; at < this.data.length; at++) this.data[at] = turned(this.data[at]!);
    });
  }

  fill(value: number): void {
    this.#edit(whole(this), () => this.data.fill(value));
  }

  clear(): void {
    if (!this.empty) this.fill(this.ground);
  }

  undo(): void {
    this.#apply(this.history.undo());
  }

  redo(): void {
    this.#apply(this.history.redo());
  }

  /** Other bytes, and nothing to undo. */
  load(bytes: Bytes): void {
    this.data.set(this.#proper(bytes));
    this.history.forget();
    for (let tile = 0; tile < this.#painted.length; tile++) this.#count(tile, cut(this, tileRect(this, tile)));
    this.#say(whole(this), true);
  }

  /** A trimap has three values, decided as the server decides them. */
  #proper(bytes: Bytes): Bytes {
    return this.mode === "mask" ? bytes : bytes.map((value) => (value > 160 ? 255 : value < 96 ? 0 : 128));
  }

  #edit(rect: Rect, change: (inside: Rect) => void): void {
    const inside = common(rect, whole(this));
    if (isEmpty(inside)) return;
    for (const tile of tilesUnder(this, inside)) this.#keep(tile);
    change(inside);
    this.#say(inside, false);
    this.#commit();
  }

  #keep(tile: number): Bytes {
    let before = this.#before.get(tile);
    if (!before) this.#before.set(tile, (before = cut(this, tileRect(this, tile))));
    return before;
  }

  #commit(): void {
    const step = new Map<number, Bytes>();
    for (const [tile, before] of this.#before) {
      const after = cut(this, tileRect(this, tile));
      const packed = difference(before, after);
      if (packed === null) continue;
      step.set(tile, packed);
      this.#count(tile, after);
    }
    this.#before.clear();
    if (step.size === 0) return;
    this.history.record(step);
    this.#say(NOWHERE, true);
  }

  #apply(step: Step | undefined): void {
    if (!step) return;
    let dirty = NOWHERE;
    for (const [tile, packed] of step) {
      const rect = tileRect(this, tile);
      const bytes = cut(this, rect);
      toggle(bytes, packed);
      paste(this, rect, bytes);
      this.#count(tile, bytes);
      dirty = union(dirty, rect);
    }
    this.#say(dirty, true);
  }

  #count(tile: number, bytes: Bytes): void {
    const count = painted(bytes, this.ground);
    this.#total += count - this.#painted[tile]!;
    this.#painted[tile] = count;
  }

  #say(dirty: Rect, done: boolean): void {
    for (const heard of this.#heard) heard(dirty, done);
  }
}

function mixed(from: number, to: number, by: number): number {
  return by === 255 ? to : Math.round(from + ((to - from) * by) / 255);
}

function turned(value: number): number {
  return value === 128 ? 128 : 255 - value;
}
