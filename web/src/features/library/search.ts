/** What of the library the address says, and what that means to the server. */

import type { Label } from "@/api";

export const LABELS = ["red", "orange", "yellow", "green", "blue", "purple", "grey"] as const satisfies readonly Label[];
export const SHAPES = ["landscape", "portrait", "square"] as const;
export const DAYS = { today: 1, week: 7, month: 30 } as const;
export const SIDES = [1024, 2048, 4096] as const;
export const PLACES = ["favourites", "references", "uploads", "trash"] as const;

export const STATUSES = ["approved", "changes", "open"] as const;

export type Status = (typeof STATUSES)[number];
export type Shape = (typeof SHAPES)[number];
export type When = keyof typeof DAYS;
export type Place = (typeof PLACES)[number];

export interface LibrarySearch {
  place?: Place | undefined;
  /** The collection that is shown, in its own order unless it is sorted. */
  collection?: string | undefined;
  tag?: string | undefined;
  label?: Label | undefined;
  /** What lies in this stack. */
  stack?: string | undefined;
  q?: string | undefined;
  op?: string[] | undefined;
  shape?: Shape | undefined;
  when?: When | undefined;
  /** Days (`2026-11-25`), both included; they go before `when`. */
  since?: string | undefined;
  until?: string | undefined;
  /** Pixels that the shorter side has at least. */
  side?: number | undefined;
  /** An asset, or what was uploaded to be looked for: the most alike first. */
  like?: string | undefined;
  /** “#rrggbb”, and how far off it may be. */
  colour?: string | undefined;
  tolerance?: number | undefined;
  /** What was decided of it on a board. */
  status?: Status | undefined;
  sort?: "best" | "newest" | "oldest" | undefined;
  /** Whose details are shown. */
  asset?: string | undefined;
}

/** What `GET /api/assets` and its kin understand. */
export interface Filters {
  q?: string;
  op?: string[];
  favorite?: boolean;
  reference?: boolean;
  deleted?: boolean;
  shape?: Shape;
  since?: string;
  until?: string;
  min_side?: number;
  uploads?: boolean;
  status?: Status;
  collection?: string;
  tag?: string[];
  label?: Label;
  stack?: string;
  stacks?: "closed";
  like?: string;
  colour?: string;
  tolerance?: number;
  sort?: "best" | "newest" | "oldest" | "collection";
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HEX = /^#[0-9a-f]{6}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function validateSearch(search: Record<string, unknown>): LibrarySearch {
  const text = (name: string) => (typeof search[name] === "string" && search[name] !== "" ? search[name] : undefined);
  const oneOf = <T>(name: string, all: readonly T[]) => all.find((one) => one === search[name]);
  const day = (name: string) => (DAY.test(text(name) ?? "") && !Number.isNaN(Date.parse(text(name)!)) ? text(name) : undefined);
  const id = (name: string) => (ID.test(text(name) ?? "") ? text(name) : undefined);
  const op = [search["op"]].flat().filter((one) => typeof one === "string" && one !== "") as string[];
  const side = Number(search["side"]);
  const q = typeof search["q"] === "number" ? String(search["q"]) : text("q");
  return {
    place: oneOf("place", PLACES),
    collection: id("collection"),
    tag: text("tag"),
    label: oneOf("label", LABELS),
    stack: id("stack"),
    q,
    op: op.length > 0 ? op.slice(0, 50) : undefined,
    shape: oneOf("shape", SHAPES),
    when: oneOf("when", Object.keys(DAYS) as When[]),
    since: day("since"),
    until: day("until"),
    side: Number.isInteger(side) && side > 0 && side <= 1_000_000 ? side : undefined,
    like: text("like")?.slice(0, 200),
    colour: HEX.test(text("colour") ?? "") ? text("colour") : undefined,
    tolerance: Number.isInteger(search["tolerance"]) && Number(search["tolerance"]) >= 1 && Number(search["tolerance"]) <= 100 ? Number(search["tolerance"]) : undefined,
    status: oneOf("status", STATUSES),
    sort: oneOf("sort", ["best", "newest", "oldest"] as const),
    asset: text("asset"),
  };
}

export function filtersOf(search: LibrarySearch): Filters {
  const since = search.since ? startOf(search.since) : search.when && !search.until ? daysAgo(DAYS[search.when] - 1) : undefined;
  return {
    ...(search.q?.trim() ? { q: search.q.trim() } : {}),
    ...(search.op ? { op: search.op } : {}),
    ...(search.place === "favourites" ? { favorite: true } : {}),
    ...(search.place === "references" ? { reference: true } : {}),
    ...(search.place === "trash" ? { deleted: true } : {}),
    ...(search.place === "uploads" ? { uploads: true } : {}),
    ...(search.shape ? { shape: search.shape } : {}),
    ...(since ? { since } : {}),
    ...(search.until ? { until: endOf(search.until) } : {}),
    ...(search.side ? { min_side: search.side } : {}),
    ...(search.like ? { like: search.like } : {}),
    ...(search.colour ? { colour: search.colour, ...(search.tolerance ? { tolerance: search.tolerance } : {}) } : {}),
    ...(search.status ? { status: search.status } : {}),
    ...(search.collection ? { collection: search.collection } : {}),
    ...(search.tag ? { tag: [search.tag] } : {}),
    ...(search.label ? { label: search.label } : {}),
    ...(search.stack ? { stack: search.stack } : {}),
    // Whoever looks for something sees each that is found; else of each stack the top.
    ...(search.place === undefined && !search.collection && !search.stack && !narrowed(search) ? { stacks: "closed" as const } : {}),
    ...(search.sort ? { sort: search.sort } : search.collection ? { sort: "collection" as const } : {}),
  };
}

/** Whether the order is that of a search by look. */
export function ranked(search: LibrarySearch): boolean {
  return search.like !== undefined || search.colour !== undefined;
}

/** Whether anything but the place leaves something out. */
export function narrowed(search: LibrarySearch): boolean {
  return [search.q, search.op, search.shape, search.when, search.since, search.until, search.side, search.status, search.tag, search.label, search.like, search.colour].some((one) => one !== undefined);
}

/** Everything that narrows, taken back. */
export const WIDE = { q: undefined, op: undefined, shape: undefined, when: undefined, since: undefined, until: undefined, side: undefined, status: undefined, tag: undefined, label: undefined, like: undefined, colour: undefined, tolerance: undefined } satisfies LibrarySearch;

/** Days are the days of who looks, whatever the server's clock says. */
function daysAgo(days: number): string {
  const day = new Date();
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - days);
  return day.toISOString();
}

function startOf(day: string): string {
  return new Date(`${day}T00:00:00`).toISOString();
}

function endOf(day: string): string {
  return new Date(`${day}T23:59:59.999`).toISOString();
}
