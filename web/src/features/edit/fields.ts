/** What of an operation's form is asked for on the picture itself. */

import type { Operation } from "@/api";
import { KNOWN } from "@/features/forms/known";
import { fieldsOf, type Field, type Schema, type Values } from "@/features/forms/schema";
import type { Tool } from "./search";
import { SIDES } from "./shape";

/** In requests, the picture that is worked on has this name everywhere. */
export const IMAGE = "image";

export interface OnPicture {
  mask: Field | undefined;
  box: Field | undefined;
  /** Which part is tried before the whole. */
  region: Field | undefined;
  /** Where it is one of several pictures. */
  many: Field | undefined;
  corners: Field | undefined;
  point: Field | undefined;
  /** What a box frames: the words that are laid into it, and by how much the picture under it is turned. */
  words: Field | undefined;
  tilt: Field | undefined;
  /** Of a light. */
  direction: Field | undefined;
  height: Field | undefined;
  /** Left, top, right and bottom, where a picture goes on. */
  sides: readonly Field[];
}

/** By widget, whichever offer has the field; the picture's own field is not among them. */
export function onPicture(operation: Operation): OnPicture {
  const fields = operation.offers.flatMap((offer) => fieldsOf(offer.input as Schema, KNOWN));
  const of = (widget: string) => fields.find((field) => field.widget === widget && field.name !== IMAGE);
  const set = (mode: string) => fields.find((field) => field.hint.mode === mode);
  const sides = SIDES.map((name) => fields.find((field) => field.name === name && field.hint.mode === "side")).filter((field) => field !== undefined);
  return {
    mask: of("mask"),
    box: of("box"),
    region: of("region"),
    many: fields.some((field) => field.name === IMAGE) ? undefined : of("images"),
    corners: set("corners"),
    point: set("point"),
    words: set("words"),
    tilt: set("tilt"),
    direction: set("direction"),
    height: set("height"),
    sides: sides.length === SIDES.length ? sides : [],
  };
}

/** The tools by which something is set on the picture, in the order in which they stand over it. */
export function toolsOf({ mask, box, region, corners, point, direction, height, sides }: OnPicture): Exclude<Tool, "view">[] {
  return [
    ...(sides.length > 0 ? (["frame"] as const) : []),
    ...(mask ? (["paint"] as const) : []),
    ...(point ? (["point"] as const) : []),
    ...(box ? (["box"] as const) : []),
    ...(corners ? (["corners"] as const) : []),
    ...(direction && height ? (["light"] as const) : []),
    ...(region ? (["try"] as const) : []),
  ];
}

/** With what one begins, where the operation is hardly anything without it. */
export function firstTool(places: OnPicture): Tool | undefined {
  if (places.sides.length > 0) return "frame";
  if (places.box && (isCrop(places.box) || places.words)) return "box";
  return places.direction && places.height ? "light" : undefined;
}

/** Whether a box is what stays of the picture. */
export function isCrop(box: Field): boolean {
  return box.hint.mode === "crop";
}

export function modeOf(mask: Field): "mask" | "trimap" {
  return mask.hint.mode === "trimap" ? "trimap" : "mask";
}

/** What a draft must forget when it is used for another picture: places on the one before. */
export function moved(values: Values, asset: string, { mask, box, many, corners, point, tilt }: OnPicture): Values | null {
  if (values[IMAGE] === asset) return null;
  const places = [mask, box, corners, point].filter((field) => field !== undefined);
  return { [IMAGE]: asset, ...(many ? { [many.name]: [asset] } : {}), ...Object.fromEntries(places.map(({ name }) => [name, null])), ...(tilt ? { [tilt.name]: 0 } : {}) };
}
