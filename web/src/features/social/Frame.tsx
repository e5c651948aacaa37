/** What stands around a picture where it is published, as a hint of it: never in the file. */

import { Bookmark, Heart, MessageCircle, Send } from "lucide-react";
import type { ReactNode } from "react";
import type { Format } from "./api";

const Bar = ({ className }: { className: string }) => <span className={`block rounded-full bg-line-2 ${className}`} />;

const Who = ({ paid }: { paid?: boolean }) => (
  <span className="flex items-center gap-1.5">
    <span className="size-4 shrink-0 rounded-full bg-line-2" />
    <span className="flex flex-col gap-1">
      <Bar className="h-1 w-12" />
      {paid && <Bar className="h-1 w-7" />}
    </span>
  </span>
);

/** Above the picture. */
export function Above({ kind }: { kind: Format["kind"] }): ReactNode {
  if (kind !== "feed" && kind !== "carousel" && kind !== "ad") return null;
  return (
    <div aria-hidden className="px-2 py-1.5">
      <Who paid={kind === "ad"} />
    </div>
  );
}

/** Below the picture. */
export function Below({ kind }: { kind: Format["kind"] }): ReactNode {
  switch (kind) {
    case "feed":
    case "carousel":
      return (
        <div aria-hidden className="flex items-center gap-2 px-2 py-1.5 text-fg-3">
          <Heart size={12} />
          <MessageCircle size={12} />
          <Send size={12} />
          {kind === "carousel" && (
            <span className="flex flex-1 justify-center gap-1">
              <span className="size-1 rounded-full bg-ring" />
              <span className="size-1 rounded-full bg-line-2" />
              <span className="size-1 rounded-full bg-line-2" />
            </span>
          )}
          <Bookmark size={12} className="ml-auto" />
        </div>
      );
    case "ad":
      return (
        <div aria-hidden className="flex items-center justify-between gap-2 px-2 py-1.5">
          <Bar className="h-1.5 w-1/3" />
          <span className="h-3.5 w-10 rounded-xs bg-line-2" />
        </div>
      );
    case "link":
      return (
        <div aria-hidden className="flex flex-col gap-1 bg-hover px-2 py-2">
          <Bar className="h-1 w-1/4" />
          <Bar className="h-1.5 w-2/3" />
        </div>
      );
    case "thumbnail":
      return (
        <div aria-hidden className="flex gap-1.5 px-2 py-1.5">
          <span className="size-4 shrink-0 rounded-full bg-line-2" />
          <span className="flex flex-1 flex-col gap-1">
            <Bar className="h-1.5 w-4/5" />
            <Bar className="h-1 w-2/5" />
          </span>
        </div>
      );
    default:
      return null;
  }
}

const OVER = "pointer-events-none absolute text-white";
const SHADE = "[filter:drop-shadow(0_0_1px_rgb(0_0_0/.5))]";

/** Over the picture: light, so that it is seen through. */
export function Over({ kind, round }: { kind: Format["kind"]; round: boolean }): ReactNode {
  if (round) {
    // Everything beyond the circle is not seen there.
    return <div aria-hidden className="pointer-events-none absolute inset-0 rounded-full shadow-[0_0_0_999px_color-mix(in_oklch,var(--canvas)_72%,transparent)] ring-1 ring-white/60" />;
  }
  if (kind === "story") {
    return (
      <div aria-hidden className={`${OVER} ${SHADE} inset-0 flex flex-col gap-1.5 p-2`}>
        <span className="flex gap-0.5">
          <span className="h-0.5 flex-1 rounded-full bg-white/90" />
          <span className="h-0.5 flex-1 rounded-full bg-white/45" />
          <span className="h-0.5 flex-1 rounded-full bg-white/45" />
        </span>
        <span className="flex items-center gap-1.5">
          <span className="size-4 rounded-full bg-white/75" />
          <span className="h-1 w-10 rounded-full bg-white/75" />
        </span>
        <span className="mt-auto flex items-center gap-1.5">
          <span className="h-4 flex-1 rounded-full border border-white/75" />
          <Heart size={12} />
          <Send size={12} />
        </span>
      </div>
    );
  }
  if (kind === "thumbnail") return <span aria-hidden className={`${OVER} right-1.5 bottom-1.5 h-3 w-6 rounded-xs bg-black/70`} />;
  return null;
}
