/** Which extended pictures it takes so that no edge is filled: one for all formats of a shape. Pure. */

import { centred, enlarged, type Size } from "@/engine/crop";
import type { Format } from "./api";
import { ratioOf, type Small } from "./plan";

type Framed = Pick<Format, "id" | "width" | "height">;

/** One extended picture, and the formats that it is for. */
export interface Shape<F extends Framed = Format> {
  formats: readonly F[];
  /** What is asked of an extension. */
  input: { ratio: string | null; left: number; top: number; right: number; bottom: number };
}

/** Shapes that differ by less than this are one. */
const ALIKE = 0.01;
/** A picture that lacks less than a pixel in five hundred is not too small. */
const NEARLY = 1.002;
/** What reckoning leaves of a whole pixel. */
const DUST = 1e-6;

/** What differs by the shape, or by how much too small the picture is, needs a picture of its own; what is as it should be, none. */
export function shapesOf<F extends Framed>(formats: readonly F[], size: Size, smallOf: (id: string) => Small): Shape<F>[] {
  const found: { formats: F[]; times: number }[] = [];
  for (const format of formats) {
    const times = lacking(format, framed(size, ratioOf(format)), smallOf);
    if (times === 1 && alike(ratioOf(size), ratioOf(format))) continue;
    const same = found.find((one) => alike(ratioOf(one.formats[0]!), ratioOf(format)) && alike(one.times, times));
    if (same) same.formats.push(format);
    else found.push({ formats: [format], times });
  }
  return found.map((one) => ({ formats: one.formats, input: inputOf(one.formats, size, smallOf) }));
}

function inputOf(formats: readonly Framed[], size: Size, smallOf: (id: string) => Small): Shape["input"] {
  const [{ width, height }] = formats as [Framed];
  const frame = framed(size, width / height);
  const times = Math.max(...formats.map((format) => lacking(format, frame, smallOf)));
  if (times === 1) return { ratio: `${width}:${height}`, left: 0, top: 0, right: 0, bottom: 0 };
  // Nothing is enlarged: it goes on until there are as many pixels as are wanted.
  const across = Math.ceil(frame.width * times - DUST) - size.width;
  const down = Math.ceil(frame.height * times - DUST) - size.height;
  return { ratio: null, left: Math.floor(across / 2), top: Math.floor(down / 2), right: Math.ceil(across / 2), bottom: Math.ceil(down / 2) };
}

/** The smallest frame of that shape around all of it. */
function framed({ width, height }: Size, ratio: number): Size {
  return { width: Math.max(width, height * ratio), height: Math.max(height, width / ratio) };
}

/** How many times larger the frame must be for a format; 1 where it may be enlarged. */
function lacking(format: Framed, frame: Size, smallOf: (id: string) => Small): number {
  const times = smallOf(format.id) === "enlarge" ? 1 : enlarged(centred(frame, ratioOf(format)), frame, format);
  return times > NEARLY ? times : 1;
}

const alike = (one: number, other: number): boolean => Math.abs(one / other - 1) <= ALIKE;
