/** Where a picture has most detail: what is worth a trial first. */

import type { Rect, Size } from "@/engine/view";

/** The side of the part that is proposed, in pixels of the picture. */
const SIDE = 320;
/** Longest side of the copy that is looked at. */
const LOOKED = 256;

/** The square of `side` cells whose cells together weigh most; of equal ones the nearest to the middle. */
export function heaviest(weights: Float64Array, { width, height }: Size, side: number): { x: number; y: number } {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += weights[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  const across = Math.min(side, width);
  const down = Math.min(side, height);
  const at = (x: number, y: number) => sums[y * (width + 1) + x]!;
  const off = (x: number, y: number) => Math.hypot(x + across / 2 - width / 2, y + down / 2 - height / 2);
  let best = { x: 0, y: 0 };
  let most = -1;
  for (let y = 0; y + down <= height; y++) {
    for (let x = 0; x + across <= width; x++) {
      const sum = at(x + across, y + down) - at(x, y + down) - at(x + across, y) + at(x, y);
      if (sum > most * 1.0001 + 1e-9 || (sum >= most && off(x, y) < off(best.x, best.y))) {
        most = Math.max(most, sum);
        best = { x, y };
      }
    }
  }
  return best;
}

/** How much each pixel differs from those beside and below it, of RGBA bytes. */
export function steepness(rgba: Uint8ClampedArray, { width, height }: Size): Float64Array {
  const light = (x: number, y: number) => {
    const at = (y * width + x) * 4;
    return rgba[at]! * 0.3 + rgba[at + 1]! * 0.59 + rgba[at + 2]! * 0.11;
  };
  return Float64Array.from({ length: width * height }, (_, at) => {
    const x = at % width;
    const y = (at - x) / width;
    const here = light(x, y);
    return Math.abs(here - light(Math.min(width - 1, x + 1), y)) + Math.abs(here - light(x, Math.min(height - 1, y + 1)));
  });
}

/** The part of the picture to begin with. */
export async function detailed(preview: string, size: Size): Promise<Rect> {
  const image = new Image();
  image.src = preview;
  await image.decode();
  const scale = Math.min(1, LOOKED / Math.max(size.width, size.height));
  const small = { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
  const context = new OffscreenCanvas(small.width, small.height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0, small.width, small.height);
  const found = heaviest(steepness(context.getImageData(0, 0, small.width, small.height).data, small), small, Math.max(1, Math.round(SIDE * scale)));
  const width = Math.min(SIDE, size.width);
  const height = Math.min(SIDE, size.height);
  return { x: Math.min(size.width - width, Math.round(found.x / scale)), y: Math.min(size.height - height, Math.round(found.y / scale)), width, height };
}
