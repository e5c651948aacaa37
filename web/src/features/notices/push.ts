/** This browser as one that is pushed to: whether it can be, whether it is, on and off. */

import { api, body, cache, pushes } from "@/api";

/** `unsupported` is also what a page without TLS is; `denied` is the browser's own word, which only it takes back. */
export type Pushing = "unsupported" | "denied" | "off" | "on";

const WORKER = "/push.js";

function able(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function subscription(): Promise<PushSubscription | null> {
  return (await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription()) ?? null;
}

/** What it is now, and which line of the server's list stands for it. */
export async function pushing(): Promise<{ state: Pushing; id: string | null }> {
  if (!able()) return { state: "unsupported", id: null };
  if (Notification.permission === "denied") return { state: "denied", id: null };
  const own = await subscription();
  const known = own ? await cache.query({ ...pushes, staleTime: 0 }) : null;
  const digest = own ? await sha256(own.endpoint) : "";
  const line = known?.browsers.find((browser) => browser.sha256 === digest);
  return { state: line ? "on" : "off", id: line?.id ?? null };
}

/** Asks whoever sits here, and has this browser pushed to. */
export async function join(): Promise<Pushing> {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "off";
  await navigator.serviceWorker.register(WORKER);
  const worker = await navigator.serviceWorker.ready;
  const { key } = await cache.query({ ...pushes, staleTime: 0 });
  const wanted = { userVisibleOnly: true, applicationServerKey: key };
  // Made for another key, as after the studio was set up anew, it cannot be used and stands in the way.
  const own = await worker.pushManager.subscribe(wanted).catch(async () => {
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    return worker.pushManager.subscribe(wanted);
  });
  const told = own.toJSON() as { endpoint: string; keys: { p256dh: string; auth: string } };
  await body(api.POST("/api/notifications/push", { body: { endpoint: told.endpoint, keys: told.keys, name: named() } }));
  await cache.invalidateQueries({ queryKey: pushes.queryKey });
  return "on";
}

/** This browser is told nothing more; the studio forgets it, now or when it finds nobody there. */
export async function leave(): Promise<void> {
  if (!able()) return;
  const own = await subscription();
  if (!own) return;
  const { id } = await pushing();
  await own.unsubscribe();
  if (id !== null) await api.DELETE("/api/notifications/push/{browser_id}", { params: { path: { browser_id: id } } });
  await cache.invalidateQueries({ queryKey: pushes.queryKey });
}

/** What a person calls it: “Firefox on Linux”. */
function named(): string {
  const agent = navigator.userAgent;
  const browser = (/(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent)?.[1] ?? "").replace("Edg", "Edge").replace("OPR", "Opera");
  const system = /Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux/.exec(agent)?.[0] ?? "";
  return [browser || "Browser", system].filter(Boolean).join(" on ");
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
