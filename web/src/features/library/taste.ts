/** How this browser likes its library to look. */

import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Mode = "rows" | "squares" | "list";

interface Taste {
  mode: Mode;
  /** How high a row, how wide a square, in px. */
  size: number;
  set: (change: Partial<Pick<Taste, "mode" | "size">>) => void;
}

export const SMALLEST = 96;
export const LARGEST = 420;

export const useTaste = create<Taste>()(persist((set) => ({ mode: "rows", size: 200, set: (change) => set(change) }), { name: "gesso.library" }));
