/** How far each run is, outside of React and of the query cache: it changes many times a second. */

import { useCallback, useSyncExternalStore } from "react";

export interface Now {
  state: string;
  progress: number;
  note: string;
  stopping: boolean;
  made: number;
  op: string;
  /** The number of the glimpse of the next picture that may be fetched; 0 for none. */
  preview?: number;
}

const now = new Map<string, Now>();
const listeners = new Map<string, Set<() => void>>();

export function setNow(run: string, value: Now): void {
  now.set(run, value);
  listeners.get(run)?.forEach((listener) => listener());
}

export function forgetNow(run: string): void {
  now.delete(run);
  listeners.get(run)?.forEach((listener) => listener());
}

export function getNow(run: string): Now | undefined {
  return now.get(run);
}

/** Only who shows this one run is drawn again. */
export function useNow(run: string): Now | undefined {
  const subscribe = useCallback(
    (listener: () => void) => {
      const mine = listeners.get(run) ?? new Set();
      listeners.set(run, mine.add(listener));
      return () => {
        mine.delete(listener);
        if (mine.size === 0) listeners.delete(run);
      };
    },
    [run],
  );
  return useSyncExternalStore(subscribe, () => now.get(run));
}
