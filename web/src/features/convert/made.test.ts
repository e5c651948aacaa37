import { describe, expect, it } from "vitest";
import { savedOf, verdictOf } from "./made";

describe("what became of a file", () => {
  it("is as alike as the number says", () => {
    expect([1, 0.985, 0.96, 0.9, 0.5, 0].map(verdictOf)).toEqual(["same", "same", "close", "near", "far", "far"]);
  });
  it("is smaller, or larger, by a share of what it was", () => {
    expect(savedOf(1000, 250)).toBeCloseTo(0.75);
    expect(savedOf(1000, 1500)).toBeCloseTo(-0.5);
    expect(savedOf(0, 5)).toBe(0);
  });
});
