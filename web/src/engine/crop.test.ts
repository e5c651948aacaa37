import { describe, expect, it } from "vitest";
import { around, behind, caught, centred, CLOSEST, enlarged, fitted, held, largest, meets, moved, nearness, rounded, zoomed, type Box } from "./crop";

const wide = { width: 3000, height: 2000 };
const near = (box: Box, wanted: readonly number[]) => box.forEach((value, index) => expect(value).toBeCloseTo(wanted[index]!, 9));
const shape = (box: Box) => (box[2] * wide.width) / (box[3] * wide.height);

describe("a crop", () => {
  it("is as large as its shape allows", () => {
    near([0, 0, ...largest(wide, 1)], [0, 0, 2 / 3, 1]);
    near([0, 0, ...largest(wide, 3)], [0, 0, 1, 0.5]);
    near(centred(wide, 1), [1 / 6, 0, 2 / 3, 1]);
  });

  it("lies around its point, and inside of the picture", () => {
    near(around(wide, 1, [0.6, 0.2]), [0.6 - 1 / 3, 0, 2 / 3, 1]);
    near(around(wide, 1, [0.95, 0.5]), [1 / 3, 0, 2 / 3, 1]);
    near(moved(centred(wide, 1), -5, 1), [0, 0, 2 / 3, 1]);
  });

  it("keeps its shape and the point under the hand when it is zoomed", () => {
    const begun = centred(wide, 4 / 5);
    const at: [number, number] = [0.25, 0.75];
    const nearer = zoomed(begun, wide, 4 / 5, 2, at);
    expect(shape(nearer)).toBeCloseTo(4 / 5, 9);
    expect(nearness(nearer, wide, 4 / 5)).toBeCloseTo(2, 9);
    for (const axis of [0, 1] as const) expect(nearer[axis] + nearer[(axis + 2) as 2] * at[axis]).toBeCloseTo(begun[axis] + begun[(axis + 2) as 2] * at[axis], 9);
    near(zoomed(nearer, wide, 4 / 5, 0.001), [...around(wide, 4 / 5, [nearer[0] + nearer[2] / 2, 0.5])]);
    expect(nearness(zoomed(begun, wide, 4 / 5, 1e6), wide, 4 / 5)).toBeCloseTo(1 / CLOSEST, 9);
  });

  it("says how much it must be enlarged", () => {
    expect(enlarged(centred(wide, 1), wide, { width: 1080, height: 1080 })).toBe(1);
    expect(enlarged(zoomed(centred(wide, 1), wide, 1, 4), wide, { width: 1000, height: 1000 })).toBeCloseTo(2, 9);
    expect(enlarged(null, { width: 100, height: 50 }, { width: 200, height: 200 })).toBe(2);
    expect(enlarged(null, wide, { width: 200, height: 200 })).toBe(1);
  });

  it("knows what of a face it holds", () => {
    const box: Box = [0.25, 0, 0.5, 1];
    expect(held(box, [0.3, 0.3, 0.2, 0.2])).toBeCloseTo(1, 9);
    expect(held(box, [0.15, 0.3, 0.2, 0.2])).toBeCloseTo(0.5, 9);
    expect(held(box, [0, 0, 0.1, 0.1])).toBe(0);
    expect(meets(box, [0.74, 0.9, 0.2, 0.2])).toBe(true);
    expect(meets(box, [0.75, 0.9, 0.2, 0.2])).toBe(false);
  });

  it("is drawn to points that are near, on each axis by itself", () => {
    const found = caught([0.1, 0.49, 0.2, 0.2], [[0.5, 0.5], [0.21, 0.6]], [0.02, 0.02]);
    near(found.box, [0.11, 0.5, 0.2, 0.2]);
    expect([found.across, found.down]).toEqual([true, true]);
    const free = caught([0.1, 0.1, 0.2, 0.2], [[0.5, 0.5]], [0.02, 0.02]);
    near(free.box, [0.1, 0.1, 0.2, 0.2]);
    expect([free.across, free.down]).toEqual([false, false]);
    // The edge of the picture holds it back.
    expect(caught([0, 0, 0.2, 0.2], [[0.09, 0.1]], [0.02, 0.02])).toMatchObject({ across: false, down: true });
  });

  it("fits the whole picture into a frame", () => {
    near(fitted(wide, 1), [0, 1 / 6, 1, 2 / 3]);
    near(fitted(wide, 3), [0.25, 0, 0.5, 1]);
  });

  it("is said to the page and to the server", () => {
    expect(behind([0.25, 0, 0.5, 1])).toEqual({ left: "-50%", top: "0%", width: "200%", height: "100%" });
    const [x, y, width, height] = rounded([1 / 3, 0, 2 / 3, 1]);
    expect(x + width).toBeLessThanOrEqual(1);
    expect([x, y, height]).toEqual([0.333333, 0, 1]);
  });
});
