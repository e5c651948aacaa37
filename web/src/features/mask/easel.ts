/** Everything that stands around one picture while its mask is painted, built on the elements of the page. */

import { Gestures } from "@/engine/gestures";
import { Camera } from "@/engine/view";
import { inverse, type Look, Mask, type Mode, Overlay, Painter, type Plane, Workshop } from "@/engine/mask";
import { drop, keep, recall } from "./draft";

/** After the last change, until the draft is written. */
const QUIET_MS = 500;

export interface Parts {
  stage: HTMLElement;
  image: HTMLImageElement;
  canvas: HTMLCanvasElement;
}

export interface Hooks {
  changed: () => void;
  stamped: (at: { x: number; y: number }) => void;
  failed: () => void;
  pointed?: ((at: { x: number; y: number }) => Promise<Blob>) | undefined;
  restored: () => void;
  /** The browser does not keep drafts. */
  unkept: () => void;
}

/** A mask from elsewhere, of whatever size. */
export class Misfit extends Error {
  readonly plane: Plane;

  constructor(plane: Plane) {
    super("The mask has another size than the picture.");
    this.plane = plane;
  }
}

export class Easel {
  readonly mask: Mask;
  readonly camera: Camera;
  readonly painter: Painter;
  /** Changed since it was opened. */
  dirty = false;
  readonly #gestures: Gestures;
  readonly #overlay: Overlay;
  readonly #workshop = new Workshop();
  readonly #draftKey: string | undefined;
  readonly #hooks: Hooks;
  readonly #ends: (() => void)[];
  #timer = 0;
  #writing: Promise<void> = Promise.resolve();
  #gone = false;
  #opening = false;
  /** A pen has been here. */
  #pen = false;

  constructor({ stage, image, canvas }: Parts, size: { width: number; height: number }, mode: Mode, draftKey: string | undefined, hooks: Hooks) {
    this.#draftKey = draftKey;
    this.#hooks = hooks;
    this.mask = new Mask(size, mode);
    this.camera = new Camera({ width: this.mask.width, height: this.mask.height });
    const hand = (event: PointerEvent) => this.painter.state.tool === "hand" || (event.pointerType === "touch" && this.#pen);
    this.#gestures = new Gestures(stage, this.camera, { hand, doubleClick: false, arrows: false });
    this.painter = new Painter({ stage, image, mask: this.mask, camera: this.camera, gestures: this.#gestures, workshop: this.#workshop, hooks });
    this.#overlay = new Overlay(canvas, this.mask, this.camera.view);
    const over = new AbortController();
    const { signal } = over;
    // Who draws with a pen rests the hand on the glass: fingers only move the picture then.
    stage.addEventListener("pointerdown", (event) => (this.#pen ||= event.pointerType === "pen"), { signal, capture: true });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.#flush(), { signal });
    this.#ends = [
      () => over.abort(),
      this.camera.listen((view) => {
        this.#overlay.show(view);
        image.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
        const exact = image.naturalWidth === this.mask.width && view.scale * view.ratio >= 3;
        image.style.imageRendering = exact ? "pixelated" : "auto";
      }),
      this.mask.listen((_, done) => {
        if (!done || this.#opening) return;
        this.dirty = true;
        this.#later();
        hooks.changed();
      }),
    ];
  }

  look(look: Look): void {
    this.#overlay.look(look);
  }

  /** The draft of last time, or else what it is to begin with. */
  async open(initial: Blob | undefined): Promise<void> {
    const draft = this.#draftKey === undefined ? null : await recall(this.#draftKey).catch(() => null);
    if (this.#gone) return;
    const blob = draft ?? initial;
    if (!blob) return;
    await this.painter.wait(async () => {
      const plane = await this.#workshop.ask("read", { blob, ground: this.mask.ground });
      if (plane.width !== this.mask.width || plane.height !== this.mask.height) return;
      this.#opening = true;
      this.mask.load(plane.data);
      this.#opening = false;
      this.dirty = draft !== null;
      this.#hooks.changed();
      if (draft) this.#hooks.restored();
    });
  }

  /** Throws `Misfit` when it has another size, and what the worker says when it is no picture. */
  async read(blob: Blob): Promise<Plane> {
    const plane = await this.#workshop.ask("read", { blob, ground: this.mask.ground });
    if (plane.width !== this.mask.width || plane.height !== this.mask.height) throw new Misfit(plane);
    return plane;
  }

  scaled(plane: Plane): Promise<Uint8Array<ArrayBuffer>> {
    const { width, height, mode } = this.mask;
    return this.#workshop.ask("scale", { plane, size: { width, height }, hard: mode === "trimap" });
  }

  /** An empty mask, and no draft from now on. */
  clear(): void {
    this.painter.cancel();
    this.mask.clear();
    this.#later();
    this.#flush();
  }

  toBlob(): Promise<Blob> {
    const { width, height, data } = this.mask;
    return this.#workshop.ask("encode", { plane: { width, height, data } });
  }

  /** The same as a drawing: dark on white. */
  toInk(): Promise<Blob> {
    const { width, height, data } = this.mask;
    return this.#workshop.ask("encode", { plane: { width, height, data: inverse(data) } });
  }

  /** What hangs on the present work is done first: a draft is not lost because a page was left. */
  dispose(): void {
    this.#gone = true;
    for (const end of this.#ends) end();
    this.painter.dispose();
    this.#gestures.dispose();
    this.#overlay.dispose();
    this.#flush();
    void this.#writing.then(() => this.#workshop.dispose());
  }

  #later(): void {
    if (this.#draftKey === undefined) return;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#flush(), QUIET_MS);
  }

  #flush(): void {
    if (this.#timer === 0 || this.#draftKey === undefined) return;
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    const key = this.#draftKey;
    this.#writing = this.#writing
      .then(async () => (this.mask.empty ? drop(key) : keep(key, await this.toBlob())))
      .catch(() => this.#hooks.unkept());
  }
}
