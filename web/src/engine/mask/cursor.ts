/** What the tool is about to do, over the picture: the brush's true size and hardness, a shape's outline, a crosshair. */

import type { Point } from "../view";

const SVG = "http://www.w3.org/2000/svg";
/** CSS pixels: smaller brushes are shown by a cross. */
const SMALL = 3;
const ARM = 9;

export class Cursor {
  readonly #svg = document.createElementNS(SVG, "svg");
  readonly #ring = this.#pair("circle");
  readonly #core = this.#pair("circle");
  readonly #outline = this.#pair("path");
  readonly #cross = this.#pair("path");

  constructor(stage: HTMLElement) {
    this.#svg.setAttribute("aria-hidden", "true");
    this.#svg.setAttribute("class", "pointer-events-none absolute inset-0 size-full overflow-hidden");
    for (const shape of this.#core) shape.setAttribute("stroke-dasharray", "2 3");
    this.#outline[1].setAttribute("stroke-dasharray", "5 4");
    stage.append(this.#svg);
    this.brush(null, 0, 1);
    this.outline("");
    this.cross(null);
  }

  /** `radius` in CSS pixels; null hides it. */
  brush(at: Point | null, radius: number, hardness: number): void {
    circle(this.#ring, radius >= SMALL ? at : null, radius);
    circle(this.#core, radius >= 12 && hardness < 0.95 ? at : null, Math.max(1, radius * hardness));
    if (at && radius < SMALL) this.cross(at);
    else if (at) this.cross(null);
  }

  /** As an SVG path, on the screen. */
  outline(path: string): void {
    for (const shape of this.#outline) shape.setAttribute("d", path);
  }

  cross(at: Point | null): void {
    const path = at ? `M${at.x - ARM} ${at.y}h${ARM - 3}m6 0h${ARM - 3}M${at.x} ${at.y - ARM}v${ARM - 3}m0 6v${ARM - 3}` : "";
    for (const shape of this.#cross) shape.setAttribute("d", path);
  }

  dispose(): void {
    this.#svg.remove();
  }

  /** White upon black, so that it is seen on every picture. */
  #pair(name: "circle" | "path"): readonly [SVGElement, SVGElement] {
    const made = ["black", "white"].map((colour, index) => {
      const shape = document.createElementNS(SVG, name);
      shape.setAttribute("fill", "none");
      shape.setAttribute("stroke", colour);
      shape.setAttribute("stroke-width", index === 0 ? "3" : "1.25");
      shape.setAttribute("stroke-opacity", index === 0 ? "0.55" : "1");
      this.#svg.append(shape);
      return shape;
    });
    return [made[0]!, made[1]!];
  }
}

function circle(pair: readonly [SVGElement, SVGElement], at: Point | null, radius: number): void {
  for (const shape of pair) {
    shape.setAttribute("visibility", at ? "visible" : "hidden");
    if (!at) continue;
    shape.setAttribute("cx", String(at.x));
    shape.setAttribute("cy", String(at.y));
    shape.setAttribute("r", String(radius));
  }
}
