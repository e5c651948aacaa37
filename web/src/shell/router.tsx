/** Every page, and what of its state the address keeps. */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { cache, me, operations, Problem } from "@/api";
import { patient } from "@/lib/later";
import { Frame } from "./Frame";
import { Fallen, Nowhere } from "./Fallen";

export interface RootSearch {
  /** The asset that the viewer shows over the page. */
  view?: string | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRoute({
  validateSearch: (search): RootSearch => ({ view: text(search["view"]) }),
  errorComponent: Fallen,
  notFoundComponent: Nowhere,
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  validateSearch: (search): { used?: string | undefined; next?: string | undefined } => ({ used: search["used"] === undefined ? undefined : "1", next: text(search["next"]) }),
  component: lazyRouteComponent(patient(() => import("@/features/welcome"), "/welcome")),
});

/** Behind the door: whoever is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Frame,
  beforeLoad: async ({ location }) => {
    try {
      await Promise.all([cache.query({ ...me, staleTime: "static" }), cache.query({ ...operations, staleTime: "static" })]);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to send somebody elsewhere
        throw redirect({ to: "/welcome", search: { next: location.href === "/" ? undefined : location.href } });
      }
      throw error;
    }
  },
});

const home = createRoute({ getParentRoute: () => inside, path: "/", component: lazyRouteComponent(patient(() => import("@/features/home"), "/")) });
/** Which operation the room opens with, which tab of its form, which template is looked at there, which comparison. */
export interface CreateSearch {
  op?: string | undefined;
  tab?: string | undefined;
  template?: string | undefined;
  compare?: string | undefined;
  /** The campaign that it is made for. */
  collection?: string | undefined;
}
const make = createRoute({ getParentRoute: () => inside, path: "/create", validateSearch: (search): CreateSearch => ({ op: text(search["op"]), tab: text(search["tab"]), template: text(search["template"]), collection: text(search["collection"]), compare: text(search["compare"]) }), component: lazyRouteComponent(patient(() => import("@/features/create"), "/create")) });
/** The rooms where one picture is worked on: which, by which operation, which version is shown, which tool is out. */
export interface BenchSearch {
  asset?: string | undefined;
  op?: string | undefined;
  show?: string | undefined;
  tool?: string | undefined;
  /** The version with which the shown one is compared, if not the one it was made of. */
  against?: string | undefined;
}
const bench = (search: Record<string, unknown>): BenchSearch => ({ asset: text(search["asset"]), op: text(search["op"]), show: text(search["show"]), tool: text(search["tool"]), against: text(search["against"]) });

const edit = createRoute({ getParentRoute: () => inside, path: "/edit", validateSearch: bench, component: lazyRouteComponent(patient(() => import("@/features/edit"), "/edit"), "Edit") });
const control = createRoute({ getParentRoute: () => inside, path: "/control", validateSearch: bench, component: lazyRouteComponent(patient(() => import("@/features/edit"), "/control"), "Control") });
const transform = createRoute({ getParentRoute: () => inside, path: "/transform", validateSearch: bench, component: lazyRouteComponent(patient(() => import("@/features/transform"), "/transform")) });
const upscale = createRoute({ getParentRoute: () => inside, path: "/upscale", validateSearch: bench, component: lazyRouteComponent(patient(() => import("@/features/upscale"), "/upscale")) });
/** What is cut for which platforms: the picture that is seen, all of the set, the formats; what was exported; whose settings are open. */
export interface SocialSearch {
  image?: string | undefined;
  images?: string | undefined;
  formats?: string | undefined;
  run?: string | undefined;
  tile?: string | undefined;
  tool?: string | undefined;
}
const social = createRoute({
  getParentRoute: () => inside,
  path: "/social",
  validateSearch: (search): SocialSearch => ({ image: text(search["image"]), images: text(search["images"]), formats: text(search["formats"]), run: text(search["run"]), tile: text(search["tile"]), tool: text(search["tool"]) }),
  component: lazyRouteComponent(patient(() => import("@/features/social"), "/social")),
});
const batches = createRoute({ getParentRoute: () => inside, path: "/batch", component: lazyRouteComponent(patient(() => import("@/features/batch"), "/batch")) });
const batch = createRoute({ getParentRoute: () => inside, path: "/batch/$id", component: lazyRouteComponent(patient(() => import("@/features/batch/One"))) });
const library = createRoute({
  getParentRoute: () => inside,
  path: "/library",
  validateSearch: (search: Record<string, unknown>) => search,
  component: lazyRouteComponent(patient(() => import("@/features/library"), "/library")),
});
const duplicates = createRoute({ getParentRoute: () => inside, path: "/duplicates", component: lazyRouteComponent(patient(() => import("@/features/doubles"), "/duplicates")) });
const proposals = createRoute({ getParentRoute: () => inside, path: "/tagging", component: lazyRouteComponent(patient(() => import("@/features/tagging"), "/tagging")) });
/** Which board is open, which of its pictures, and whether it is being shared. */
const boards = createRoute({
  getParentRoute: () => inside,
  path: "/boards",
  validateSearch: (search): { board?: string | undefined; asset?: string | undefined; share?: string | undefined } => ({ board: text(search["board"]), asset: text(search["asset"]), share: search["share"] === undefined ? undefined : "1" }),
  component: lazyRouteComponent(patient(() => import("@/features/boards"), "/boards")),
});
/** Which schedule is changed, whether a new one is made, and for which operation. */
const schedules = createRoute({
  getParentRoute: () => inside,
  path: "/batch/schedules",
  validateSearch: (search): { edit?: string | undefined; op?: string | undefined } => ({ edit: text(search["edit"]), op: text(search["op"]) }),
  component: lazyRouteComponent(patient(() => import("@/features/schedules"), "/batch/schedules")),
});
/** Of how many days, of which studio and whom the figures are. */
export interface AnalyticsSearch {
  days?: string | undefined;
  studio?: string | undefined;
  person?: string | undefined;
}
const analytics = createRoute({
  getParentRoute: () => inside,
  path: "/analytics",
  validateSearch: (search): AnalyticsSearch => ({ days: search["days"] === undefined ? undefined : String(search["days"] as string | number), studio: text(search["studio"]), person: text(search["person"]) }),
  component: lazyRouteComponent(patient(() => import("@/features/analytics"), "/analytics")),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  // A code of six digits is read as a number, and may begin with a nought.
  validateSearch: (search): { part?: string | undefined; kit?: string | undefined; code?: string | undefined } => ({ part: text(search["part"]), kit: text(search["kit"]), code: search["code"] === undefined ? undefined : String(search["code"] as string | number).padStart(6, "0") }),
  component: lazyRouteComponent(patient(() => import("@/features/settings"), "/settings")),
});

/** Which files are made smaller or of another format, in which way, and which of them is looked at. */
export interface ConvertSearch {
  images?: string | undefined;
  way?: string | undefined;
  show?: string | undefined;
}
const convert = createRoute({
  getParentRoute: () => inside,
  path: "/convert",
  validateSearch: (search): ConvertSearch => ({ images: text(search["images"]), way: text(search["way"]), show: text(search["show"]) }),
  component: lazyRouteComponent(patient(() => import("@/features/convert"), "/convert")),
});

/** Whose lineage is shown, and how. */
export interface LineageSearch {
  asset?: string | undefined;
  as?: "list" | undefined;
}
const lineage = createRoute({
  getParentRoute: () => inside,
  path: "/lineage",
  validateSearch: (search): LineageSearch => ({ asset: text(search["asset"]), as: search["as"] === "list" ? "list" : undefined }),
  component: lazyRouteComponent(patient(() => import("@/features/lineage"), "/lineage")),
});

export const router = createRouter({
  routeTree: root.addChildren([welcome, inside.addChildren([home, make, edit, upscale, control, transform, library, duplicates, proposals, boards, schedules, analytics, social, batches, batch, convert, lineage, settings])]),
  defaultPreload: "intent",
  defaultPreloadStaleTime: Infinity,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
