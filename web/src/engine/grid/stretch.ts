/**
 * Scrolls content that is higher than a browser lets an element be (Firefox: about 17 million px).
 *
 * The element is `physical` px high and the content `height` px. A small movement moves the content by as much, so that
 * a wheel feels the same everywhere; a leap goes to the same fraction. What a movement leaves between the two positions
 * is made up for in the next ones, by at most half of each, so that both ends are reached exactly.
 */

export const HIGHEST = 15_000_000;

export interface Place {
  /** Of the element. */
  scroll: number;
  /** Of the content. */
  y: number;
}

export class Stretch {
  readonly physical: number;
  #range: number;
  #content: number;
  #view: number;

  constructor(height: number, view: number, highest = HIGHEST) {
    this.physical = Math.min(height, Math.max(highest, view));
    this.#range = Math.max(0, this.physical - view);
    this.#content = Math.max(0, height - view);
    this.#view = view;
  }

  get stretched(): boolean {
    return this.#content > this.#range;
  }

  /** Where the content stands after the element was scrolled from `before` to `scroll`. */
  moved(before: Place, scroll: number): Place {
    const linear = this.#linear(scroll);
    if (!this.stretched || scroll <= 0 || scroll >= this.#range) return { scroll, y: linear };
    const step = scroll - before.scroll;
    if (Math.abs(step) > this.#view * 2) return { scroll, y: linear };
    const most = Math.abs(step) / 2;
    const y = before.y + step;
    return { scroll, y: Math.min(this.#content, Math.max(0, y + Math.min(most, Math.max(-most, linear - y)))) };
  }

  /** Where the element must be scrolled to for the content to stand at `y`. */
  at(y: number): Place {
    const inside = Math.min(this.#content, Math.max(0, y));
    return { scroll: this.stretched ? (inside / this.#content) * this.#range : inside, y: inside };
  }

  #linear(scroll: number): number {
    if (this.#range === 0) return 0;
    return this.stretched ? Math.min(1, Math.max(0, scroll / this.#range)) * this.#content : scroll;
  }
}

/** Whether the content flies by too fast for anybody to see it, by the pace of the last movements. */
export class Pace {
  #y = 0;
  #at = -Infinity;
  #pace = 0;

  constructor(readonly limit = 6) {}

  /** `time` in ms. The pace is in px per ms. */
  moved(y: number, time: number): boolean {
    const passed = time - this.#at;
    const pace = passed > 200 ? 0 : Math.abs(y - this.#y) / Math.max(1, passed);
    // A leap from rest is an arrival, not a flight: what lies there is wanted.
    this.#pace = passed > 200 ? 0 : Math.max(pace, this.#pace * 0.6);
    this.#y = y;
    this.#at = time;
    return this.#pace > this.limit;
  }
}
