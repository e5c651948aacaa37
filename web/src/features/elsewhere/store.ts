import { create } from "zustand";
import type { Asset } from "@/api";

interface Asked {
  asset: Asset | null;
}

/** Whose recipe is to be made by somebody else. */
export const useElsewhere = create<Asked>(() => ({ asset: null }));

export function makeElsewhere(asset: Asset | null): void {
  useElsewhere.setState({ asset });
}
