import { describe, expect, it } from "vitest";
import { ceiling, daysAgo, stacked, STUDIOS, type Point } from "./figures";

const point = (studios: Record<string, number>) => ({ studios }) as unknown as Point;

describe("figures", () => {
  it("stand upon each other without a gap, in one order", () => {
    expect(stacked(point({ upscale: 2, create: 3 }))).toEqual([
      { studio: "create", from: 0, to: 3 },
      { studio: "upscale", from: 3, to: 5 },
    ]);
    expect(stacked(point({}))).toEqual([]);
    expect(new Set(STUDIOS).size).toBe(STUDIOS.length);
  });

  it("have a round number above them", () => {
    expect([0, 1, 3, 9, 11, 21, 26, 999].map(ceiling)).toEqual([1, 1, 5, 10, 20, 25, 50, 1000]);
    for (let most = 1; most < 5000; most += 7) expect(ceiling(most)).toBeGreaterThanOrEqual(most);
  });

  it("begin so many days ago, whatever the clock's zone", () => {
    expect(daysAgo(0, new Date("2026-03-01T23:59:00Z"))).toBe("2026-03-01");
    expect(daysAgo(29, new Date("2026-03-01T00:00:00Z"))).toBe("2026-01-31");
  });
});
