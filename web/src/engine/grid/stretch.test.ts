import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pace, Stretch } from "./stretch";

describe("a list that is not too high", () => {
  it("scrolls as it is", () => {
    const stretch = new Stretch(10_000, 800);
    expect(stretch.stretched).toBe(false);
    expect(stretch.physical).toBe(10_000);
    expect(stretch.moved({ scroll: 0, y: 0 }, 4321)).toEqual({ scroll: 4321, y: 4321 });
    expect(stretch.at(99_999)).toEqual({ scroll: 9200, y: 9200 });
  });
});

describe("a list that is higher than a browser can", () => {
  const stretch = new Stretch(60_000, 800, 20_000);

  it("leaps to the same fraction", () => {
    expect(stretch.moved({ scroll: 0, y: 0 }, 9600).y).toBeCloseTo(59_200 / 2);
  });

  it("moves by what a wheel moves, and at most half as much again", () => {
    const middle = stretch.at(30_000);
    const next = stretch.moved(middle, middle.scroll + 100);
    expect(next.y - middle.y).toBeGreaterThanOrEqual(50);
    expect(next.y - middle.y).toBeLessThanOrEqual(150);
  });

  it("reaches both ends, whatever was scrolled before, without ever leaping on the way there", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 60_000, noNaN: true }), fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 60 }), (from, steps) => {
        let place = stretch.at(from);
        const go = (scroll: number) => {
          const next = stretch.moved(place, Math.min(19_200, Math.max(0, scroll)));
          expect(next.y).toBeGreaterThanOrEqual(0);
          expect(next.y).toBeLessThanOrEqual(59_200);
          place = next;
        };
        for (const step of steps) go(place.scroll + step);
        while (place.scroll > 0) go(place.scroll - 100);
        expect(place.y).toBeCloseTo(0);
        go(19_200);
        expect(place.y).toBe(59_200);
      }),
    );
  });

  it("stands where it is told to, and stays there", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 59_200, noNaN: true }), (y) => {
        const place = stretch.at(y);
        expect(place.y).toBe(y);
        if (place.scroll > 0 && place.scroll < 19_200) expect(stretch.moved(place, place.scroll).y).toBeCloseTo(y, 6);
      }),
    );
  });
});

describe("the pace", () => {
  it("is slow while a person looks, fast in a flight, and slow again after a rest", () => {
    const pace = new Pace();
    expect(pace.moved(0, 0)).toBe(false);
    expect(pace.moved(40, 16)).toBe(false);
    expect(pace.moved(440, 32)).toBe(true);
    expect(pace.moved(900, 48)).toBe(true);
    expect(pace.moved(910, 600)).toBe(false);
  });

  it("takes a leap from rest for an arrival", () => {
    const pace = new Pace();
    pace.moved(0, 0);
    expect(pace.moved(2_000_000, 5000)).toBe(false);
  });
});
