import { describe, expect, it } from "vitest";
import { heaviest, steepness } from "./detail";

const size = { width: 20, height: 12 };

describe("the part that is tried first", () => {
  it("is where the picture has most detail", () => {
    const rgba = new Uint8ClampedArray(size.width * size.height * 4).fill(120);
    // A chessboard at the lower right, on a plain ground.
    for (let y = 7; y < 11; y++) for (let x = 14; x < 18; x++) for (const channel of [0, 1, 2]) rgba[(y * size.width + x) * 4 + channel] = (x + y) % 2 === 0 ? 0 : 255;
    const { x, y } = heaviest(steepness(rgba, size), size, 5);
    expect([x, y]).toEqual([13, 6]);
  });

  it("is in the middle where nothing is anywhere, and within a picture that is smaller than it", () => {
    expect(heaviest(new Float64Array(size.width * size.height), size, 4)).toEqual({ x: 8, y: 4 });
    expect(heaviest(new Float64Array(size.width * size.height), size, 400)).toEqual({ x: 0, y: 0 });
  });
});
