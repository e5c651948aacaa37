import { lazy, Suspense, useSyncExternalStore } from "react";
import { soon } from "@/lib/later";

export interface Said {
  title: string;
  detail?: string;
  bad?: boolean;
  /** "Undo", say: what it does is done at once. */
  action?: { label: string; perform: () => void };
}

const load = soon(() => import("./Toasts"));
const Shown = lazy(load);

// The part that shows toasts is fetched with the first one.
let first: readonly Said[] = [];
let listening = false;
const listeners = new Set<() => void>();

/** Says something that the person did not start here, or what can be undone. */
export function say(said: Said): void {
  if (listening) return void load().then(({ show }) => show(said));
  first = [...first, said];
  listeners.forEach((listener) => listener());
}

/** What was said first was shown: from now on it is shown at once. Before, a later word would go before an earlier. */
const heard = () => void (listening = true);

export function Toasts() {
  const waiting = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => first,
  );
  if (waiting.length === 0) return null;
  return (
    <Suspense>
      <Shown first={waiting} onHeard={heard} />
    </Suspense>
  );
}
