/** Files on their way into the library: three at a time, each with its progress, each with its own trouble. */

import { create } from "zustand";
import { assetOf, cache, problemOf, type Asset } from "@/api";
import { i18n } from "@/i18n";
import { announce } from "@/shell/announce";

export type Purpose = "picture" | "mask";
export type Stage = "waiting" | "sending" | "checking" | "done" | "failed" | "cancelled";

export interface Upload {
  id: number;
  name: string;
  bytes: number;
  stage: Stage;
  /** How much has left this machine, 0..1. */
  sent: number;
  /** Why not, in the server's words. */
  trouble?: string;
  asset?: Asset;
  /** The same bytes came in before, as this one. */
  twin?: string;
}

interface Uploads {
  items: readonly Upload[];
  open: boolean;
}

interface Order {
  file: File;
  purpose: Purpose;
  quiet: boolean;
  once: boolean;
  tags: string;
  settle: (asset: Asset | null) => void;
}

const TOGETHER = 3;
const STEP_MS = 80;

export const useUploads = create<Uploads>(() => ({ items: [], open: true }));

const orders = new Map<number, Order>();
const flying = new Map<number, XMLHttpRequest>();
const known = new Map<string, string>();
let last = 0;

interface Options {
  purpose?: Purpose;
  /** Without a line in the panel, for what a person does not think of as an upload. */
  quiet?: boolean;
  /** What is in the library already is told, and not taken in a second time. */
  once?: boolean;
  /** The tags of each file. */
  tags?: (file: File) => readonly string[];
}

/** Brings the files in. The assets of those that came to be one, in the order of the files. Never throws. */
export async function upload(files: Iterable<File>, { purpose = "picture", quiet = false, once = false, tags }: Options = {}): Promise<Asset[]> {
  const promises = [...files].map(
    (file) =>
      new Promise<Asset | null>((settle) => {
        last += 1;
        orders.set(last, { file, purpose, quiet, once, tags: (tags?.(file) ?? []).map((tag) => tag.replaceAll(",", " ")).join(","), settle });
        if (!quiet) {
          const item: Upload = { id: last, name: file.name || i18n.t("library:uploads.pasted"), bytes: file.size, stage: "waiting", sent: 0 };
          useUploads.setState(({ items }) => ({ items: [...items, item], open: true }));
        } else waiting.push(last);
      }),
  );
  next();
  const found = (await Promise.all(promises)).filter((asset) => asset !== null);
  if (!quiet && found.length > 0) announce(i18n.t("library:uploads.added", { count: found.length }));
  return found;
}

const NAMES = /\.(jpe?g|png|webp|gif|avif|hei[cf]|tiff?|bmp|mp3|m4a|wav|mp4|mov|webm|glb|txt|md|csv|json|srt|vtt)$/i;

/** Some files have a name but no type; what it really is, the server says. */
export function isOurs(file: File): boolean {
  return /^(image|audio|video)\//.test(file.type) || NAMES.test(file.name);
}

/** What a folder holds that we keep: each file tagged with the names of its folders, and none twice. */
export function uploadFolder(files: Iterable<File>): Promise<Asset[]> {
  const wanted = [...files].filter((file) => isOurs(file) && !file.name.startsWith("."));
  return upload(wanted, { once: true, tags: (file) => file.webkitRelativePath.split("/").slice(0, -1) });
}

const waiting: number[] = [];

export function cancel(id: number): void {
  flying.get(id)?.abort();
  flying.delete(id);
  set(id, { stage: "cancelled" });
  settle(id, null);
  next();
}

export function retry(id: number): void {
  set(id, { stage: "waiting", sent: 0, trouble: undefined });
  next();
}

/** Those that are over leave the panel. */
export function tidy(): void {
  for (const item of useUploads.getState().items) if (over(item.stage)) orders.delete(item.id);
  useUploads.setState(({ items }) => ({ items: items.filter((item) => !over(item.stage)) }));
}

export function over(stage: Stage): boolean {
  return stage === "done" || stage === "failed" || stage === "cancelled";
}

function next(): void {
  while (flying.size < TOGETHER) {
    const id = waiting.shift() ?? useUploads.getState().items.find((item) => item.stage === "waiting")?.id;
    if (id === undefined) return;
    send(id, orders.get(id)!);
  }
}

function send(id: number, { file, purpose, once, tags }: Order): void {
  const request = new XMLHttpRequest();
  flying.set(id, request);
  set(id, { stage: "sending" });
  let told = 0;
  request.upload.onprogress = (event) => {
    if (event.timeStamp - told < STEP_MS) return;
    told = event.timeStamp;
    set(id, { sent: event.loaded / event.total });
  };
  request.upload.onload = () => set(id, { stage: "checking", sent: 1 });
  request.onload = () => void answered(id, request);
  request.onerror = () => refused(id, i18n.t("library:uploads.away"));
  request.open("POST", "/api/assets");
  request.setRequestHeader("Accept", "application/json");
  const form = new FormData();
  form.append("purpose", purpose);
  if (once) form.append("once", "true");
  if (tags !== "") form.append("tags", tags);
  form.append("file", file, file.name || "picture.png");
  request.send(form);
}

async function answered(id: number, request: XMLHttpRequest): Promise<void> {
  if (request.status !== 201 && request.status !== 200) {
    const type = request.getResponseHeader("content-type") ?? "";
    const problem = await problemOf(new Response(request.responseText, { status: request.status, statusText: request.statusText, headers: { "content-type": type } }));
    return refused(id, problem.message);
  }
  const asset = JSON.parse(request.responseText) as Asset;
  flying.delete(id);
  const twin = request.status === 200 ? asset.title : known.get(asset.sha256);
  if (twin === undefined) known.set(asset.sha256, asset.title);
  cache.setQueryData(assetOf(asset.id).queryKey, asset);
  set(id, { stage: "done", asset, ...(twin === undefined ? {} : { twin }) });
  settle(id, asset);
  next();
  show();
}

function refused(id: number, trouble: string): void {
  flying.delete(id);
  set(id, { stage: "failed", trouble });
  // A quiet one has nobody to press “Try again”.
  settle(id, null);
  next();
}

function settle(id: number, asset: Asset | null): void {
  const order = orders.get(id);
  order?.settle(asset);
  if (asset !== null || order?.quiet) orders.delete(id);
}

function set(id: number, change: Partial<Omit<Upload, "trouble">> & { trouble?: string | undefined }): void {
  useUploads.setState(({ items }) => ({ items: items.map((item) => (item.id === id ? ({ ...item, ...change }) : item)) }));
}

let shown: ReturnType<typeof setTimeout> | undefined;

/** The lists show what came in, once for several. */
function show(): void {
  shown ??= setTimeout(() => {
    shown = undefined;
    void cache.invalidateQueries({ queryKey: ["assets"] });
  }, 120);
}
