import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Point } from "../view";
import { Mask } from "./mask";
import { ellipse, lasso, rectangle } from "./shapes";
import type { Brush, Dab } from "./stroke";

const BRUSH: Brush = { value: 255, size: 20, hardness: 1, opacity: 1, aliased: false, pressure: { size: false, opacity: false } };

vi.setConfig({ testTimeout: 60_000 });

function stroked(mask: Mask, brush: Partial<Brush>, dabs: readonly (Point & Partial<Dab>)[]): Mask {
  const pen = mask.stroke({ ...BRUSH, ...brush });
  for (const dab of dabs) pen.add({ pressure: 1, ...dab });
  pen.end();
  return mask;
}

function toSegment(p: Point, a: Point, b: Point): number {
  const square = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const t = square === 0 ? 0 : Math.min(1, Math.max(0, ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / square));
  return Math.hypot(p.x - a.x - t * (b.x - a.x), p.y - a.y - t * (b.y - a.y));
}

/** The pixels that are further from what is expected than allowed. */
function wrong(mask: Mask, allowed: number, expected: (x: number, y: number) => number | null): string[] {
  const found: string[] = [];
  mask.data.forEach((value, at) => {
    const [x, y] = [at % mask.width, Math.floor(at / mask.width)];
    const wanted = expected(x, y);
    if (wanted !== null && Math.abs(value - wanted) > allowed) found.push(`${x}, ${y}: ${value}, not ${wanted}`);
  });
  return found.slice(0, 5);
}

function toLine(x: number, y: number, points: readonly Point[], closed = false): number {
  return points.reduce((least, from, index) => {
    const to = points[closed ? (index + 1) % points.length : Math.min(points.length - 1, index + 1)]!;
    return Math.min(least, toSegment({ x: x + 0.5, y: y + 0.5 }, from, to));
  }, Infinity);
}

const place = fc.record({ x: fc.double({ min: -20, max: 320, noNaN: true }), y: fc.double({ min: -20, max: 290, noNaN: true }) });
/** More than one tile. */
const room = { width: 300, height: 270 };

describe("a stroke", () => {
  it("is full within its radius, nothing beyond it, and half at its edge", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 5 }), fc.double({ min: 1, max: 120, noNaN: true }), (points, size) => {
        const mask = stroked(new Mask(room, "mask"), { size }, points);
        expect(wrong(mask, 1.001, (x, y) => Math.min(1, Math.max(0, size / 2 + 0.5 - toLine(x, y, points))) * 255)).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it("covers whole pixels only when it is aliased", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), fc.double({ min: 2, max: 60, noNaN: true }), (points, size) => {
        const mask = stroked(new Mask(room, "trimap"), { size, value: 0, aliased: true }, points);
        const expected = (far: number) => (Math.abs(far - size / 2) < 1e-6 ? null : far < size / 2 ? 0 : 128);
        expect(wrong(mask, 0, (x, y) => expected(toLine(x, y, points)))).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it("paints exactly the pixel it points at when it is one pixel wide and aliased", () => {
    const mask = stroked(new Mask({ width: 9, height: 9 }, "trimap"), { size: 1, aliased: true }, [{ x: 4.99, y: 3.01 }]);
    expect([...mask.data].flatMap((value, at) => (value === 128 ? [] : [at]))).toEqual([3 * 9 + 4]);
  });

  it("does not add up where it crosses itself, but a second stroke does", () => {
    const mask = new Mask({ width: 100, height: 100 }, "mask");
    const there = [{ x: 20, y: 50 }, { x: 80, y: 50 }, { x: 20, y: 50 }, { x: 80, y: 52 }];
    stroked(mask, { opacity: 0.5 }, there);
    expect(mask.data[50 * 100 + 50]).toBe(128);
    stroked(mask, { opacity: 0.5 }, there);
    expect(mask.data[50 * 100 + 50]).toBe(192);
  });

  it("falls from its core to its edge without a step when it is soft", () => {
    const mask = stroked(new Mask({ width: 101, height: 101 }, "mask"), { size: 80, hardness: 0.25 }, [{ x: 50.5, y: 50.5 }]);
    const line = [...mask.data.subarray(50 * 101 + 50, 51 * 101)];
    expect(line[0]).toBe(255);
    expect(line[9]).toBe(255);
    expect(line[41]).toBe(0);
    for (let at = 1; at < line.length; at++) {
      expect(line[at]!).toBeLessThanOrEqual(line[at - 1]!);
      expect(line[at - 1]! - line[at]!).toBeLessThan(16);
    }
  });

  it("erases what it painted, wholly", () => {
    const mask = new Mask(room, "mask");
    const way = [{ x: 30, y: 30 }, { x: 250, y: 200 }];
    stroked(mask, { size: 30 }, way);
    stroked(mask, { size: 34, value: 0 }, way);
    expect(mask.empty).toBe(true);
  });

  it("grows thinner, and paler if wanted, under a light pen", () => {
    const way = [{ x: 30, y: 100, pressure: 0.2 }, { x: 270, y: 100, pressure: 1 }];
    const width = (mask: Mask, x: number) => Array.from({ length: room.height }, (_, y) => mask.data[y * room.width + x]!).filter((value) => value > 127).length;
    const thin = stroked(new Mask(room, "mask"), { size: 60, pressure: { size: true, opacity: false } }, way);
    expect(width(thin, 32)).toBeLessThan(16);
    expect(width(thin, 268)).toBeGreaterThan(56);
    const pale = stroked(new Mask(room, "mask"), { size: 60, pressure: { size: false, opacity: true } }, way);
    expect(pale.data[100 * room.width + 40]).toBeLessThan(80);
    expect(pale.data[100 * room.width + 268]).toBeGreaterThan(250);
  });
});

describe("a shape", () => {
  it("is exactly the rectangle between two corners, whichever comes first", () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const mask = new Mask(room, "mask");
        mask.shape(rectangle(a, b), 255);
        const [left, right] = [a.x, b.x].map(Math.round).sort((one, other) => one - other) as [number, number];
        const [top, bottom] = [a.y, b.y].map(Math.round).sort((one, other) => one - other) as [number, number];
        expect(wrong(mask, 0, (x, y) => (x >= left && x < right && y >= top && y < bottom ? 255 : 0))).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it("covers of each pixel what an ellipse covers of it", () => {
    const mask = new Mask(room, "mask");
    mask.shape(ellipse({ x: 20, y: 30 }, { x: 221, y: 130 }, false), 255);
    const inside = (x: number, y: number) => ((x - 120.5) / 100.5) ** 2 + ((y - 80) / 50) ** 2 < 1;
    const hits = (x: number, y: number) => {
      let count = 0;
          for (let i = 0; i < 16; i++) for (let j = 0; j < 16; j++) if (inside(x + (i + 0.5) / 16, y + (j + 0.5) / 16)) count++;
      return count;
    };
    const near = (x: number, y: number) => x > 15 && x < 226 && y > 25 && y < 135;
    expect(wrong(mask, 14, (x, y) => (near(x, y) ? (hits(x, y) / 256) * 255 : 0))).toEqual([]);
    const area = mask.data.reduce((sum, value) => sum + value, 0) / 255;
    expect(Math.abs(area - Math.PI * 100.5 * 50)).toBeLessThan(6);
  });

  it("fills what the lasso goes round, as a test of each pixel's middle says", () => {
    const winding = (points: readonly Point[], x: number, y: number) =>
      points.reduce((sum, a, index) => {
        const b = points[(index + 1) % points.length]!;
        if (a.y <= y === b.y <= y) return sum;
        return a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x) < x ? sum + (a.y < b.y ? 1 : -1) : sum;
      }, 0);
    fc.assert(
      fc.property(fc.array(place, { minLength: 3, maxLength: 9 }), (points) => {
        const mask = new Mask(room, "trimap");
        mask.shape(lasso(points, mask, true), 255);
        expect(wrong(mask, 0, (x, y) => (toLine(x, y, points, true) < 1e-6 ? null : winding(points, x + 0.5, y + 0.5) === 0 ? 128 : 255))).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it("has the area of its polygon when its edge is soft", () => {
    const mask = new Mask(room, "mask");
    mask.shape(lasso([{ x: 10.3, y: 10.1 }, { x: 250.7, y: 40.2 }, { x: 100.5, y: 240.9 }], mask, false), 255);
    const area = mask.data.reduce((sum, value) => sum + value, 0) / 255;
    const exact = Math.abs((250.7 - 10.3) * (240.9 - 10.1) - (100.5 - 10.3) * (40.2 - 10.1)) / 2;
    expect(Math.abs(area - exact)).toBeLessThan(8);
  });
});
