/** Where a picture stands in its viewport: screen = image × scale + offset, in CSS pixels from the viewport's corner. */

export interface Size {
  width: number;
  height: number;
}
export interface Point {
  x: number;
  y: number;
}
export interface Rect extends Point, Size {}

/** What lies over the viewport's edges (bars, strips): the picture is fitted into what is left. CSS pixels. */
export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface View {
  readonly image: Size;
  readonly viewport: Size;
  readonly insets: Insets;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  /** CSS pixels per image pixel. */
  readonly scale: number;
  /** Where the image's corner stands. */
  readonly x: number;
  readonly y: number;
}

/** Device pixels per image pixel, at most. */
export const MOST = 64;
const STEPS = [
  1 / 64, 1 / 48, 1 / 32, 1 / 24, 1 / 16, 1 / 12, 1 / 10, 1 / 8, 1 / 6, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, MOST,
];
const NONE: Insets = { top: 0, right: 0, bottom: 0, left: 0 };

/** The whole picture, as large as it goes, in the middle. A tiny picture is enlarged, up to `MOST`. */
export function fitted(image: Size, viewport: Size, insets: Insets = NONE, ratio = 1): View {
  return settled({ image, viewport, insets, ratio, scale: fitScale({ image, viewport, insets, ratio }), x: 0, y: 0 });
}

export function fitScale({ image, viewport, insets, ratio }: Pick<View, "image" | "viewport" | "insets" | "ratio">): number {
  const across = Math.max(1, viewport.width - insets.left - insets.right) / image.width;
  const down = Math.max(1, viewport.height - insets.top - insets.bottom) / image.height;
  return Math.min(across, down, MOST / ratio);
}

/** Device pixels per image pixel: 1 is "100 %", where every pixel of the picture is one of the screen. */
export function zoom(view: View): number {
  return view.scale * view.ratio;
}

/** The same picture at another zoom; `at` (screen) keeps showing what it shows. The middle, if not given. */
export function zoomed(view: View, wanted: number, at: Point = middle(view)): View {
  const least = Math.min(fitScale(view), 1 / view.ratio);
  const scale = Math.min(MOST / view.ratio, Math.max(least, wanted / view.ratio));
  const still = toImage(view, at);
  return settled({ ...view, scale, x: at.x - still.x * scale, y: at.y - still.y * scale });
}

export function panned(view: View, dx: number, dy: number): View {
  return settled({ ...view, x: view.x + dx, y: view.y + dy });
}

/** In another viewport: what was in the middle stays there. */
export function resized(view: View, viewport: Size, insets = view.insets, ratio = view.ratio): View {
  const kept = toImage(view, middle(view));
  const next = { ...view, viewport, insets, ratio };
  const at = middle(next);
  return zoomed({ ...next, x: at.x - kept.x * view.scale, y: at.y - kept.y * view.scale }, view.scale * ratio, at);
}

/** The next rung of the ladder of zooms. */
export function stepped(zoomNow: number, direction: 1 | -1): number {
  const near = 1e-4;
  const found =
    direction > 0 ? STEPS.find((step) => step > zoomNow * (1 + near)) : STEPS.findLast((step) => step < zoomNow * (1 - near));
  return found ?? (direction > 0 ? MOST : zoomNow / 2);
}

export function toImage(view: View, at: Point): Point {
  return { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
}

export function toScreen(view: View, at: Point): Point {
  return { x: at.x * view.scale + view.x, y: at.y * view.scale + view.y };
}

/** The part of the picture that can be seen, in whole image pixels; empty when there is none. */
export function seen(view: View): Rect {
  const from = toImage(view, { x: 0, y: 0 });
  const to = toImage(view, { x: view.viewport.width, y: view.viewport.height });
  const x = Math.max(0, Math.floor(from.x));
  const y = Math.max(0, Math.floor(from.y));
  return {
    x,
    y,
    width: Math.max(0, Math.min(view.image.width, Math.ceil(to.x)) - x),
    height: Math.max(0, Math.min(view.image.height, Math.ceil(to.y)) - y),
  };
}

export function middle({ viewport, insets }: Pick<View, "viewport" | "insets">): Point {
  return { x: (insets.left + viewport.width - insets.right) / 2, y: (insets.top + viewport.height - insets.bottom) / 2 };
}

/** A picture that fits is in the middle; a larger one leaves no gap at its edges. */
function settled(view: View): View {
  const { image, viewport, insets, scale } = view;
  return {
    ...view,
    x: settle(view.x, image.width * scale, insets.left, viewport.width - insets.right),
    y: settle(view.y, image.height * scale, insets.top, viewport.height - insets.bottom),
  };
}

function settle(offset: number, length: number, from: number, to: number): number {
  if (length <= to - from) return from + (to - from - length) / 2;
  return Math.min(from, Math.max(to - length, offset));
}

/** Holds the present view and tells whoever draws when it changes. While it is fitted, it stays so in every viewport. */
export class Camera {
  #view: View;
  #fitted = true;
  readonly #heard = new Set<(view: View) => void>();

  constructor(image: Size, viewport: Size = { width: 1, height: 1 }, insets: Insets = NONE, ratio = 1) {
    this.#view = fitted(image, viewport, insets, ratio);
  }

  get view(): View {
    return this.#view;
  }

  get fitted(): boolean {
    return this.#fitted;
  }

  fit(): void {
    const { image, viewport, insets, ratio } = this.#view;
    this.#fitted = true;
    this.#show(fitted(image, viewport, insets, ratio));
  }

  /** 1 is 100 %. */
  zoomTo(wanted: number, at?: Point): void {
    this.#fitted = false;
    this.#show(zoomed(this.#view, wanted, at));
  }

  zoomBy(factor: number, at?: Point): void {
    this.zoomTo(zoom(this.#view) * factor, at);
  }

  step(direction: 1 | -1, at?: Point): void {
    this.zoomTo(stepped(zoom(this.#view), direction), at);
  }

  panBy(dx: number, dy: number): void {
    this.#show(panned(this.#view, dx, dy));
  }

  /** Moves as little as needed to bring a point of the picture into the viewport, `margin` CSS pixels from its edge. */
  reveal(point: Point, margin = 32): void {
    const { viewport, insets } = this.#view;
    const { x, y } = toScreen(this.#view, point);
    const dx = Math.max(0, insets.left + margin - x) + Math.min(0, viewport.width - insets.right - margin - x);
    const dy = Math.max(0, insets.top + margin - y) + Math.min(0, viewport.height - insets.bottom - margin - y);
    if (dx !== 0 || dy !== 0) this.panBy(dx, dy);
  }

  resize(viewport: Size, insets: Insets = this.#view.insets, ratio = this.#view.ratio): void {
    const { image } = this.#view;
    this.#show(this.#fitted ? fitted(image, viewport, insets, ratio) : resized(this.#view, viewport, insets, ratio));
  }

  /** Another picture: its whole. */
  replace(image: Size): void {
    this.#view = { ...this.#view, image };
    this.fit();
  }

  listen(heard: (view: View) => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  #show(view: View): void {
    this.#view = view;
    for (const heard of this.#heard) heard(view);
  }
}
