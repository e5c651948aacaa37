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

/** The map, in the shape of what was made; of a source with another shape, the middle is looked at. */
export async function difference(source: Shown, made: Shown): Promise<ImageData> {
  const scale = Math.min(1, source.width / made.width, MOST / Math.max(made.width, made.height));
  const width = Math.max(1, Math.round(made.width * scale));
  const height = Math.max(1, Math.round(made.height * scale));
  const drawn = async (asset: Shown) => {
    const found = await bitmap(asset);
    const cover = Math.max(width / found.width, height / found.height);
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
    context.imageSmoothingQuality = "high";
    context.drawImage(found, (width - found.width * cover) / 2, (height - found.height * cover) / 2, found.width * cover, found.height * cover);
    found.close();
    return context.getImageData(0, 0, width, height).data;
  };
  const [before, after] = await Promise.all([drawn(source), drawn(made)]);
  return new ImageData(heat(before, after), width, height);
}
