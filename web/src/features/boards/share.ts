/** What somebody wants to share at this moment: the dialog that asks how is drawn by the frame. */

import { create } from "zustand";

export interface Shared {
  assets?: readonly string[];
  /** A collection, which is shown live. */
  collection?: { id: string; name: string };
}

interface Sharing {
  what: Shared | null;
  share: (what: Shared | null) => void;
}

export const useShare = create<Sharing>()((set) => ({ what: null, share: (what) => set({ what }) }));

export const share = (what: Shared): void => useShare.getState().share(what);
