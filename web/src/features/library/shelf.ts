/**
 * A list of assets that is shown a window at a time: its outline is known at once, its assets are fetched in blocks as
 * they come into view. What arrives on top or leaves from the middle changes the order and makes no block stale; what
 * arrives while somebody looks further down waits until they come back up.
 *
 * A shelf lives outside of React; `subscribe` and `version` tell when it must be drawn again.
 */

import { queryOptions } from "@tanstack/react-query";
import { api, body, cache, type Asset } from "@/api";
import { decoded, Sequence } from "@/engine/grid/sequence";
import type { Filters } from "./search";

export interface Outline {
  total: number;
  block: number;
  ratios: string;
  anchors: string[];
  seq: number;
}

const TOGETHER = 4;
/** Who is not further down than this is at the top, in px. */
export const TOP = 8;

export function shelfOf(filters: Filters) {
  const queryKey = ["assets", "shelf", filters] as const;
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<Shelf> => {
      const outline = await body(api.GET("/api/assets/layout", { params: { query: filters }, signal }));
      const before = cache.getQueryData<Shelf>(queryKey);
      if (!before) return new Shelf(filters, outline);
      await before.take(outline);
      return before;
    },
    structuralSharing: false,
    refetchOnMount: true,
  });
}

export class Shelf {
  /** Where a person left it, in px of content. */
  scroll = 0;
  version = 0;
  /** Grows when positions have lost their meaning. */
  generation = 0;
  sequence: Sequence;
  ratios: Float32Array;
  #anchors: string[];
  #block: number;
  #seq: number;
  #head: Asset[] = [];
  #waiting: { assets: Asset[]; bytes: Uint8Array } | null = null;
  #blocks = new Map<number, Asset[]>();
  #loading = new Map<number, Promise<void>>();
  #positions = new Map<string, number>();
  #seen: [number, number] = [0, 0];
  #doubtful = false;
  #old = new Set<number>();
  #listeners = new Set<() => void>();

  constructor(
    readonly filters: Filters,
    outline: Outline,
  ) {
    this.sequence = new Sequence(bytesOf(outline.ratios));
    this.ratios = decoded(this.sequence.bytes);
    this.#anchors = outline.anchors;
    this.#block = outline.block;
    this.#seq = outline.seq;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = (): number => this.version;

  get total(): number {
    return this.sequence.total;
  }

  /** How many came on top and are not shown yet. */
  get fresh(): number {
    return this.#waiting?.assets.length ?? 0;
  }

  /** Puts those on top. */
  showFresh(): void {
    if (!this.#waiting) return;
    const { assets, bytes } = this.#waiting;
    this.#waiting = null;
    this.#head = [...assets, ...this.#head];
    assets.forEach((asset, index) => this.#positions.set(asset.id, index - this.#head.length));
    this.#order(this.sequence.topped(bytes));
  }

  at(index: number): Asset | undefined {
    return index >= 0 && index < this.total ? this.#on(this.sequence.position(index)) : undefined;
  }

  /** Where an asset that was seen is shown now. */
  indexOf(id: string): number | undefined {
    const position = this.#positions.get(id);
    return position === undefined || !this.sequence.shows(position) ? undefined : this.sequence.index(position);
  }

  /** About when the asset came into the library, in ms, even before it was fetched: ids know the time of their birth. */
  timeAt(index: number): number | null {
    const known = this.at(index);
    if (this.filters.sort === "collection") return null;
    if (known) return Date.parse(known.created_at);
    if (index >= this.total || index < 0) return null;
    const block = Math.floor(this.sequence.position(index) / this.#block);
    const anchor = this.#anchors[block] ?? this.#anchors[block - 1];
    return anchor === undefined ? null : parseInt(anchor.replaceAll("-", "").slice(0, 12), 16);
  }

  /** Fetches what is not there yet of `[from, to)`. */
  want(from: number, to: number): void {
    this.#seen = [from, to];
    for (const block of this.#blocksOf(from, to)) if (!this.#blocks.has(block) || this.#old.has(block)) void this.#load(block);
  }

  /** The ids of `[from, to)`, fetched where they are not known. */
  async ids(from: number, to: number): Promise<string[]> {
    const missing = this.#blocksOf(from, to).filter((block) => !this.#blocks.has(block));
    for (let at = 0; at < missing.length; at += TOGETHER) await Promise.all(missing.slice(at, at + TOGETHER).map((block) => this.#load(block)));
    return this.known(from, to);
  }

  known(from: number, to: number): string[] {
    const found: string[] = [];
    for (let index = Math.max(0, from); index < Math.min(to, this.total); index += 1) {
      const asset = this.at(index);
      if (asset) found.push(asset.id);
    }
    return found;
  }

  /** All that were fetched, in no order. */
  assets(): Asset[] {
    return [...this.#head, ...[...this.#blocks.values()].flat()];
  }

  put(asset: Asset): void {
    const position = this.#positions.get(asset.id);
    if (position === undefined) return;
    if (position < 0) this.#head[position + this.#head.length] = asset;
    else this.#blocks.get(Math.floor(position / this.#block))![position % this.#block] = asset;
    this.#changed();
  }

  /** Changes each loaded asset for which `which` says so. */
  change(which: (id: string) => boolean, change: (asset: Asset) => Asset): void {
    const turn = (asset: Asset) => (which(asset.id) ? change(asset) : asset);
    this.#head = this.#head.map(turn);
    for (const [block, assets] of this.#blocks) this.#blocks.set(block, assets.map(turn));
    this.#changed();
  }

  /** Takes these, or all but these, off the shelf. What is returned puts them back where they were. */
  takeOff(ids: Iterable<string>, allBut = false): () => void {
    const before = this.sequence;
    const positions = [...ids].map((id) => this.#positions.get(id)).filter((position) => position !== undefined);
    this.#order(allBut ? before.only(positions) : before.without(positions));
    const { generation } = this;
    return () => {
      if (generation !== this.generation) return void cache.invalidateQueries({ queryKey: ["assets", "shelf"] });
      this.#order(allBut ? before : this.sequence.with(positions));
    };
  }

  /** What the server says now. When it only differs on top, everything that was fetched stays. */
  async take(outline: Outline): Promise<void> {
    if (outline.seq < this.#seq) return;
    this.#seq = outline.seq;
    const fresh = bytesOf(outline.ratios);
    const elsewhere = this.filters.sort === "oldest" || this.filters.sort === "collection" || this.filters.like !== undefined || this.filters.colour !== undefined;
    const more = this.#doubtful || elsewhere ? null : this.sequence.grown(fresh);
    if (more === 0) {
      this.#waiting = null;
      return this.#lookAgain();
    }
    if (more !== null && more < this.#block && (await this.#top(more, fresh))) return this.#lookAgain();
    await this.#replace(outline, fresh);
  }

  /** Everything that is shown may have changed in itself. */
  #lookAgain(): void {
    this.#old = new Set(this.#blocks.keys());
    this.want(...this.#seen);
  }

  async #top(more: number, fresh: Uint8Array): Promise<boolean> {
    const first = this.at(0);
    const { items } = await this.#page(undefined, more + 1);
    if (first !== undefined && items[more]?.id !== first.id) return false;
    this.#waiting = { assets: items.slice(0, more), bytes: fresh.slice(0, more) };
    if (this.scroll < TOP) this.showFresh();
    else this.#changed();
    return true;
  }

  async #replace(outline: Outline, fresh: Uint8Array): Promise<void> {
    const next = new Shelf(this.filters, outline);
    // What is in view is fetched before it is exchanged, so that nothing flickers.
    await next.ids(...this.#seen);
    this.#doubtful = false;
    this.#waiting = null;
    this.#anchors = next.#anchors;
    this.#head = [];
    this.#old = new Set();
    this.#loading = new Map();
    this.#blocks = next.#blocks;
    this.#positions = next.#positions;
    this.generation += 1;
    this.#order(new Sequence(fresh));
    this.want(...this.#seen);
  }

  #order(sequence: Sequence): void {
    this.sequence = sequence;
    this.ratios = decoded(sequence.bytes);
    this.#changed();
  }

  #changed(): void {
    this.version += 1;
    this.#listeners.forEach((listener) => listener());
  }

  #on(position: number): Asset | undefined {
    if (position < 0) return this.#head[position + this.#head.length];
    return this.#blocks.get(Math.floor(position / this.#block))?.[position % this.#block];
  }

  #blocksOf(from: number, to: number): number[] {
    const found = new Set<number>();
    for (let index = Math.max(0, from); index < Math.min(to, this.total); index += 1) {
      const position = this.sequence.position(index);
      if (position >= 0) found.add(Math.floor(position / this.#block));
    }
    return [...found];
  }

  #load(block: number): Promise<void> {
    const begun = this.#loading.get(block);
    if (begun) return begun;
    const loading = this.#read(block).finally(() => {
      if (this.#loading.get(block) === loading) this.#loading.delete(block);
    });
    this.#loading.set(block, loading);
    return loading;
  }

  async #read(block: number): Promise<void> {
    const { generation } = this;
    const after = this.#anchors[block - 1];
    const again = this.#old.delete(block);
    let items: Asset[];
    try {
      const key = ["assets", "block", this.filters, after ?? `before ${this.#anchors[0] ?? "all"}`];
      ({ items } = await cache.query({ queryKey: key, queryFn: () => this.#page(after, this.#block), ...(again ? { staleTime: 0 } : {}) }));
    } catch {
      // The placeholders stay; whoever looks there again asks again.
      return;
    }
    if (generation !== this.generation) return;
    const known = this.#blocks.get(block);
    if (known) {
      const fresh = new Map(items.map((asset) => [asset.id, asset]));
      this.#blocks.set(block, known.map((asset) => fresh.get(asset.id) ?? asset));
      return this.#changed();
    }
    if (this.#anchors[block] !== undefined && items.at(-1)?.id !== this.#anchors[block]) return this.#doubt();
    items.forEach((asset, index) => this.#positions.set(asset.id, block * this.#block + index));
    this.#blocks.set(block, [...items]);
    this.#changed();
  }

  /** The list is no longer as its outline says: somebody else took something out of the middle. */
  #doubt(): void {
    if (this.#doubtful) return;
    this.#doubtful = true;
    void cache.invalidateQueries({ queryKey: ["assets"] });
  }

  #page(after: string | undefined, limit: number): Promise<{ items: Asset[] }> {
    return body(api.GET("/api/assets", { params: { query: { ...this.filters, limit, ...(after === undefined ? {} : { after }) } } }));
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
