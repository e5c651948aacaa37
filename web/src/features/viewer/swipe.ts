/** One finger across a picture that fits: the next one, or the one before. */

interface Swipe {
  /** Whether a swipe would turn the page: not while the picture is larger than the screen. */
  able: () => boolean;
  turn: (way: "prev" | "next") => void;
}

const FAR = 56;
const FAST_MS = 600;

/** Which way a finger went that moved by (dx, dy) within `ms`, if it was a swipe. */
export function swiped(dx: number, dy: number, ms: number): "prev" | "next" | null {
  if (ms > FAST_MS || Math.abs(dx) < FAR || Math.abs(dx) < 2 * Math.abs(dy)) return null;
  return dx < 0 ? "next" : "prev";
}

export function swipes(element: HTMLElement, { able, turn }: Swipe): () => void {
  const over = new AbortController();
  const fingers = new Map<number, { x: number; y: number; at: number }>();
  let single = false;
  const options = { signal: over.signal, capture: true };
  element.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType !== "touch" || (event.target instanceof Element && event.target.closest("input,button"))) return;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY, at: event.timeStamp });
      single = fingers.size === 1 && able();
    },
    options,
  );
  element.addEventListener(
    "pointerup",
    (event) => {
      const from = fingers.get(event.pointerId);
      fingers.delete(event.pointerId);
      if (!from || !single) return;
      const way = swiped(event.clientX - from.x, event.clientY - from.y, event.timeStamp - from.at);
      if (way) turn(way);
    },
    options,
  );
  element.addEventListener("pointercancel", (event) => void fingers.delete(event.pointerId), options);
  return () => over.abort();
}
