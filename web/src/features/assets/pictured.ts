/** Any result as a picture, so that it can go where pictures go: a film by one of its frames, a body as it is seen. */

import type { Asset } from "@/api";
import { upload } from "@/features/library/uploads";
import { made } from "@/features/runs/made";
import { i18n } from "@/i18n";
import { say } from "@/ui";

export const FRAME = "video.frame";

interface Seen {
  /** The moment at which a film stands, in seconds. */
  at?: () => number;
  /** What of a body is seen. */
  view?: () => Promise<Blob | null>;
}

const seen = new Map<string, Seen>();

/** Whoever plays or turns an asset says how it is seen now; what comes back ends that. */
export function seenAs(id: string, how: Seen): () => void {
  seen.set(id, how);
  return () => {
    if (seen.get(id) === how) seen.delete(id);
  };
}

/** The asset itself, the frame of a film that is seen now, a body from where it is seen now; else what stands for it. */
export async function pictured(asset: Asset): Promise<Asset | undefined> {
  if (asset.kind === "image") return asset;
  if (asset.kind === "video") return made(FRAME, { video: asset.id, seconds: Number((seen.get(asset.id)?.at?.() ?? 0).toFixed(4)) });
  if (asset.kind !== "mesh") return undefined;
  const blob = (await seen.get(asset.id)?.view?.()) ?? (await still(asset));
  const [kept] = blob ? await upload([new File([blob], `${asset.title.slice(0, 80)}.${blob.type === "image/png" ? "png" : "webp"}`, { type: blob.type })], { quiet: true }) : [];
  if (!kept) say({ title: i18n.t("assets:noView"), bad: true });
  return kept;
}

async function still(asset: Asset): Promise<Blob | null> {
  const answer = await fetch(asset.facts["preview"] ? asset.preview : `${asset.thumbnail}?size=512`);
  return answer.ok ? answer.blob() : null;
}
