/** The part of a picture that a format shows, in shares of the picture: found, moved, zoomed, and kept inside of it. */

/** From the left, from the top, across, down. */
export type Box = readonly [x: number, y: number, width: number, height: number];
export type Spot = readonly [x: number, y: number];

export interface Size {
  width: number;
  height: number;
}

/** A crop is never less than this share of the largest one. */
export const CLOSEST = 1 / 12;

/** The largest part of that shape, across and down. */
export function largest(size: Size, ratio: number): Spot {
  const across = (ratio * size.height) / size.width;
  return across <= 1 ? [across, 1] : [1, 1 / across];
}

export function centred(size: Size, ratio: number): Box {
  return around(size, ratio, [0.5, 0.5]);
}

/** The largest part with this point in its middle, or as near to it as the picture's edges allow. */
export function around(size: Size, ratio: number, [x, y]: Spot): Box {
  const [width, height] = largest(size, ratio);
  return inside([x - width / 2, y - height / 2, width, height]);
}

export function inside([x, y, width, height]: Box): Box {
  const within = (at: number, extent: number) => Math.min(Math.max(0, 1 - extent), Math.max(0, at));
  return [within(x, width), within(y, height), width, height];
}

export function moved([x, y, width, height]: Box, across: number, down: number): Box {
  return inside([x + across, y + down, width, height]);
}

/** Nearer (a factor above 1) or further, while the point `at` (in shares of the box) stays where it is. */
export function zoomed(box: Box, size: Size, ratio: number, factor: number, at: Spot = [0.5, 0.5]): Box {
  const [most, tallest] = largest(size, ratio);
  const [x, y, width, height] = box;
  const share = Math.min(1, Math.max(CLOSEST, width / most / factor));
  const [across, down] = [most * share, tallest * share];
  return inside([x + (width - across) * at[0], y + (height - down) * at[1], across, down]);
}

/** How near it is: 1 shows all that the shape allows. */
export function nearness(box: Box, size: Size, ratio: number): number {
  return largest(size, ratio)[0] / box[2];
}

/** How many times the part must be enlarged to fill the target; 1 when it needs not be. */
export function enlarged(box: Box | null, size: Size, target: Size): number {
  const across = target.width / size.width;
  const down = target.height / size.height;
  // The whole picture with a margin around it fills one side only.
  if (box === null) return Math.max(1, Math.min(across, down));
  return Math.max(1, across / box[2], down / box[3]);
}

/** How much of a thing (a face) is inside, 0..1. */
export function held(box: Box, thing: Box): number {
  const across = overlap(box[0], box[2], thing[0], thing[2]);
  const down = overlap(box[1], box[3], thing[1], thing[3]);
  const whole = thing[2] * thing[3];
  return whole === 0 ? 1 : (across * down) / whole;
}

export function meets(one: Box, other: Box): boolean {
  return overlap(one[0], one[2], other[0], other[2]) > EPSILON && overlap(one[1], one[3], other[1], other[3]) > EPSILON;
}

function overlap(at: number, extent: number, other: number, length: number): number {
  return Math.max(0, Math.min(at + extent, other + length) - Math.max(at, other));
}

const EPSILON = 1e-6;

/** Which lines a moved box lies on. */
export interface Caught {
  box: Box;
  across: boolean;
  down: boolean;
}

/** A box whose middle is near one of these points is drawn to it, on either axis by itself; `reach` in shares. */
export function caught(box: Box, points: readonly Spot[], reach: Spot): Caught {
  const [x, y, width, height] = box;
  const nearest = (middle: number, all: readonly number[], far: number) => {
    const [best] = [...all].sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle));
    return best !== undefined && Math.abs(best - middle) <= far ? best : null;
  };
  const across = nearest(x + width / 2, points.map(([at]) => at), reach[0]);
  const down = nearest(y + height / 2, points.map(([, at]) => at), reach[1]);
  const to = inside([across === null ? x : across - width / 2, down === null ? y : down - height / 2, width, height]);
  // What the edge of the picture holds back lies on no line.
  return {
    box: to,
    across: across !== null && Math.abs(to[0] + width / 2 - across) < EPSILON,
    down: down !== null && Math.abs(to[1] + height / 2 - down) < EPSILON,
  };
}

/** What is seen of a picture, and where in its frame, each in shares: all over the frame, or with a margin around it. */
export interface Shown {
  part: Box;
  frame: Box;
}

export const WHOLE: Box = [0, 0, 1, 1];
/** A picture that lacks less than a pixel in five hundred is not too small. */
const NEARLY = 1.002;

/** A part fills its frame, the whole picture fits into it; what is too small stands at its own size, unless it may `grow`. */
export function shown(box: Box | null, size: Size, target: Size, grow: boolean): Shown {
  const amid = (width: number, height: number): Box => [(1 - width) / 2, (1 - height) / 2, width, height];
  if (box === null) {
    const fill = Math.min(target.width / size.width, target.height / size.height);
    const scale = grow ? fill : Math.min(1, fill);
    return { part: WHOLE, frame: amid((size.width * scale) / target.width, (size.height * scale) / target.height) };
  }
  if (grow || enlarged(box, size, target) <= NEARLY) return { part: box, frame: WHOLE };
  const [width, height] = [Math.min(size.width, target.width), Math.min(size.height, target.height)];
  const [x, y, across, down] = box;
  const part = inside([x + (across - width / size.width) / 2, y + (down - height / size.height) / 2, width / size.width, height / size.height]);
  return { part, frame: amid(width / target.width, height / target.height) };
}

/** Where the picture stands behind a window that shows only the box: as CSS has it. */
export function behind([x, y, width, height]: Box): { left: string; top: string; width: string; height: string } {
  const percent = (value: number) => `${Number((value * 100).toFixed(4))}%`;
  return { left: percent(-x / width), top: percent(-y / height), width: percent(1 / width), height: percent(1 / height) };
}

/** As it is sent: no more digits than a pixel of a very large picture needs. */
export function rounded(box: Box): [number, number, number, number] {
  const [x, y, width, height] = box.map((value) => Math.round(value * 1e6) / 1e6) as [number, number, number, number];
  return [x, y, Math.min(width, 1 - x), Math.min(height, 1 - y)];
}
