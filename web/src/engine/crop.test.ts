import { describe, expect, it } from "vitest";
import { around, behind, caught, centred, CLOSEST, enlarged, held, largest, meets, moved, nearness, rounded, shown, zoomed, type Box } from "./crop";

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
    near(shown(null, wide, { width: 1000, height: 1000 }, false).frame, [0, 1 / 6, 1, 2 / 3]);
    near(shown(null, wide, { width: 3000, height: 1000 }, false).frame, [0.25, 0, 0.5, 1]);
    // What is too small stands at its own size, unless it may grow.
    near(shown(null, { width: 100, height: 100 }, { width: 400, height: 200 }, false).frame, [0.375, 0.25, 0.25, 0.5]);
    near(shown(null, { width: 100, height: 100 }, { width: 400, height: 200 }, true).frame, [0.25, 0, 0.5, 1]);
  });

  it("shows as much as there is room for where the part is too small", () => {
    const box = centred(wide, 1);
    expect(shown(box, wide, { width: 1080, height: 1080 }, false)).toEqual({ part: box, frame: [0, 0, 1, 1] });
    const { part, frame } = shown(box, wide, { width: 4000, height: 4000 }, false);
    near(part, [0, 0, 1, 1]);
    near(frame, [0.125, 0.25, 0.75, 0.5]);
    expect(shown(box, wide, { width: 4000, height: 4000 }, true).part).toBe(box);
    const small = zoomed(box, wide, 1, 4);
    near(shown(small, wide, { width: 1000, height: 1000 }, false).part, [1 / 3, 0.25, 1 / 3, 0.5]);
  });

  it("is said to the page and to the server", () => {
    expect(behind([0.25, 0, 0.5, 1])).toEqual({ left: "-50%", top: "0%", width: "200%", height: "100%" });
    const [x, y, width, height] = rounded([1 / 3, 0, 2 / 3, 1]);
    expect(x + width).toBeLessThanOrEqual(1);
    expect([x, y, height]).toEqual([0.333333, 0, 1]);
  });
});
