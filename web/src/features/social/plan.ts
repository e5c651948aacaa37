/** What each format will show of a picture, and what is not right with it. Pure: what is drawn how stands in the tiles. */

import { around, centred, enlarged, held, meets, rounded, shown, type Box, type Size, type Spot } from "@/engine/crop";
import type { Format } from "./api";

export type Mode = "smart" | "centre" | "fit";
/** What is done where the picture is too small for a format. */
export type Small = "pad" | "enlarge" | "skip";
export const MODES: readonly Mode[] = ["smart", "centre", "fit"];

/** What one format has of its own. */
export interface Override {
  /** It is made of this one: the same, extended. All of its own is in shares of it then. */
  picture?: string;
  crop?: Mode;
  /** Set by hand; wins over everything. */
  box?: Box;
  focal?: Spot;
  file?: string;
  small?: Small;
  pad?: "blur" | "colour";
  text_place?: string;
  logo_place?: string;
}

/** How one picture is cut: for all formats, and for some of them otherwise. */
export interface Layout {
  crop: Mode;
  focal: Spot | null;
  overrides: Readonly<Record<string, Override>>;
}

/** What the server found in the picture. */
export interface Found {
  faces: readonly Box[];
  smart: ReadonlyMap<string, Box>;
}

export const NOTHING: Found = { faces: [], smart: new Map() };
export const PLAIN: Layout = { crop: "smart", focal: null, overrides: {} };

export const ratioOf = (format: Size): number => format.width / format.height;

/** The part that is shown; null for the whole picture with a margin. */
export function boxOf(format: Pick<Format, "id" | "width" | "height">, size: Size, layout: Layout, found: Found): Box | null {
  const own = layout.overrides[format.id] ?? {};
  if (own.box) return own.box;
  const mode = own.crop ?? layout.crop;
  if (mode === "fit") return null;
  // A way of cutting, or a picture, that was chosen for this format alone does not mind the point that was set for all.
  const focal = own.focal ?? (own.crop === undefined && own.picture === undefined ? layout.focal : null);
  if (focal) return around(size, ratioOf(format), focal);
  return (mode === "smart" && own.picture === undefined ? found.smart.get(format.id) : undefined) ?? centred(size, ratioOf(format));
}

/** Whether the subject is followed: nothing was set by hand. */
export function follows(format: Pick<Format, "id">, layout: Layout): boolean {
  const own = layout.overrides[format.id];
  if (own?.picture !== undefined) return !own.box && !own.focal;
  return (own?.crop ?? layout.crop) === "smart" && !own?.box && !own?.focal && (own?.crop !== undefined || layout.focal === null);
}

/** Whether there is something around the picture that is not of it. */
export function padded(format: Size, box: Box | null, size: Size, small: Small): boolean {
  const [, , width, height] = shown(box, size, format, small === "enlarge").frame;
  return width < EDGE || height < EDGE;
}

const EDGE = 0.998;

/** Something that is drawn over the picture: a text, the logo, a watermark. In shares of the frame. */
export interface Laid {
  name: "text" | "logo" | "watermark";
  box: Box;
}

export type Warning =
  | { kind: "small"; times: number; then: Small }
  | { kind: "face" }
  | { kind: "under"; what: Laid["name"]; zone: string }
  | { kind: "edge"; what: Laid["name"] }
  | { kind: "alpha"; type: string }
  | { kind: "stale"; since: string };

/** A face of which less than this is seen is cut; one that is hardly touched is not in the picture. */
const WHOLE = 0.985;
const GONE = 0.02;

interface Seen {
  size: Size;
  faces: readonly Box[];
  laid: readonly Laid[];
  /** Whether the picture has transparent parts, and the type it will be written as. */
  alpha: boolean;
  type: string;
  small: Small;
}

const OPAQUE = new Set(["jpeg"]);

export function warningsOf(format: Format, box: Box | null, { size, faces, laid, alpha, type, small }: Seen): Warning[] {
  const found: Warning[] = [];
  const times = enlarged(box, size, format);
  if (times > 1.01) found.push({ kind: "small", times, then: small });
  if (box && faces.some((face) => cut(box, face))) found.push({ kind: "face" });
  for (const { name, box: over } of laid) {
    const zone = format.zones.find((one) => meets(over, [one.x, one.y, one.width, one.height]));
    if (zone) found.push({ kind: "under", what: name, zone: zone.name });
    else if (!within(over, safeBox(format))) found.push({ kind: "edge", what: name });
  }
  if (alpha && OPAQUE.has(type)) found.push({ kind: "alpha", type });
  if (format.stale) found.push({ kind: "stale", since: format.as_of });
  return found;
}

function cut(box: Box, face: Box): boolean {
  const share = held(box, face);
  return share < WHOLE && share > GONE;
}

/** What no app draws over. */
export function safeBox({ safe }: Pick<Format, "safe">): Box {
  return [safe.left, safe.top, 1 - safe.left - safe.right, 1 - safe.top - safe.bottom];
}

/** A zone that would leave less of the width or height than this is not made room for. */
const ROOM = 0.25;

/** Where words and logo are put: within the safe edges, beside what the app draws, within the circle of a round one. As the
 * server reckons it. */
export function roomOf(format: Pick<Format, "safe" | "zones" | "round" | "width" | "height">): Box {
  const { safe, zones, round, width, height } = format;
  let [x0, y0, x1, y1] = [safe.left, safe.top, 1 - safe.right, 1 - safe.bottom];
  if (round) {
    const half = (Math.min(width, height) * Math.SQRT1_2) / 2;
    [x0, x1] = [Math.max(x0, 0.5 - half / width), Math.min(x1, 0.5 + half / width)];
    [y0, y1] = [Math.max(y0, 0.5 - half / height), Math.min(y1, 0.5 + half / height)];
  }
  for (const zone of zones) {
    if (zone.x >= x1 || zone.x + zone.width <= x0 || zone.y >= y1 || zone.y + zone.height <= y0) continue;
    // Of the four sides, the one on which the least is lost.
    const sides = [
      [x0, y0, x1, zone.y],
      [x0, zone.y + zone.height, x1, y1],
      [x0, y0, zone.x, y1],
      [zone.x + zone.width, y0, x1, y1],
    ] as const;
    const area = ([left, top, right, bottom]: readonly [number, number, number, number]) => (right - left) * (bottom - top);
    const [best] = sides.filter(([left, top, right, bottom]) => right - left >= ROOM && bottom - top >= ROOM).sort((one, other) => area(other) - area(one));
    if (best) [x0, y0, x1, y1] = best;
  }
  return [x0, y0, Math.max(0, x1 - x0), Math.max(0, y1 - y0)];
}

function within(thing: Box, room: Box): boolean {
  return held(room, thing) > 0.999;
}

/** The type that a file will have, where the choice is left to the platform: what keeps transparency if there is some. */
export function typeOf(format: Pick<Format, "id" | "types">, file: string, layout: Layout, alpha: boolean): string {
  const wanted = layout.overrides[format.id]?.file ?? file;
  if (wanted !== "auto" && format.types.some((type) => type === wanted)) return wanted;
  if (alpha) {
    const clear = format.types.find((type) => !OPAQUE.has(type) && type !== "gif");
    if (clear !== undefined) return clear;
  }
  return format.types[0] ?? "jpeg";
}

/** The overrides as they are sent: only of formats that are chosen, only what says something. */
export function overridesOf(chosen: readonly Pick<Format, "id">[], layout: Layout): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    chosen.flatMap((format) => {
      const own = layout.overrides[format.id];
      if (!own || Object.keys(own).length === 0) return [];
      return [[format.id, { ...own, ...(own.box ? { box: rounded(own.box) } : {}) }]];
    }),
  );
}

/** One format's own settings changed; what is undefined is no longer its own. */
export function changed(layout: Layout, id: string, more: Partial<Record<keyof Override, unknown>>): Layout {
  const own = Object.fromEntries(Object.entries({ ...layout.overrides[id], ...more }).filter(([, value]) => value !== undefined));
  const rest = plainly(layout, id);
  return Object.keys(own).length === 0 ? rest : { ...rest, overrides: { ...rest.overrides, [id]: own } };
}

/** The same with nothing of its own for this format. */
export function plainly(layout: Layout, id: string): Layout {
  return { ...layout, overrides: Object.fromEntries(Object.entries(layout.overrides).filter(([name]) => name !== id)) };
}

/** How many of a platform's formats are chosen. */
export function some(formats: readonly Pick<Format, "id">[], chosen: ReadonlySet<string>): boolean | "indeterminate" {
  const many = formats.filter(({ id }) => chosen.has(id)).length;
  return many === 0 ? false : many === formats.length ? true : "indeterminate";
}

/** Words that find a format: its own, its platform's, its size, its shape. */
export function matches(words: string, platform: string, format: Pick<Format, "title" | "width" | "height" | "kind">): boolean {
  const text = `${platform} ${format.title} ${format.kind} ${format.width}x${format.height} ${format.width} × ${format.height}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export interface Counted {
  letters: number;
  hashtags: number;
  mentions: number;
}

/** As platforms count: letters that are seen, words after # and @. */
export function counted(text: string): Counted {
  const all = (sign: string) => text.match(new RegExp(`(?<![\\p{L}\\p{N}_])${sign}[\\p{L}\\p{N}_]+`, "gu"))?.length ?? 0;
  return { letters: Array.from(text).length, hashtags: all("#"), mentions: all("@") };
}

/** What each of these platforms says instead of what all say. */
export function captionsOf(platforms: readonly string[], captions: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(platforms.flatMap((id) => (captions[id] === undefined ? [] : [[id, captions[id]]])));
}

/** How wide and high a tile is drawn, so that all have about the same area, and fit. */
export function tileSize(format: Size, side: number, most: number): Size {
  const ratio = ratioOf(format);
  const width = Math.min(most, Math.max(side * 0.55, side * Math.sqrt(ratio)));
  return { width: Math.round(width), height: Math.round(width / ratio) };
}
