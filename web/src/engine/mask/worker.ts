/** The slow work on whole masks, away from the page. */

import type { Rect, Size } from "../view";
import { alike, emptied, filled, recoloured } from "./flood";
import { feathered, grown, shrunk } from "./morph";
import { type Pixels, grey, pixelsOf } from "./picture";
import { type Bytes, NOWHERE, type Plane } from "./plane";
import { encoded } from "./png";
import { isMultiple, nearest, smooth } from "./resample";

/** What can be asked for, and what comes back. */
export interface Jobs {
  grow: { ask: { plane: Plane; radius: number }; answer: Bytes };
  shrink: { ask: { plane: Plane; radius: number }; answer: Bytes };
  feather: { ask: { plane: Plane; radius: number }; answer: Bytes };
  fill: { ask: { plane: Plane; x: number; y: number }; answer: Bytes };
  empty: { ask: { plane: Plane; x: number; y: number }; answer: Bytes };
  recolour: { ask: { plane: Plane; x: number; y: number; value: number }; answer: Bytes };
  scale: { ask: { plane: Plane; size: Size; hard: boolean }; answer: Bytes };
  encode: { ask: { plane: Plane }; answer: Blob };
  read: { ask: { blob: Blob; ground: number }; answer: Plane };
  /** The picture that the wand looks at from now on. */
  look: { ask: { bitmap: ImageBitmap }; answer: null };
  wand: { ask: Wand; answer: Selection };
}

export interface Wand {
  /** In pixels of the source. */
  x: number;
  y: number;
  /** Largest difference of a channel, 0..255. */
  tolerance: number;
  contiguous: boolean;
  /** Of the source: the selection has it too, whatever size the picture is shown in. */
  size: Size;
  /** Only 0 and 255. */
  hard: boolean;
}

export interface Selection {
  bytes: Bytes;
  /** All that is selected lies within. */
  box: Rect;
}

let picture: Pixels | null = null;

const work: { [Kind in keyof Jobs]: (ask: Jobs[Kind]["ask"]) => Jobs[Kind]["answer"] | Promise<Jobs[Kind]["answer"]> } = {
  grow: ({ plane, radius }) => grown(plane, radius),
  shrink: ({ plane, radius }) => shrunk(plane, radius),
  feather: ({ plane, radius }) => feathered(plane, radius),
  fill: ({ plane, x, y }) => filled(plane, x, y),
  empty: ({ plane, x, y }) => emptied(plane, x, y),
  recolour: ({ plane, x, y, value }) => recoloured(plane, x, y, value),
  scale: ({ plane, size, hard }) => (hard || isMultiple(plane, size) ? nearest(plane, size) : smooth(plane, size)),
  encode: ({ plane }) => encoded(plane),
  read: ({ blob, ground }) => grey(blob, ground),
  look: ({ bitmap }) => {
    picture = pixelsOf(bitmap);
    bitmap.close();
    return null;
  },
  wand: ({ x, y, tolerance, contiguous, size, hard }) => {
    if (!picture) throw new Error("The wand has no picture yet.");
    const { width, height, rgba } = picture;
    const column = Math.min(width - 1, Math.floor(((x + 0.5) * width) / size.width));
    const row = Math.min(height - 1, Math.floor(((y + 0.5) * height) / size.height));
    const found = { width, height, data: alike(rgba, picture, column, row, tolerance, contiguous) };
    const same = width === size.width && height === size.height;
    const bytes = same ? found.data : hard ? nearest(found, size) : smooth(found, size);
    return { bytes, box: bounds(bytes, size) };
  },
};

function bounds(bytes: Bytes, { width, height }: Size): Rect {
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    const row = bytes.subarray(y * width, (y + 1) * width);
    let first = 0;
    while (first < width && row[first] === 0) first++;
    if (first === width) continue;
    let last = width - 1;
    while (row[last] === 0) last--;
    if (top < 0) top = y;
    bottom = y;
    left = Math.min(left, first);
    right = Math.max(right, last);
  }
  return right < 0 ? NOWHERE : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

export interface Asked<Kind extends keyof Jobs = keyof Jobs> {
  id: number;
  kind: Kind;
  ask: Jobs[Kind]["ask"];
}

export type Answered = { id: number; answer: Jobs[keyof Jobs]["answer"] } | { id: number; error: string };

self.onmessage = async ({ data: { id, kind, ask } }: MessageEvent<Asked>) => {
  try {
    // Kind and question belong together; that is told by `Workshop.ask`.
    const answer = await (work[kind] as (ask: unknown) => Jobs[keyof Jobs]["answer"] | Promise<Jobs[keyof Jobs]["answer"]>)(ask);
    self.postMessage({ id, answer } satisfies Answered, { transfer: buffers(answer) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies Answered);
  }
};

function buffers(answer: Jobs[keyof Jobs]["answer"]): ArrayBuffer[] {
  if (answer === null || answer instanceof Blob) return [];
  if (answer instanceof Uint8Array) return [answer.buffer];
  return ["bytes" in answer ? answer.bytes.buffer : answer.data.buffer];
}
