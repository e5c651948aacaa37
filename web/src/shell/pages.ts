/** The rooms of the studio. Only those that have something to do in them are shown. */

import { Brush, ChartColumn, Film, Home, Library, ListChecks, Maximize2, Presentation, Send, Settings, Shrink, Sparkles, Spline, type LucideIcon } from "lucide-react";
import type { Operation } from "@/api";

export type PageId = "home" | "create" | "edit" | "upscale" | "control" | "transform" | "library" | "boards" | "analytics" | "social" | "batch" | "convert" | "settings";

export interface Page {
  id: PageId;
  to: "/" | "/create" | "/edit" | "/upscale" | "/control" | "/transform" | "/library" | "/boards" | "/analytics" | "/social" | "/batch" | "/convert" | "/settings";
  icon: LucideIcon;
  group: "" | "make" | "keep" | "ship";
  keys: string;
  /** The page exists when an operation of this kind does. */
  capability?: string;
  /** The page exists when this operation does. */
  op?: string;
  /** In the bar of a phone. */
  thumb?: boolean;
}

const PAGES: readonly Page[] = [
  { id: "home", to: "/", icon: Home, group: "", keys: "g h", thumb: true },
  { id: "create", to: "/create", icon: Sparkles, group: "make", keys: "g c", capability: "create", thumb: true },
  { id: "edit", to: "/edit", icon: Brush, group: "make", keys: "g e", capability: "edit", thumb: true },
  { id: "upscale", to: "/upscale", icon: Maximize2, group: "make", keys: "g u", capability: "upscale" },
  { id: "control", to: "/control", icon: Spline, group: "make", keys: "g k", capability: "control" },
  { id: "transform", to: "/transform", icon: Film, group: "make", keys: "g t", capability: "transform" },
  { id: "library", to: "/library", icon: Library, group: "keep", keys: "g l", thumb: true },
  { id: "boards", to: "/boards", icon: Presentation, group: "keep", keys: "g b" },
  { id: "analytics", to: "/analytics", icon: ChartColumn, group: "keep", keys: "g a" },
  { id: "social", to: "/social", icon: Send, group: "ship", keys: "g s", op: "image.social" },
  { id: "batch", to: "/batch", icon: ListChecks, group: "ship", keys: "g r" },
  { id: "convert", to: "/convert", icon: Shrink, group: "ship", keys: "g f", op: "image.compress" },
  { id: "settings", to: "/settings", icon: Settings, group: "", keys: "g ," },
];

export function pagesFor(operations: readonly Operation[]): Page[] {
  const there = operations.filter((operation) => operation.offers.length > 0);
  const able = new Set(there.map((operation) => operation.capability));
  return PAGES.filter((page) => (page.capability === undefined || able.has(page.capability)) && (page.op === undefined || there.some(({ op }) => op === page.op)));
}
