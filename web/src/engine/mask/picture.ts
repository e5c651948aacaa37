/** Pictures as bytes, in a worker: what the wand looks at, and masks that come from elsewhere. */

import type { Bytes, Plane } from "./plane";
import { decoded } from "./png";

/** Rows that are read from a canvas at once. */
const BAND = 1024;

export interface Pixels {
  width: number;
  height: number;
  rgba: Uint8ClampedArray;
}

export function pixelsOf(bitmap: ImageBitmap): Pixels {
  const { width, height } = bitmap;
  const rgba = new Uint8ClampedArray(width * height * 4);
  inBands(bitmap, (top, band) => rgba.set(band, top * width * 4));
  return { width, height, rgba };
}

/**
 * Any picture as grey: its brightness (Rec. 709), mixed with `ground` where it is transparent. Our own masks come
 * back byte for byte. Throws if the browser cannot read the file.
 */
export async function grey(blob: Blob, ground: number): Promise<Plane> {
  const exact = await decoded(blob);
  if (exact) return exact;
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: "none", colorSpaceConversion: "none" });
  const { width, height } = bitmap;
  const data: Bytes = new Uint8Array(width * height);
  inBands(bitmap, (top, band) => {
    for (let from = 0, at = top * width; from < band.length; from += 4, at++) {
      const light = 0.2126 * band[from]! + 0.7152 * band[from + 1]! + 0.0722 * band[from + 2]!;
      data[at] = Math.round(ground + ((light - ground) * band[from + 3]!) / 255);
    }
  });
  bitmap.close();
  return { width, height, data };
}

function inBands(bitmap: ImageBitmap, take: (top: number, band: Uint8ClampedArray) => void): void {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, Math.min(BAND, height));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser gives no canvas to a worker.");
  for (let top = 0; top < height; top += BAND) {
    const rows = Math.min(BAND, height - top);
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, top, width, rows, 0, 0, width, rows);
    take(top, context.getImageData(0, 0, width, rows).data);
  }
}
