import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cells, columnsFor, justified, led, touched, type Layout } from "./layout";

const ratios = fc.array(fc.double({ min: 1 / 16, max: 16, noNaN: true }), { minLength: 1, maxLength: 400 }).map((all) => Float32Array.from(all));
const measure = fc.record({ width: fc.integer({ min: 300, max: 2500 }), target: fc.integer({ min: 80, max: 400 }), gap: fc.integer({ min: 0, max: 12 }) });

const layouts = fc.oneof(
  fc.tuple(ratios, measure).map(([all, how]) => justified(all, how)),
  fc
    .record({ count: fc.integer({ min: 1, max: 400 }), width: fc.integer({ min: 200, max: 2000 }), columns: fc.integer({ min: 1, max: 9 }), gap: fc.integer({ min: 0, max: 12 }) })
    .map(({ count, ...how }) => cells(count, how)),
);

function rows(layout: Layout): number[][] {
  return Array.from({ length: layout.rows }, (_, row) => Array.from({ length: layout.start(row + 1) - layout.start(row) }, (_, at) => layout.start(row) + at));
}

describe("a layout", () => {
  it("has every picture in exactly one row, in order", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        expect(rows(layout).flat()).toEqual(Array.from({ length: layout.count }, (_, index) => index));
        for (const [row, members] of rows(layout).entries()) for (const index of members) expect(layout.rowOf(index)).toBe(row);
      }),
    );
  });

  it("lets no picture overlap another or leave the width", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        for (const members of rows(layout)) {
          let right = -Infinity;
          for (const index of members) {
            const rect = layout.rect(index);
            expect(rect.x).toBeGreaterThanOrEqual(Math.max(0, right));
            right = rect.x + rect.width;
          }
          expect(right).toBeLessThanOrEqual(layout.width + 1);
        }
        expect(layout.height).toBeCloseTo(layout.top(layout.rows - 1) + layout.tall(layout.rows - 1));
      }),
    );
  });

  it("finds the row at a height", () => {
    fc.assert(
      fc.property(layouts, fc.double({ min: 0, max: 1, noNaN: true }), (layout, part) => {
        const y = part * layout.height;
        const row = layout.rowAt(y);
        expect(layout.top(row)).toBeLessThanOrEqual(y);
        if (row + 1 < layout.rows) expect(layout.top(row + 1)).toBeGreaterThan(y);
      }),
    );
  });

  it("says what a rectangle touches as asking every picture would", () => {
    fc.assert(
      fc.property(layouts, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }), (layout, [a, b, c, d]) => {
        const box = { x: Math.min(a!, b!) * layout.width, width: Math.abs(a! - b!) * layout.width, y: Math.min(c!, d!) * layout.height, height: Math.abs(c! - d!) * layout.height };
        const found = touched(layout, box).flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at));
        const slow = Array.from({ length: layout.count }, (_, index) => index).filter((index) => {
          const rect = layout.rect(index);
          return rect.x <= box.x + box.width && rect.x + rect.width >= box.x && rect.y <= box.y + box.height && rect.y + rect.height >= box.y;
        });
        expect(found).toEqual(slow);
      }),
    );
  });

  it("is left by no key, and every picture is reached with the arrows", () => {
    fc.assert(
      fc.property(layouts, fc.nat(), fc.constantFrom("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"), (layout, seed, key) => {
        const index = seed % layout.count;
        const there = led(layout, index, key, 600)!;
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThan(layout.count);
        if (key === "ArrowDown" && layout.rowOf(index) < layout.rows - 1) expect(layout.rowOf(there)).toBe(layout.rowOf(index) + 1);
        if (key === "ArrowUp" && layout.rowOf(index) > 0) expect(layout.rowOf(there)).toBe(layout.rowOf(index) - 1);
      }),
    );
  });

  it("knows no other key", () => {
    expect(led(cells(3, { width: 300, columns: 3, gap: 0 }), 0, "x", 600)).toBeNull();
    expect(led(cells(0, { width: 300, columns: 3, gap: 0 }), 0, "End", 600)).toBeNull();
  });
});

describe("justified rows", () => {
  it("fill the width, but for the last one", () => {
    fc.assert(
      fc.property(ratios, measure, (all, how) => {
        const layout = justified(all, how);
        for (const members of rows(layout).slice(0, -1)) {
          const last = layout.rect(members.at(-1)!);
          expect(Math.abs(last.x + last.width - how.width)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("stay near the target where the pictures are of ordinary shapes", () => {
    const layout = justified(Float32Array.from({ length: 2000 }, (_, index) => [1, 1.5, 0.67, 1.78, 0.8][(index * 7) % 5]!), { width: 1400, target: 200, gap: 8 });
    for (let row = 0; row < layout.rows - 1; row += 1) {
      expect(layout.tall(row)).toBeGreaterThan(150);
      expect(layout.tall(row)).toBeLessThan(260);
    }
  });

  it("are laid for a hundred thousand pictures within a frame or two", () => {
    const many = Float32Array.from({ length: 100_000 }, (_, index) => 0.6 + ((index * 2654435761) % 1000) / 700);
    const times = Array.from({ length: 8 }, (_, round) => {
      const begun = performance.now();
      justified(many, { width: 1300 + round, target: 190, gap: 8 });
      return performance.now() - begun;
    });
    expect(Math.min(...times)).toBeLessThan(40);
  });

  it("are none for no pictures", () => {
    expect(justified(new Float32Array(), { width: 900, target: 200, gap: 8 })).toMatchObject({ rows: 0, height: 0 });
  });
});

it("as many columns stand side by side as come closest to the size", () => {
  expect(columnsFor(390, 126, 4)).toBe(3);
  expect(columnsFor(50, 200, 8)).toBe(1);
});
