/**
 * Hands on a viewport: wheel and trackpad pinch zoom, Space or middle button drags, two fingers pinch and drag,
 * double click fits, keys 0 1 + - and arrows. What a gesture takes, no later listener on the element hears.
 */

import { type Camera, type Point, zoom } from "./view";

export interface Hold {
  /** Space is held over the picture, or the hand tool is out: a drag would move it. */
  ready: boolean;
  /** The picture is being moved. */
  moving: boolean;
}

export interface Habits {
  /** Does a plain press (main button, pen, one finger) move the picture? Everywhere by default. */
  hand?: (event: PointerEvent) => boolean;
  /** May a double click (or double tap) fit the picture, or show it at 100 %? */
  doubleClick?: boolean;
  /** May the arrow keys move the picture? */
  arrows?: boolean;
}

const TEXT = "input:not([type=range],[type=checkbox],[type=radio]),textarea,select,[contenteditable]";
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const STEP = 48;

export class Gestures {
  readonly #element: HTMLElement;
  readonly #camera: Camera;
  readonly #habits: Required<Habits>;
  readonly #over = new AbortController();
  readonly #heard = new Set<(hold: Hold) => void>();
  /** Pointers that move the picture; and fingers on the glass, whoever has them. */
  readonly #held = new Map<number, Point>();
  readonly #fingers = new Map<number, Point>();
  #hold: Hold = { ready: false, moving: false };
  #space = false;
  #inside = false;

  constructor(element: HTMLElement, camera: Camera, habits: Habits = {}) {
    this.#element = element;
    this.#camera = camera;
    this.#habits = { hand: () => true, doubleClick: true, arrows: true, ...habits };
    element.style.touchAction = "none";
    const { signal } = this.#over;
    element.addEventListener("wheel", this.#wheel, { signal, passive: false });
    element.addEventListener("pointerdown", this.#down, { signal });
    element.addEventListener("pointermove", this.#move, { signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const) element.addEventListener(end, this.#up, { signal });
    element.addEventListener("pointerenter", () => (this.#inside = true), { signal });
    element.addEventListener("pointerleave", () => (this.#inside = false), { signal });
    element.addEventListener("dblclick", this.#double, { signal });
    element.addEventListener("keydown", this.#key, { signal });
    // Space works wherever the focus is, while the pointer is over the picture.
    window.addEventListener("keydown", this.#press, { signal });
    window.addEventListener("keyup", this.#release, { signal });
    window.addEventListener("blur", () => this.#setSpace(false), { signal });
  }

  get hold(): Hold {
    return this.#hold;
  }

  listen(heard: (hold: Hold) => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  dispose(): void {
    this.#over.abort();
    this.#heard.clear();
  }

  readonly #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    const dx = event.deltaX * unit;
    const dy = event.deltaY * unit;
    if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) return this.#camera.panBy(-(dx === 0 ? dy : dx), dx === 0 ? 0 : -dy);
    // A trackpad's pinch comes as small steps with ctrl; a wheel's notch is 100 or more.
    const rate = event.ctrlKey && Math.abs(dy) < 50 ? 0.01 : 0.0018;
    this.#camera.zoomBy(Math.exp(-Math.max(-300, Math.min(300, dy)) * rate), this.#at(event));
  };

  readonly #down = (event: PointerEvent): void => {
    const at = this.#at(event);
    if (event.pointerType === "touch") this.#fingers.set(event.pointerId, at);
    if (this.#fingers.size === 2) {
      event.stopImmediatePropagation();
      for (const [id, where] of this.#fingers) this.#take(id, where);
    } else if (this.#fingers.size > 2) {
      event.stopImmediatePropagation();
    } else if (event.button === 1 || (event.button === 0 && (this.#space || this.#habits.hand(event)))) {
      event.stopImmediatePropagation();
      if (event.button === 1) event.preventDefault();
      this.#take(event.pointerId, at);
    }
  };

  readonly #move = (event: PointerEvent): void => {
    const at = this.#at(event);
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, at);
    const before = this.#held.get(event.pointerId);
    if (before === undefined) return;
    event.stopImmediatePropagation();
    const other = [...this.#held].find(([id]) => id !== event.pointerId)?.[1];
    this.#held.set(event.pointerId, at);
    if (other === undefined) return this.#camera.panBy(at.x - before.x, at.y - before.y);
    const was = between(before, other);
    const now = between(at, other);
    this.#camera.panBy(now.x - was.x, now.y - was.y);
    const spread = distance(before, other);
    if (spread > 8) this.#camera.zoomBy(distance(at, other) / spread, now);
  };

  readonly #up = (event: PointerEvent): void => {
    this.#fingers.delete(event.pointerId);
    if (!this.#held.delete(event.pointerId)) return;
    event.stopImmediatePropagation();
    if (this.#held.size === 0) this.#say({ ...this.#hold, moving: false });
  };

  readonly #double = (event: MouseEvent): void => {
    if (!this.#habits.doubleClick) return;
    event.preventDefault();
    if (this.#camera.fitted) this.#camera.zoomTo(Math.max(1, zoom(this.#camera.view) * 2), this.#at(event));
    else this.#camera.fit();
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || inText(event)) return;
    const arrow = this.#habits.arrows ? ARROWS[event.key] : undefined;
    if (arrow !== undefined) this.#camera.panBy(arrow[0] * STEP * (event.shiftKey ? 4 : 1), arrow[1] * STEP * (event.shiftKey ? 4 : 1));
    else if (!zoomKey(event.key, this.#camera)) return;
    event.preventDefault();
  };

  readonly #press = (event: KeyboardEvent): void => {
    if (event.key !== " " || event.repeat || inText(event)) return;
    const mine = event.target === document.body || this.#element.contains(event.target as Node);
    if (!mine || !this.#inside) return;
    event.preventDefault();
    this.#setSpace(true);
  };

  readonly #release = (event: KeyboardEvent): void => {
    if (event.key === " ") this.#setSpace(false);
  };

  #setSpace(held: boolean): void {
    if (this.#space === held) return;
    this.#space = held;
    this.#say({ ...this.#hold, ready: held });
  }

  #take(id: number, at: Point): void {
    this.#held.set(id, at);
    // A pointer that is gone already, or was made by a script, cannot be captured; the gesture works without.
    try {
      this.#element.setPointerCapture(id);
    } catch {
      return this.#say({ ...this.#hold, moving: true });
    }
    this.#say({ ...this.#hold, moving: true });
  }

  #say(hold: Hold): void {
    this.#hold = hold;
    for (const heard of this.#heard) heard(hold);
  }

  #at(event: MouseEvent): Point {
    const box = this.#element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

/** `0` fits, `1` is 100 %, `+` and `-` step. Says whether the key was one of them. */
export function zoomKey(key: string, camera: Camera): boolean {
  if (key === "0") camera.fit();
  else if (key === "1") camera.zoomTo(1);
  else if (key === "+" || key === "=") camera.step(1);
  else if (key === "-" || key === "_") camera.step(-1);
  else return false;
  return true;
}

function inText(event: Event): boolean {
  return event.target instanceof Element && event.target.closest(TEXT) !== null;
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
