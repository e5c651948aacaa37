/** What the server knows of platforms, and what it finds in a picture. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, body, type Format, type Platform } from "@/api";
import type { Box } from "@/engine/crop";
import type { Found } from "./plan";

export type { Format, Platform };

/** All formats, by platform. */
export const platforms = queryOptions({
  queryKey: ["platforms"],
  queryFn: async () => (await body(api.GET("/api/platforms"))).platforms,
});

/** So many formats are asked for at once. */
const MOST = 200;

/** How each of these formats is cut where the subject is followed, and the faces that were found: all at once, so that a tick
 * asks nobody. */
export function foundOf(asset: string, all: readonly string[]) {
  const formats = all.slice(0, MOST);
  return queryOptions({
    queryKey: ["crops", asset, formats.join(" ")],
    queryFn: async ({ signal }): Promise<Found & { asset: string }> => {
      const told = await body(api.POST("/api/assets/{asset_id}/crops", { params: { path: { asset_id: asset } }, body: { formats, crop: "smart" }, signal }));
      return { asset, faces: told.faces as unknown as readonly Box[], smart: new Map(told.crops.flatMap(({ format, box }) => (box ? [[format, box as unknown as Box] as const] : []))) };
    },
    enabled: formats.length > 0,
    placeholderData: keepPreviousData,
    retry: 1,
  });
}
