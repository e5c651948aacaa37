/** Hands that take hold of something over a picture: pressed, moved, let go, or taken away by a second finger. */

import { toImage, type Camera, type Point } from "./view";

/** What is held follows the hand; in the end it stays where it is, or was never moved. */
export interface Hold {
  /** `to` is on the picture, `screen` in CSS pixels from the stage's corner. */
  move: (to: Point, screen: Point, keys: { shiftKey: boolean }) => void;
  /** `moved`: more than a press that shook a little. */
  end: (moved: boolean) => void;
  drop: () => void;
}

/** Called where a hand comes down, with the `data-grip` that it came down on. Null: it holds nothing. */
export type Take = (at: Point, grip: string | undefined, event: PointerEvent) => Hold | null;

/** A press that moves less than this (CSS pixels) moves nothing. */
const STILL = 4;

/** Listens after whatever moves the picture; gives what ends it. `busy` is told when something is held. */
export function hands(stage: HTMLElement, camera: Camera, take: Take, busy: (held: boolean) => void): () => void {
  const over = new AbortController();
  const { signal } = over;
  let held: { pointer: number; hold: Hold; from: Point; moved: boolean } | null = null;
  const at = (event: PointerEvent): Point => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const release = (event: PointerEvent, kept: boolean) => {
    if (held?.pointer !== event.pointerId) return;
    const { hold, moved } = held;
    held = null;
    busy(false);
    if (kept) hold.end(moved);
    else hold.drop();
  };
  // A second finger: it was to be a pinch.
  stage.addEventListener(
    "pointerdown",
    (event) => {
      if (!held || held.pointer === event.pointerId) return;
      const { hold } = held;
      held = null;
      busy(false);
      hold.drop();
    },
    { signal, capture: true },
  );
  stage.addEventListener(
    "pointerdown",
    (event) => {
      // Who types in what stands there chooses words, and moves nothing.
      if (event.button !== 0 || held || (event.target instanceof HTMLTextAreaElement && document.activeElement === event.target)) return;
      const screen = at(event);
      const on = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-grip]")?.dataset["grip"] : undefined;
      const hold = take(toImage(camera.view, screen), on, event);
      if (!hold) return;
      held = { pointer: event.pointerId, hold, from: screen, moved: false };
      busy(true);
      try {
        stage.setPointerCapture(event.pointerId);
      } catch {
        // A pointer that is gone already cannot be captured; the hand works without.
      }
    },
    { signal },
  );
  stage.addEventListener(
    "pointermove",
    (event) => {
      if (held?.pointer !== event.pointerId) return;
      const screen = at(event);
      if (!held.moved && Math.hypot(screen.x - held.from.x, screen.y - held.from.y) < STILL) return;
      held.moved = true;
      held.hold.move(toImage(camera.view, screen), screen, event);
    },
    { signal },
  );
  stage.addEventListener("pointerup", (event) => release(event, true), { signal });
  stage.addEventListener("pointercancel", (event) => release(event, false), { signal });
  return () => over.abort();
}
