import { describe, expect, it } from "vitest";
import { heat, HOT } from "./difference";

describe("the map of what differs", () => {
  it("is black where nothing does, and hotter the more it does", () => {
    const plain = Uint8ClampedArray.from([100, 100, 100, 255, 100, 100, 100, 255, 100, 100, 100, 0]);
    const other = Uint8ClampedArray.from([100, 100, 100, 255, 100, 100 + HOT / 2, 100, 255, 100, 100, 100 - 2 * HOT, 255]);
    expect([...heat(plain, other)]).toEqual([0, 0, 0, 255, 255, 128, 0, 255, 255, 255, 255, 255]);
  });
});
