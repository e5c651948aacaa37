import { describe, expect, it } from "vitest";
import { moved, stepped } from "./order";

describe("a picture that is moved", () => {
  it("goes before another one, to the end, and never beyond it", () => {
    const ids = ["a", "b", "c", "d"];
    expect(moved(ids, "d", 0)).toEqual({ order: ["d", "a", "b", "c"], before: "a" });
    expect(moved(ids, "a", 2)).toEqual({ order: ["b", "c", "a", "d"], before: "d" });
    expect(moved(ids, "a", 9)).toEqual({ order: ["b", "c", "d", "a"], before: null });
    expect(moved(ids, "b", -3)).toEqual({ order: ["b", "a", "c", "d"], before: "a" });
  });

  it("follows the arrows by rows and columns", () => {
    expect(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "x"].map((key) => stepped(5, key, 4))).toEqual([4, 6, 1, 9, null]);
  });
});
