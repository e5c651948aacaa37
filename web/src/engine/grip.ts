/** A crop under the hand: dragged, pinched, zoomed by the wheel. Says where the box is to be; draws nothing itself. */

import { caught, moved, zoomed, type Box, type Size, type Spot } from "./crop";

/** What is held: the box as it is now, and what draws it to itself. */
export interface Gripped {
  box: Box;
  size: Size;
  ratio: number;
  points: readonly Spot[];
}

/** Which lines of the subject the box lies on while it is moved; null when it is let go. */
export type Lines = { across: boolean; down: boolean } | null;

interface Hand {
  now: () => Gripped | null;
  /** All changes of one gesture carry its name. */
  put: (box: Box, gesture: string) => void;
  lines: (lines: Lines) => void;
  /** Whether a wheel without Ctrl is meant for this, and not for the page. */
  mine: () => boolean;
}

/** A press that moves less than this (CSS pixels) moves nothing. */
const STILL = 3;
/** As near as this (CSS pixels) a box is drawn to a point. */
const REACH = 6;
const WHEEL_MS = 500;

export function grip(element: HTMLElement, hand: Hand): () => void {
  const over = new AbortController();
  const { signal } = over;
  const fingers = new Map<number, Spot>();
  let begun: { box: Box; at: Spot; gesture: string; moved: boolean } | null = null;
  let wheel = { gesture: "", until: 0 };
  let many = 0;
  const name = () => `${performance.now()} ${(many += 1)}`;
  const at = (event: MouseEvent): Spot => [event.clientX, event.clientY];
  const inBox = ([x, y]: Spot): Spot => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [(x - left) / width, (y - top) / height];
  };
  const begin = (where: Spot) => {
    const held = hand.now();
    begun = held && { box: held.box, at: where, gesture: name(), moved: false };
  };
  element.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest("button"))) return;
      fingers.set(event.pointerId, at(event));
      if (fingers.size > 2) return;
      begin(at(event));
      try {
        element.setPointerCapture(event.pointerId);
      } catch {
        // A pointer that is gone already cannot be captured; the hand works without.
      }
    },
    { signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      const before = fingers.get(event.pointerId);
      const held = hand.now();
      if (!before || !begun || !held) return;
      const here = at(event);
      fingers.set(event.pointerId, here);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const [was, is] = [apart(before, other), apart(here, other)];
        if (was > 8 && is > 8) hand.put(zoomed(held.box, held.size, held.ratio, is / was, inBox(between(here, other))), begun.gesture);
        return;
      }
      if (!begun.moved && apart(begun.at, here) < STILL) return;
      begun.moved = true;
      const { width, height } = element.getBoundingClientRect();
      const [, , across, down] = begun.box;
      const free = moved(begun.box, (-(here[0] - begun.at[0]) / width) * across, (-(here[1] - begun.at[1]) / height) * down);
      const found = event.altKey ? { box: free, across: false, down: false } : caught(free, held.points, [(REACH / width) * across, (REACH / height) * down]);
      hand.lines(found);
      hand.put(found.box, begun.gesture);
    },
    { signal },
  );
  const end = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    hand.lines(null);
    // The finger that stays goes on from where it is.
    const [rest] = fingers.values();
    if (rest) begin(rest);
    else begun = null;
  };
  element.addEventListener("pointerup", end, { signal });
  element.addEventListener("pointercancel", end, { signal });
  element.addEventListener(
    "wheel",
    (event) => {
      const held = hand.now();
      if (!held || !(event.ctrlKey || event.metaKey || hand.mine())) return;
      event.preventDefault();
      if (event.timeStamp > wheel.until) wheel = { gesture: name(), until: 0 };
      wheel.until = event.timeStamp + WHEEL_MS;
      const rate = event.ctrlKey && Math.abs(event.deltaY) < 50 ? 0.01 : 0.0018;
      hand.put(zoomed(held.box, held.size, held.ratio, Math.exp(-Math.max(-300, Math.min(300, event.deltaY)) * rate), inBox(at(event))), wheel.gesture);
    },
    { signal, passive: false },
  );
  return () => over.abort();
}

function apart(one: Spot, other: Spot): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

function between(one: Spot, other: Spot): Spot {
  return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
}
