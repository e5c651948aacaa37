/** What was set on each picture and written for it: it outlives navigation and reload, and can be taken back. */

import { create } from "zustand";
import { persist } from "zustand/middleware";
import { changed, PLAIN, type Layout } from "./plan";

/** An extended picture that is in the making, and the formats that it is for. */
export interface Extending {
  run: string;
  formats: readonly string[];
}

/** A choice of formats with a name. */
export interface Collection {
  name: string;
  formats: readonly string[];
}

export interface Alt {
  text: string;
  by: "person" | "rules" | "model";
}

export interface Sight {
  zones: boolean;
  frames: boolean;
  laid: boolean;
  /** The side of a square tile, in CSS pixels. */
  side: number;
}

interface Social {
  layouts: Record<string, Layout>;
  /** By picture, then by platform; "" is for all of them. */
  captions: Record<string, Record<string, string>>;
  /** By picture: what it shows, for those who cannot see it, and who says so. */
  alts: Record<string, Alt>;
  /** By picture: what was asked for, until it is there. */
  extending: Record<string, readonly Extending[]>;
  /** The latest choice of formats. */
  chosen: readonly string[] | null;
  /** By person: several may share a browser. */
  collections: Record<string, readonly Collection[]>;
  /** The formats that were exported last, the newest first. */
  recent: readonly string[];
  sight: Sight;
  choose: (formats: readonly string[]) => void;
  collect: (person: string, collections: readonly Collection[]) => void;
  used: (formats: readonly string[]) => void;
  write: (picture: string, platform: string, text: string | undefined) => void;
  describe: (picture: string, alt: Alt | undefined) => void;
  look: (more: Partial<Sight>) => void;
}

/** Of so many pictures it is remembered how they were cut. */
const MOST = 60;
const RECENT = 12;

function kept<T>(all: Record<string, T>, id: string, value: T): Record<string, T> {
  return Object.fromEntries([...Object.entries(all).filter(([name]) => name !== id), [id, value] as const].slice(-MOST));
}

export const useSocial = create<Social>()(
  persist(
    (set) => ({
      layouts: {},
      captions: {},
      alts: {},
      extending: {},
      chosen: null,
      collections: {},
      recent: [],
      sight: { zones: true, frames: true, laid: true, side: 200 },
      choose: (chosen) => set({ chosen }),
      collect: (person, mine) => set(({ collections }) => ({ collections: { ...collections, [person]: mine } })),
      used: (formats) => set(({ recent }) => ({ recent: [...new Set([...formats, ...recent])].slice(0, RECENT) })),
      write: (picture, platform, text) =>
        set(({ captions }) => {
          const mine = Object.fromEntries(Object.entries({ ...captions[picture], [platform]: text }).filter((one): one is [string, string] => one[1] !== undefined));
          return { captions: kept(captions, picture, mine) };
        }),
      describe: (picture, alt) =>
        set(({ alts }) => ({ alts: alt === undefined ? Object.fromEntries(Object.entries(alts).filter(([name]) => name !== picture)) : kept(alts, picture, alt) })),
      look: (more) => set(({ sight }) => ({ sight: { ...sight, ...more } })),
    }),
    { name: "gesso.social", version: 1 },
  ),
);

interface Trail {
  past: readonly Layout[];
  future: readonly Layout[];
  /** What the last step was part of: a drag is one step, however often it moves. */
  gesture: string;
}

interface Trails {
  trails: Record<string, Trail>;
  set: (picture: string, trail: Trail) => void;
}

const NO_TRAIL: Trail = { past: [], future: [], gesture: "" };
const STEPS = 100;

/** Lives as long as the tab does. */
const useTrails = create<Trails>()((set) => ({
  trails: {},
  set: (picture, trail) => set(({ trails }) => ({ trails: { ...trails, [picture]: trail } })),
}));

export function layoutOf(picture: string): Layout {
  return useSocial.getState().layouts[picture] ?? PLAIN;
}

function put(picture: string, layout: Layout): void {
  useSocial.setState(({ layouts }) => ({ layouts: kept(layouts, picture, layout) }));
}

const NOTHING: readonly Extending[] = [];
export const useExtending = (picture: string) => useSocial((state) => state.extending[picture] ?? NOTHING);

/** What was asked for before for one of these formats, and went wrong, is not asked for any more. */
export function extending(picture: string, more: readonly Extending[]): void {
  const wanted = new Set(more.flatMap(({ formats }) => formats));
  useSocial.setState(({ extending: all }) => {
    const rest = (all[picture] ?? NOTHING).flatMap(({ run, formats }) => {
      const left = formats.filter((id) => !wanted.has(id));
      return left.length > 0 ? [{ run, formats: left }] : [];
    });
    return { extending: kept(all, picture, [...rest, ...more]) };
  });
}

/** It is there, or will not come. */
export function extendingNoMore(picture: string, run: string): void {
  useSocial.setState(({ extending: all }) => ({ extending: kept(all, picture, (all[picture] ?? NOTHING).filter((one) => one.run !== run)) }));
}

/** These formats are made of an extended picture: all of it, unless they are cut otherwise. */
export function extended(picture: string, formats: readonly string[], by: string): void {
  cutOtherwise(picture, (layout) => formats.reduce((now, id) => changed(now, id, { picture: by, crop: "centre", box: undefined, focal: undefined }), layout));
}

/** An extended picture is gone: what was made of it is made of the picture again. Nothing that could be taken back. */
export function unextended(picture: string, gone: string): void {
  const layout = layoutOf(picture);
  const those = Object.entries(layout.overrides).flatMap(([id, own]) => (own.picture === gone ? [id] : []));
  put(picture, those.reduce((now, id) => changed(now, id, WITHOUT), layout));
}

/** What goes with an extended picture. */
export const WITHOUT = { picture: undefined, crop: undefined, box: undefined, focal: undefined };

/** Changes how a picture is cut. Changes of one gesture are taken back together. */
export function cutOtherwise(picture: string, change: (layout: Layout) => Layout, gesture = ""): void {
  const before = layoutOf(picture);
  const trail = useTrails.getState().trails[picture] ?? NO_TRAIL;
  const same = gesture !== "" && trail.gesture === gesture;
  useTrails.getState().set(picture, { past: same ? trail.past : [...trail.past.slice(-STEPS), before], future: [], gesture });
  put(picture, change(before));
}

export function undo(picture: string): void {
  const { past, future } = useTrails.getState().trails[picture] ?? NO_TRAIL;
  const last = past.at(-1);
  if (!last) return;
  useTrails.getState().set(picture, { past: past.slice(0, -1), future: [layoutOf(picture), ...future], gesture: "" });
  put(picture, last);
}

export function redo(picture: string): void {
  const { past, future } = useTrails.getState().trails[picture] ?? NO_TRAIL;
  const [next, ...rest] = future;
  if (!next) return;
  useTrails.getState().set(picture, { past: [...past, layoutOf(picture)], future: rest, gesture: "" });
  put(picture, next);
}

export function useTrail(picture: string): { back: boolean; forth: boolean } {
  const trail = useTrails(({ trails }) => trails[picture]) ?? NO_TRAIL;
  return { back: trail.past.length > 0, forth: trail.future.length > 0 };
}
