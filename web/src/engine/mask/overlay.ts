/**
 * Draws a mask over its picture. The canvas holds the part in sight, from the level of the pyramid that has one to
 * two pixels for each of the screen (every pixel, when zoomed in); moving it is left to the compositor.
 */

import { type Rect, type View, seen, zoom } from "../view";
import type { Mask } from "./mask";
import { NOWHERE, type Plane, common, isEmpty, union, whole } from "./plane";
import { Pyramid, halved } from "./pyramid";

export const COLOURS = { lime: [184, 240, 52], red: [255, 66, 77], blue: [52, 140, 255], white: [255, 255, 255], ink: [20, 20, 22] } as const;
export type Colour = keyof typeof COLOURS;

export interface Look {
  colour: Colour;
  /** 0..1 */
  opacity: number;
  /** The veil lies over what is not masked. */
  inverted: boolean;
  /** The mask alone, in grey. */
  alone: boolean;
}

export const LOOK: Look = { colour: "lime", opacity: 0.45, inverted: false, alone: false };

/** How much more than what is in sight is drawn, on each side. */
const MARGIN = 0.2;
/** CSS pixels from one line of a hatching to the next. */
const HATCH = 9;

export class Overlay {
  readonly #canvas: HTMLCanvasElement;
  readonly #mask: Mask;
  readonly #pyramid: Pyramid;
  readonly #ignore: () => void;
  #view: View;
  #look: Look = LOOK;
  #dirty = NOWHERE;
  #frame = 0;
  /** The part that is on the canvas, in pixels of the level; null: nothing, or nothing that is right. */
  #drawn: { level: number; rect: Rect; hatch: number } | null = null;

  constructor(canvas: HTMLCanvasElement, mask: Mask, view: View) {
    this.#canvas = canvas;
    this.#mask = mask;
    this.#view = view;
    this.#pyramid = new Pyramid(mask);
    this.#ignore = mask.listen((dirty) => {
      if (isEmpty(dirty)) return;
      this.#pyramid.mark(dirty);
      this.#dirty = union(this.#dirty, dirty);
      this.#ask();
    });
    canvas.style.transformOrigin = "0 0";
    this.#ask();
  }

  show(view: View): void {
    this.#view = view;
    this.#ask();
  }

  look(look: Look): void {
    this.#look = look;
    this.#drawn = null;
    this.#ask();
  }

  dispose(): void {
    this.#ignore();
    cancelAnimationFrame(this.#frame);
  }

  #ask(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#draw);
  }

  readonly #draw = (): void => {
    this.#frame = 0;
    const view = this.#view;
    const index = Math.max(0, Math.min(this.#pyramid.depth - 1, Math.floor(Math.log2(1 / zoom(view)) + 1e-6)));
    const level = this.#pyramid.level(index);
    const pixel = view.scale * 2 ** index;
    // A hatching keeps its width on the screen, as far as whole pixels allow.
    const hatch = this.#mask.mode === "trimap" ? Math.max(2, Math.round(HATCH / pixel)) : 0;
    let insight = seen(view);
    let dirty = this.#dirty;
    for (let step = 0; step < index; step++) {
      insight = halved(insight);
      dirty = halved(dirty);
    }
    this.#dirty = NOWHERE;
    const drawn = this.#drawn;
    if (drawn?.level === index && drawn.hatch === hatch && contains(drawn.rect, insight)) this.#put(level, common(dirty, drawn.rect), drawn.rect, hatch);
    else this.#renew(level, index, insight, hatch);
    const { x, y } = this.#drawn!.rect;
    this.#canvas.style.transform = `translate(${view.x + x * pixel}px, ${view.y + y * pixel}px) scale(${pixel})`;
    this.#canvas.style.imageRendering = zoom(view) >= 2 ? "pixelated" : "auto";
  };

  #renew(level: Plane, index: number, insight: Rect, hatch: number): void {
    const dx = Math.ceil(insight.width * MARGIN);
    const dy = Math.ceil(insight.height * MARGIN);
    const wide = { x: insight.x - dx, y: insight.y - dy, width: insight.width + 2 * dx, height: insight.height + 2 * dy };
    const rect = common(wide, whole(level));
    // Setting the size empties the canvas, even to the same.
    this.#canvas.width = Math.max(1, rect.width);
    this.#canvas.height = Math.max(1, rect.height);
    this.#canvas.style.width = `${this.#canvas.width}px`;
    this.#canvas.style.height = `${this.#canvas.height}px`;
    this.#drawn = { level: index, rect, hatch };
    this.#put(level, rect, rect, hatch);
  }

  #put({ data, width }: Plane, area: Rect, drawn: Rect, hatch: number): void {
    const context = this.#canvas.getContext("2d");
    if (isEmpty(area) || !context) return;
    const image = new ImageData(area.width, area.height);
    const out = new Uint32Array(image.data.buffer);
    const veil = this.#veil();
    const lines = this.#mask.mode === "trimap" && !this.#look.alone ? this.#lines() : null;
    let at = 0;
    for (let y = area.y; y < area.y + area.height; y++) {
      let from = y * width + area.x;
      for (let x = area.x; x < area.x + area.width; x++, from++, at++) {
        const value = data[from]!;
        out[at] = lines !== null && value < 128 && (x + y) % hatch < hatch / 3 ? lines[value]! : veil[value]!;
      }
    }
    context.putImageData(image, area.x - drawn.x, area.y - drawn.y);
  }

  /** The colour of each value. */
  #veil(): Uint32Array {
    const { colour, opacity, inverted, alone } = this.#look;
    return Uint32Array.from({ length: 256 }, (_, raw) => {
      const value = inverted ? 255 - raw : raw;
      if (alone) return rgba([value, value, value], 1);
      if (this.#mask.mode === "mask") return rgba(COLOURS[colour], (value / 255) * opacity);
      return value >= 128 ? rgba(COLOURS[colour], ((value - 128) / 127) * opacity) : rgba(COLOURS.red, ((128 - value) / 128) * opacity);
    });
  }

  /** The lines of the hatching over what is removed: it is not told by its colour alone. */
  #lines(): Uint32Array {
    const opacity = Math.min(1, this.#look.opacity + 0.4);
    return Uint32Array.from({ length: 256 }, (_, value) => rgba(COLOURS.red, (Math.max(0, 128 - value) / 128) * opacity));
  }
}

function contains(outer: Rect, inner: Rect): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}

/** As `ImageData` has it, on machines with the low byte first: all that run browsers. */
function rgba([red, green, blue]: readonly [number, number, number], opacity: number): number {
  return ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
