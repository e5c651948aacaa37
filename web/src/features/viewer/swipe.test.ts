import { describe, expect, it } from "vitest";
import { swiped } from "./swipe";

describe("a swipe", () => {
  it("goes on to the left and back to the right", () => {
    expect(swiped(-120, 10, 200)).toBe("next");
    expect(swiped(120, -10, 200)).toBe("prev");
  });

  it("is neither short, nor slow, nor steep", () => {
    expect([swiped(30, 0, 100), swiped(200, 0, 2000), swiped(100, 90, 100)]).toEqual([null, null, null]);
  });
});
