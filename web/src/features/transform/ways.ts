/** The four ways in which pictures become something else, each with its operations. */

import type { Operation } from "@/api";

export type Way = "video" | "avatar" | "mesh" | "sequence";

const OF: Record<string, Way> = {
  "video.avatar": "avatar",
  "video.from_images": "sequence",
  "video.turntable": "mesh",
};

/** Which of the ways an operation is: what makes bodies or turns them, what speaks, what joins, and all other films. */
export function wayOf(operation: Operation): Way {
  return OF[operation.op] ?? (operation.makes === "mesh" ? "mesh" : "video");
}

/** The ways that there are here, in their order. */
export function waysOf(operations: readonly Operation[]): Map<Way, Operation[]> {
  const found = new Map<Way, Operation[]>();
  for (const way of ["video", "avatar", "mesh", "sequence"] as const) {
    const those = operations.filter((operation) => wayOf(operation) === way);
    if (those.length > 0) found.set(way, those);
  }
  return found;
}
