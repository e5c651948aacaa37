/** What of an operation's form is asked for on the picture itself. */

import type { Operation } from "@/api";
import { KNOWN } from "@/features/forms/known";
import { fieldsOf, type Field, type Schema, type Values } from "@/features/forms/schema";

/** In requests, the picture that is worked on has this name everywhere. */
export const IMAGE = "image";

export interface OnPicture {
  mask: Field | undefined;
  box: Field | undefined;
  /** Which part is tried before the whole. */
  region: Field | undefined;
  /** Where it is one of several pictures. */
  many: Field | undefined;
}

/** By widget, whichever offer has the field; the picture's own field is not among them. */
export function onPicture(operation: Operation): OnPicture {
  const fields = operation.offers.flatMap((offer) => fieldsOf(offer.input as Schema, KNOWN));
  const of = (widget: string) => fields.find((field) => field.widget === widget && field.name !== IMAGE);
  return { mask: of("mask"), box: of("box"), region: of("region"), many: fields.some((field) => field.name === IMAGE) ? undefined : of("images") };
}

export function modeOf(mask: Field): "mask" | "trimap" {
  return mask.hint.mode === "trimap" ? "trimap" : "mask";
}

/** What a draft must forget when it is used for another picture: places on the one before. */
export function moved(values: Values, asset: string, { mask, box, many }: OnPicture): Values | null {
  if (values[IMAGE] === asset) return null;
  return { [IMAGE]: asset, ...(many ? { [many.name]: [asset] } : {}), ...(mask ? { [mask.name]: null } : {}), ...(box ? { [box.name]: null } : {}) };
}
