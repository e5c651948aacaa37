/** A film, a sound, a 3D model or a text, with what one needs to look at it. What does so is fetched with the first one. */

import { lazy, Suspense } from "react";
import type { Asset } from "@/api";
import { patient } from "@/lib/later";

const Player = lazy(patient(() => import("@/features/footage/Player")));
const Wave = lazy(patient(() => import("@/features/footage/Wave")));
const Text = lazy(patient(() => import("@/features/texts/Text")));
const Body = lazy(patient(() => import("@/features/footage/Body")));

export function Playing({ asset }: { asset: Asset }) {
  return (
    <Suspense fallback={<div className="size-full bg-canvas" />}>
      {asset.kind === "video" ? (
        <Player key={asset.id} asset={asset} />
      ) : asset.kind === "mesh" ? (
        <Body key={asset.id} asset={asset} />
      ) : asset.kind === "text" ? (
        <Text key={asset.id} asset={asset} />
      ) : (
        <div className="grid size-full place-items-center bg-canvas p-6 max-md:p-2">
          <Wave key={asset.id} asset={asset} className="w-full max-w-2xl" />
        </div>
      )}
    </Suspense>
  );
}
