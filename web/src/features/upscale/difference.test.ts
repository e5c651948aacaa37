import { describe, expect, it } from "vitest";
import { heat, HOT, meanRow } from "./difference";

describe("the map of what differs", () => {
  it("is black where nothing does, and hotter the more it does", () => {
    const plain = Uint8ClampedArray.from([100, 100, 100, 255, 100, 100, 100, 255, 100, 100, 100, 0]);
    const other = Uint8ClampedArray.from([100, 100, 100, 255, 100, 100 + HOT / 2, 100, 255, 100, 100, 100 - 2 * HOT, 255]);
    expect([...heat(plain, other)]).toEqual([0, 0, 0, 255, 255, 128, 0, 255, 255, 255, 255, 255]);
  });

  it("is of means: a pixel of the smaller picture stands for all of its area", () => {
    // Four pixels in a row, in two rows, to two and a half times smaller.
    const grey = (...levels: number[]) => Uint8ClampedArray.from(levels.flatMap((level) => [level, level, level, 255]));
    const out = new Uint8ClampedArray(4);
    meanRow(grey(0, 100, 200, 50, 100, 200, 100, 50), 4, [1, 1], 0.5, 2.5, out, 0, 1);
    expect(out[0]).toBe(Math.round((0.5 * (0 + 100) + 100 + 200 + 200 + 100) / 5));
  });
});
