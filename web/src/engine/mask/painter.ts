/** Tools: what pointers, pens, fingers and keys on the stage do to a mask. */

import type { Gestures } from "../gestures";
import { type Camera, type Point, middle, toImage, toScreen } from "../view";
import { Cursor } from "./cursor";
import type { Mask, Pen } from "./mask";
import { ellipse, lasso, rectangle } from "./shapes";
import type { Brush, Dab } from "./stroke";
import type { Jobs } from "./worker";
import type { Workshop } from "./workshop";

export const TOOLS = ["brush", "erase", "rectangle", "ellipse", "lasso", "fill", "wand", "select", "hand"] as const;
export type Tool = (typeof TOOLS)[number];

export interface Settings {
  tool: Tool;
  /** Diameter in image pixels. */
  size: number;
  hardness: number;
  opacity: number;
  /** Of the wand, 0..255. */
  tolerance: number;
  contiguous: boolean;
  /** In a mask: shapes, fill and wand take away. In a trimap: every tool says "remove". */
  minus: boolean;
  penSize: boolean;
  penOpacity: boolean;
}

export interface State extends Settings {
  canUndo: boolean;
  canRedo: boolean;
  empty: boolean;
  /** Work on the whole mask is under way; the tools wait. */
  busy: boolean;
}

interface Hooks {
  /** A tool acted at a point of the picture by a key. */
  stamped: (at: Point) => void;
  failed: () => void;
  /** The mask of what is at a point of the picture, as a picture of its size; none where there is nothing to find. */
  pointed?: ((at: Point) => Promise<Blob>) | undefined;
}

/** Bytes of a picture that the wand keeps, at most: larger ones are looked at smaller. */
const LOOKED = 16 * 1024 * 1024;
const ARROWS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STROKES: readonly Tool[] = ["brush", "erase"];
const BOXES: readonly Tool[] = ["rectangle", "ellipse"];
/** A press that moved further is no click. CSS pixels. */
const CLICK = 8;

/** What a tool has begun and not finished. */
type Begun = { kind: "stroke"; pen: Pen } | { kind: "box"; from: Point; to: Point; value: number } | { kind: "lasso"; points: Point[]; value: number } | { kind: "click"; at: Point; value: number };

export class Painter {
  readonly #stage: HTMLElement;
  readonly #image: HTMLImageElement;
  readonly #mask: Mask;
  readonly #camera: Camera;
  readonly #workshop: Workshop;
  readonly #hooks: Hooks;
  readonly #cursor: Cursor;
  readonly #over = new AbortController();
  readonly #heard = new Set<() => void>();
  readonly #ends: (() => void)[];
  #state: State;
  #begun: Begun | null = null;
  #pointer: number | null = null;
  /** Where the pointer is, on the screen; null when it is elsewhere. */
  #at: Point | null = null;
  /** The crosshair of the keyboard, in the picture. */
  #cross: Point | null = null;
  /** Where the last stroke ended: a press with Shift goes on from there. */
  #last: Point | null = null;
  #holding = false;
  #looked: Promise<unknown> | null = null;

  constructor(parts: { stage: HTMLElement; image: HTMLImageElement; mask: Mask; camera: Camera; gestures: Gestures; workshop: Workshop; hooks: Hooks }) {
    const { stage, image, mask, camera, gestures, workshop, hooks } = parts;
    this.#stage = stage;
    this.#image = image;
    this.#mask = mask;
    this.#camera = camera;
    this.#workshop = workshop;
    this.#hooks = hooks;
    this.#cursor = new Cursor(stage);
    this.#state = {
      tool: "brush",
      size: Math.round(Math.min(400, Math.max(4, Math.max(mask.width, mask.height) / 24))),
      hardness: 0.8,
      opacity: 1,
      tolerance: 32,
      contiguous: true,
      minus: false,
      penSize: true,
      penOpacity: false,
      canUndo: false,
      canRedo: false,
      empty: true,
      busy: false,
    };
    const { signal } = this.#over;
    stage.addEventListener("pointerdown", this.#down, { signal });
    stage.addEventListener("pointermove", this.#move, { signal });
    stage.addEventListener("pointerup", this.#up, { signal });
    stage.addEventListener("pointercancel", () => this.cancel(), { signal });
    stage.addEventListener("pointerleave", this.#leave, { signal });
    stage.addEventListener("keydown", this.#key, { signal });
    stage.addEventListener("blur", () => this.#setCross(null), { signal });
    this.#ends = [
      gestures.listen(({ ready, moving }) => {
        this.#holding = ready || moving;
        if (moving) this.cancel();
        this.#show();
        stage.style.cursor = this.#pointerStyle(moving);
      }),
      camera.listen(() => this.#show()),
      mask.listen((_, done) => done && this.#tell({ canUndo: mask.history.canUndo, canRedo: mask.history.canRedo, empty: mask.empty })),
    ];
    stage.style.cursor = this.#pointerStyle(false);
  }

  get state(): State {
    return this.#state;
  }

  readonly listen = (heard: () => void): (() => void) => {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  };

  set(change: Partial<Settings>): void {
    if (change.tool !== undefined && change.tool !== this.#state.tool) this.cancel();
    this.#tell(change);
    if (this.#state.tool === "wand") void this.#look();
    this.#stage.style.cursor = this.#pointerStyle(false);
    this.#show();
  }

  /** The other of the two: brush and eraser, add and take away, keep and remove. */
  swap(): void {
    const { tool, minus } = this.#state;
    if (this.#mask.mode === "mask" && STROKES.includes(tool)) this.set({ tool: tool === "brush" ? "erase" : "brush" });
    else this.set({ minus: !minus, ...(tool === "erase" ? { tool: "brush" } : {}) });
  }

  undo(): void {
    if (this.#begun || this.#state.busy) return this.cancel();
    this.#mask.undo();
  }

  redo(): void {
    if (!this.#begun && !this.#state.busy) this.#mask.redo();
  }

  /** Another picture for the wand to look at. */
  forgetPicture(): void {
    this.#looked = null;
  }

  /** Asks the worker for the mask's next bytes; the tools wait for them. */
  async change(kind: "grow" | "shrink" | "feather", radius: number): Promise<void> {
    await this.wait(async () => this.#mask.replace(await this.#workshop.ask(kind, { plane: this.#plane(), radius })));
  }

  /** Nothing that is begun stays. */
  cancel(): void {
    if (this.#begun?.kind === "stroke") this.#begun.pen.cancel();
    this.#begun = null;
    this.#pointer = null;
    this.#cursor.outline("");
  }

  dispose(): void {
    this.cancel();
    this.#over.abort();
    for (const end of this.#ends) end();
    this.#cursor.dispose();
    this.#heard.clear();
  }

  readonly #down = (event: PointerEvent): void => {
    if (event.button !== 0 && event.button !== 5) return;
    if (this.#pointer !== null || this.#state.busy || this.#state.tool === "hand") return;
    this.#setCross(null);
    this.cancel();
    this.#pointer = event.pointerId;
    // Pointers made by scripts cannot be captured, and need not.
    try {
      this.#stage.setPointerCapture(event.pointerId);
    } catch {
      this.#pointer = event.pointerId;
    }
    const at = this.#point(event);
    this.#at = at;
    this.#begin(toImage(this.#camera.view, at), event, dab(event, this.#camera), (event.buttons & 32) !== 0);
    this.#show();
  };

  readonly #move = (event: PointerEvent): void => {
    this.#at = this.#point(event);
    if (this.#cross && event.pointerType === "mouse" && (event.movementX !== 0 || event.movementY !== 0)) this.#setCross(null);
    if (event.pointerId === this.#pointer && this.#begun) {
      const between = event.getCoalescedEvents();
      for (const one of between.length > 0 ? between : [event]) this.#extend(dab(one, this.#camera, this.#stage), event.shiftKey);
    }
    this.#show();
  };

  readonly #up = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    if (event.pointerType === "touch") this.#at = null;
    else this.#at = this.#point(event);
    const begun = this.#begun;
    const { x, y } = this.#point(event);
    if (begun?.kind === "click") {
      const from = toScreen(this.#camera.view, begun.at);
      if (Math.hypot(from.x - x, from.y - y) > CLICK) this.#begun = null;
    }
    this.#finish();
    this.#show();
  };

  readonly #leave = (): void => {
    if (this.#pointer !== null) return;
    this.#at = null;
    this.#show();
  };

  /** Everything by keyboard: arrows move the crosshair, Space and Enter act there. */
  readonly #key = (event: KeyboardEvent): void => {
    if (event.target !== this.#stage || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const free = this.#at === null || this.#cross !== null;
    if (arrow) this.#step(arrow, event.shiftKey ? 10 : 1);
    else if (event.key === "Enter" || (event.key === " " && free)) this.#press(event);
    else if (event.key === "Escape" && this.#begun) this.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #step([dx, dy]: readonly [number, number], by: number): void {
    const view = this.#camera.view;
    const pixel = Math.max(1, 1 / view.scale) * by;
    const from = this.#cross ?? this.#start();
    const bound = (value: number, length: number) => Math.min(length - 0.5, Math.max(0.5, value));
    this.#setCross({ x: bound(from.x + dx * pixel, view.image.width), y: bound(from.y + dy * pixel, view.image.height) });
    this.#camera.reveal(this.#cross!);
    if (this.#begun?.kind === "box") this.#extend({ ...this.#cross!, pressure: 1 }, false);
    this.#show();
  }

  #press(event: KeyboardEvent): void {
    if (this.#state.busy || this.#state.tool === "hand") return;
    if (!this.#cross) {
      this.#setCross(this.#start());
      return this.#show();
    }
    const at = this.#cross;
    const begun = this.#begun;
    if (begun?.kind === "lasso") {
      if (event.key === "Enter") this.#finish();
      else begun.points.push(at);
    } else if (begun?.kind === "box") {
      begun.to = at;
      this.#finish();
    } else {
      this.#begin(at, event, { ...at, pressure: 1 }, false);
      if (!BOXES.includes(this.#state.tool) && this.#state.tool !== "lasso") this.#finish();
    }
    this.#hooks.stamped(at);
    this.#show();
  }

  #start(): Point {
    const view = this.#camera.view;
    const { x, y } = toImage(view, this.#at ?? middle(view));
    return { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 };
  }

  #setCross(at: Point | null): void {
    this.#cross = at;
  }

  #begin(at: Point, keys: { shiftKey: boolean; altKey: boolean }, first: Dab, eraser: boolean): void {
    const { tool } = this.#state;
    // A selection grows with Shift, whatever the tool says else.
    const value = tool === "select" && keys.shiftKey && !keys.altKey ? 255 : this.#value(keys.altKey, eraser);
    if (STROKES.includes(tool)) {
      const pen = this.#mask.stroke(this.#brush(value));
      if (keys.shiftKey && this.#last) pen.add({ ...this.#last, pressure: first.pressure });
      pen.add(first);
      this.#last = first;
      this.#begun = { kind: "stroke", pen };
    } else if (BOXES.includes(tool)) this.#begun = { kind: "box", from: at, to: at, value };
    else if (tool === "lasso") this.#begun = { kind: "lasso", points: [at], value };
    else this.#begun = { kind: "click", at, value };
  }

  #extend(to: Dab, square: boolean): void {
    const begun = this.#begun;
    if (begun?.kind === "stroke") {
      begun.pen.add(to);
      this.#last = to;
    } else if (begun?.kind === "box") {
      const dx = to.x - begun.from.x;
      const dy = to.y - begun.from.y;
      const side = Math.max(Math.abs(dx), Math.abs(dy));
      begun.to = square ? { x: begun.from.x + Math.sign(dx) * side, y: begun.from.y + Math.sign(dy) * side } : { x: to.x, y: to.y };
    } else if (begun?.kind === "lasso") {
      const last = begun.points.at(-1)!;
      if (Math.hypot(to.x - last.x, to.y - last.y) * this.#camera.view.scale >= 0.75) begun.points.push({ x: to.x, y: to.y });
    }
  }

  #finish(): void {
    const begun = this.#begun;
    this.#begun = null;
    this.#pointer = null;
    this.#cursor.outline("");
    const aliased = this.#mask.mode === "trimap";
    if (begun?.kind === "stroke") begun.pen.end();
    else if (begun?.kind === "box") this.#mask.shape(this.#state.tool === "ellipse" ? ellipse(begun.from, begun.to, aliased) : rectangle(begun.from, begun.to), begun.value);
    else if (begun?.kind === "lasso" && begun.points.length > 2) this.#mask.shape(lasso(begun.points, this.#mask, aliased), begun.value);
    else if (begun?.kind === "click") void this.#click(begun.at, begun.value);
  }

  async #click(at: Point, value: number): Promise<void> {
    const x = Math.floor(at.x);
    const y = Math.floor(at.y);
    if (x < 0 || y < 0 || x >= this.#mask.width || y >= this.#mask.height) return;
    const { tool, tolerance, contiguous } = this.#state;
    const hard = this.#mask.mode === "trimap";
    await this.wait(async () => {
      if (tool === "wand") {
        await this.#look();
        const size = { width: this.#mask.width, height: this.#mask.height };
        const { bytes, box } = await this.#workshop.ask("wand", { x, y, tolerance, contiguous, size, hard });
        this.#mask.select(bytes, value, box);
      } else if (tool === "select") {
        const blob = await this.#hooks.pointed?.({ x, y });
        if (blob === undefined) return;
        const { width, height, data } = await this.#workshop.ask("read", { blob, ground: 0 });
        if (width !== this.#mask.width || height !== this.#mask.height) throw new Error("What was found is of another picture.");
        this.#mask.select(hard ? data.map((by) => (by > 127 ? 255 : 0)) : data, value);
      } else if (hard) this.#mask.replace(await this.#workshop.ask("recolour", { plane: this.#plane(), x, y, value }));
      else this.#mask.replace(await this.#workshop.ask(value === 0 ? "empty" : "fill", { plane: this.#plane(), x, y }));
    });
  }

  /** Gives the worker the picture as it is shown, once. */
  #look(): Promise<unknown> {
    this.#looked ??= (async () => {
      const image = this.#image;
      await image.decode();
      const shrink = Math.min(1, Math.sqrt(LOOKED / (image.naturalWidth * image.naturalHeight)));
      const resized: ImageBitmapOptions = shrink < 1 ? { resizeWidth: Math.floor(image.naturalWidth * shrink), resizeQuality: "medium" } : {};
      const bitmap = await createImageBitmap(image, resized);
      await this.#workshop.ask("look", { bitmap }, [bitmap]);
    })();
    this.#looked.catch(() => (this.#looked = null));
    return this.#looked;
  }

  /** While the work is under way, the tools wait. If it throws, `failed` is told. */
  async wait(work: () => Promise<void>): Promise<void> {
    if (this.#state.busy) return;
    this.cancel();
    this.#tell({ busy: true });
    try {
      await work();
    } catch {
      this.#hooks.failed();
    } finally {
      this.#tell({ busy: false });
    }
  }

  #plane(): Jobs["encode"]["ask"]["plane"] {
    return { width: this.#mask.width, height: this.#mask.height, data: this.#mask.data };
  }

  /** What the present tool paints; Alt turns it round (in a trimap: back to undecided). */
  #value(alt: boolean, eraser: boolean): number {
    const { tool, minus } = this.#state;
    const erasing = tool === "erase" || eraser;
    if (this.#mask.mode === "trimap") return erasing || alt ? this.#mask.ground : minus ? 0 : 255;
    const takes = STROKES.includes(tool) ? erasing : minus;
    return takes !== alt ? 0 : 255;
  }

  #brush(value: number): Brush {
    const { size, hardness, opacity, penSize, penOpacity } = this.#state;
    return { value, size, hardness, opacity, aliased: false, pressure: { size: penSize, opacity: penOpacity } };
  }

  #show(): void {
    const view = this.#camera.view;
    const { tool, size, hardness } = this.#state;
    const at = this.#cross ? toScreen(view, this.#cross) : this.#at;
    const ring = STROKES.includes(tool) && !this.#holding && at !== null;
    this.#cursor.brush(ring ? at : null, (size / 2) * view.scale, this.#mask.mode === "trimap" ? 1 : hardness);
    if (this.#cross) this.#cursor.cross(at);
    else if (!ring) this.#cursor.cross(null);
    const begun = this.#begun;
    if (begun?.kind === "box") this.#cursor.outline(tool === "ellipse" ? oval(toScreen(view, begun.from), toScreen(view, begun.to)) : square(toScreen(view, begun.from), toScreen(view, begun.to)));
    else if (begun?.kind === "lasso") {
      const points = [...begun.points, ...(this.#cross ? [this.#cross] : [])].map((point) => toScreen(view, point));
      this.#cursor.outline(`M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`);
    }
  }

  #pointerStyle(moving: boolean): string {
    if (moving) return "grabbing";
    if (this.#holding || this.#state.tool === "hand") return "grab";
    return STROKES.includes(this.#state.tool) ? "none" : "crosshair";
  }

  #point(event: MouseEvent): Point {
    const box = this.#stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #tell(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const heard of this.#heard) heard();
  }
}

/** Where a pointer is in the picture. Only a pen knows how hard it is pressed. */
function dab(event: PointerEvent, camera: Camera, stage = event.currentTarget as HTMLElement): Dab {
  const box = stage.getBoundingClientRect();
  const at = toImage(camera.view, { x: event.clientX - box.left, y: event.clientY - box.top });
  return { ...at, pressure: event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 1 };
}

function square(a: Point, b: Point): string {
  return `M${a.x} ${a.y}H${b.x}V${b.y}H${a.x}Z`;
}

function oval(a: Point, b: Point): string {
  const rx = Math.abs(b.x - a.x) / 2;
  const ry = Math.abs(b.y - a.y) / 2;
  const y = (a.y + b.y) / 2;
  const left = Math.min(a.x, b.x);
  return `M${left} ${y}a${rx} ${ry} 0 1 0 ${rx * 2} 0a${rx} ${ry} 0 1 0 ${-rx * 2} 0Z`;
}
