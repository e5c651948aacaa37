/** What is known of how true an enlarged picture is. */

import type { Asset } from "@/api";

export const NAMES = ["ssim", "psnr", "sharper", "halos", "clipped"] as const;
export type Report = Record<(typeof NAMES)[number], number>;

export function reportOf(asset: Asset): Report | null {
  const told = asset.facts["fidelity"];
  if (typeof told !== "object" || told === null) return null;
  return NAMES.every((name) => typeof (told as Record<string, unknown>)[name] === "number") ? (told as Report) : null;
}
