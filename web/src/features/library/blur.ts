/** What stands where a picture will be: its blurred hash, else its colour. */

import { thumbHashToDataURL } from "thumbhash";
import type { Asset } from "@/api";

const MOST = 2000;
const made = new Map<string, string>();

/** A data URL, decoded once for each picture. */
export function blurOf(asset: Asset): string | null {
  const hash = asset.facts["thumbhash"];
  if (typeof hash !== "string" || hash === "") return null;
  let url = made.get(hash);
  if (url === undefined) {
    url = thumbHashToDataURL(Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0)));
    if (made.size >= MOST) made.delete(made.keys().next().value!);
    made.set(hash, url);
  }
  return url;
}

export function colourOf(asset: Asset): string | undefined {
  const colour = asset.facts["colour"];
  return typeof colour === "string" ? colour : undefined;
}
