/** By what a form steers: which guides are read from its pictures, and how each is asked for. */

import type { Values } from "@/features/forms/schema";

export interface SeenGuide {
  /** What it is read from: the picture itself, or the n-th of the others. */
  of: number;
  kind: string;
  image: string;
  input: Record<string, unknown>;
}

/** What shows guides. */
export const SHOWS = "image.preprocess";

/** What an operation calls them, and what they are called there. */
const KINDS: Record<string, string> = { edges: "canny", lines: "line_art", depth: "depth" };

interface Other {
  image: string;
  kind: string;
}

export function guidesOf(op: string, values: Values, names: ReadonlySet<string>): SeenGuide[] {
  const image = values["image"];
  if (typeof image !== "string") return [];
  if (op === SHOWS) {
    const { kind, detail, colours, invert } = values;
    return [{ of: 0, kind: String(kind), image, input: { image, kind, detail, invert, ...(kind === "palette" ? { colours } : {}) } }];
  }
  const own = names.has("guide") ? (values["guide"] === "both" ? ["edges", "depth"] : [String(values["guide"])]) : names.has("shading") ? ["lines"] : [];
  const others = names.has("controls") && Array.isArray(values["controls"]) ? (values["controls"] as Other[]) : [];
  return [
    ...own.map((kind) => ({ of: 0, kind, image })),
    ...others.map((other, index) => ({ of: index + 1, kind: other.kind, image: other.image })),
  ].map(({ of, kind, image: from }) => ({ of, kind, image: from, input: { image: from, kind: KINDS[kind] ?? kind } }));
}
