/** What the server knows of webhooks. Keys begin with the noun, so that news can name what is stale. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, cache } from "@/api";
import type { components } from "@/api/schema";

export type Webhook = components["schemas"]["WebhookOut"];
export type Delivery = components["schemas"]["DeliveryOut"];
export type EventType = components["schemas"]["EventOut"];
export type State = Delivery["state"];

export const webhooks = queryOptions({ queryKey: ["webhooks"], queryFn: () => body(api.GET("/api/webhooks")) });
export const eventTypes = queryOptions({ queryKey: ["webhooks", "events"], queryFn: () => body(api.GET("/api/webhooks/events")) });

/** What it was sent, the newest first. */
export function deliveriesOf(id: string, state: State | null) {
  return infiniteQueryOptions({
    queryKey: ["webhooks", id, "deliveries", state],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/webhooks/{webhook_id}/deliveries", {
          params: { path: { webhook_id: id }, query: { limit: 25, ...(state === null ? {} : { state }), ...(pageParam === null ? {} : { after: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
  });
}

export const at = (id: string) => ({ params: { path: { webhook_id: id } } });

export async function fresh(): Promise<void> {
  await cache.invalidateQueries({ queryKey: ["webhooks"] });
}
