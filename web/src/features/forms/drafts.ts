/** What was typed and chosen, operation by operation: it outlives navigation, reload and a dead server. */

import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Order } from "@/features/runs";
import type { Values } from "./schema";

export type Prefer = NonNullable<Order["prefer"]>;

export interface Draft {
  offer: string | null;
  /** By what one is chosen, where none is named. */
  prefer?: Prefer;
  values: Values;
}

interface Drafts {
  drafts: Record<string, Draft>;
  put: (op: string, draft: Draft) => void;
  change: (op: string, values: Values) => void;
}

const NOTHING: Draft = { offer: null, values: {} };

export const useDrafts = create<Drafts>()(
  persist(
    (set) => ({
      drafts: {},
      put: (op, draft) => set(({ drafts }) => ({ drafts: { ...drafts, [op]: draft } })),
      change: (op, values) =>
        set(({ drafts }) => {
          const draft = drafts[op] ?? NOTHING;
          return { drafts: { ...drafts, [op]: { ...draft, values: { ...draft.values, ...values } } } };
        }),
    }),
    { name: "gesso.drafts", version: 1, partialize: ({ drafts }) => ({ drafts }) },
  ),
);

export function draftOf(op: string): Draft {
  return useDrafts.getState().drafts[op] ?? NOTHING;
}
