import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, boxIn, middling, moved, pulled, type Grip } from "./box";

const image = { width: 300, height: 200 };
const edge = fc.constantFrom<-1 | 0 | 1>(-1, 0, 1);
const far = fc.integer({ min: -1000, max: 1000 });
const point = fc.record({ x: fc.double({ min: -500, max: 800, noNaN: true }), y: fc.double({ min: -500, max: 800, noNaN: true }) });

function within(box: { x: number; y: number; width: number; height: number }): boolean {
  return [box.x, box.y, box.width, box.height].every(Number.isInteger) && box.x >= 0 && box.y >= 0 && box.width >= 1 && box.height >= 1 && box.x + box.width <= image.width && box.y + box.height <= image.height;
}

describe("a box on a picture", () => {
  it("is of whole pixels within the picture, wherever it is drawn", () => {
    fc.assert(fc.property(point, point, (one, other) => within(between(one, other, image))));
  });

  it("stays within the picture, however it is pulled", () => {
    fc.assert(
      fc.property(point, point, edge, edge, far, far, (one, other, across, down, dx, dy) => {
        const grip: Grip = { across, down };
        return within(pulled(between(one, other, image), grip, dx, dy, image));
      }),
    );
  });

  it("keeps its size when it is moved against the edge", () => {
    expect(moved({ x: 10, y: 10, width: 50, height: 40 }, 1000, -1000, image)).toEqual({ x: 250, y: 0, width: 50, height: 40 });
  });

  it("turns over when an edge is pulled across the opposite one", () => {
    expect(pulled({ x: 100, y: 50, width: 20, height: 20 }, { across: 1, down: 0 }, -60, 0, image)).toEqual({ x: 60, y: 50, width: 40, height: 20 });
  });

  it("begins in the middle and is read only from what is one", () => {
    expect(middling(image)).toEqual({ x: 30, y: 20, width: 240, height: 160 });
    expect([boxIn(null), boxIn({ x: 1 }), boxIn({ x: 1, y: 2, width: 3, height: 4 })]).toEqual([null, null, { x: 1, y: 2, width: 3, height: 4 }]);
  });
});
