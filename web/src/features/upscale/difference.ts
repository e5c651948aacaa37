/** Where an enlarged picture is another than the one it came from: both in one size, and the difference as heat. */

import type { Size } from "@/engine/view";

/** Longest side of the map. */
const MOST = 1024;
/** Files of more pixels are looked at in their previews. */
const LARGE = 60e6;
/** A difference of so many of 255 levels is as hot as it gets. */
export const HOT = 32;

/** Black where nothing differs, then red, yellow, white. */
export function heat(one: Uint8ClampedArray, other: Uint8ClampedArray): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(one.length);
  for (let at = 0; at < one.length; at += 4) {
    const far = Math.max(Math.abs(one[at]! - other[at]!), Math.abs(one[at + 1]! - other[at + 1]!), Math.abs(one[at + 2]! - other[at + 2]!));
    const warm = Math.min(1, far / HOT) * 3;
    out[at] = warm * 255;
    out[at + 1] = (warm - 1) * 255;
    out[at + 2] = (warm - 2) * 255;
    out[at + 3] = 255;
  }
  return out;
}

interface Shown extends Size {
  file: string;
  preview: string;
}

async function bitmap({ file, preview, width, height }: Shown): Promise<ImageBitmap> {
  const answer = await fetch(width * height > LARGE ? preview : file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return createImageBitmap(await answer.blob());
}

/** How much of each pixel from `from` to `to` lies within, of pixels that are one wide. */
function shares(from: number, to: number): { first: number; weights: number[] } {
  const first = Math.floor(from + 1e-6);
  const weights: number[] = [];
  for (let at = first; at < to - 1e-6; at++) weights.push(Math.min(at + 1, to) - Math.max(at, from));
  return { first, weights };
}

/** RGBA of one row of the picture made smaller: each pixel the mean of the area that it stands for. */
export function meanRow(rgba: Uint8ClampedArray, width: number, down: readonly number[], from: number, step: number, out: Uint8ClampedArray, at: number, count: number): void {
  for (let x = 0; x < count; x++) {
    const across = shares(from + x * step, from + (x + 1) * step);
    const sums = [0, 0, 0, 0];
    let whole = 0;
    for (const [row, high] of down.entries()) {
      for (const [column, wide] of across.weights.entries()) {
        const weight = high * wide;
        const place = (row * width + Math.min(width - 1, across.first + column)) * 4;
        for (let channel = 0; channel < 4; channel++) sums[channel]! += weight * rgba[place + channel]!;
        whole += weight;
      }
    }
    for (let channel = 0; channel < 4; channel++) out[at + x * 4 + channel] = sums[channel]! / whole;
  }
}

/** The middle of the picture in this shape and size. A browser's own way to make it smaller is no mean, and would show
 * as a difference. Row by row, so that the whole never lies in memory as bytes. */
async function reduced(asset: Shown, { width, height }: Size): Promise<Uint8ClampedArray> {
  const found = await bitmap(asset);
  const step = Math.min(found.width / width, found.height / height);
  const left = (found.width - width * step) / 2;
  const top = (found.height - height * step) / 2;
  const out = new Uint8ClampedArray(width * height * 4);
  const strip = new OffscreenCanvas(found.width, Math.ceil(step) + 2).getContext("2d", { willReadFrequently: true })!;
  for (let y = 0; y < height; y++) {
    const down = shares(top + y * step, Math.min(found.height, top + (y + 1) * step));
    strip.clearRect(0, 0, found.width, down.weights.length);
    strip.drawImage(found, 0, -down.first);
    meanRow(strip.getImageData(0, 0, found.width, down.weights.length).data, found.width, down.weights, left, step, out, y * width * 4, width);
  }
  found.close();
  return out;
}

/** The map, in the shape of what was made; of a source with another shape, the middle is looked at. */
export async function difference(source: Shown, made: Shown): Promise<ImageData> {
  const scale = Math.min(1, Math.min(source.width / made.width, source.height / made.height), MOST / Math.max(made.width, made.height));
  const size = { width: Math.max(1, Math.round(made.width * scale)), height: Math.max(1, Math.round(made.height * scale)) };
  const [before, after] = await Promise.all([reduced(source, size), reduced(made, size)]);
  return new ImageData(heat(before, after), size.width, size.height);
}
