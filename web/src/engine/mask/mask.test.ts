import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { History, difference, toggle } from "./history";
import { Mask } from "./mask";
import { type Bytes, whole } from "./plane";
import { Pyramid } from "./pyramid";
import { ellipse, lasso, rectangle } from "./shapes";
import type { Brush } from "./stroke";

const BRUSH: Brush = { value: 255, size: 20, hardness: 1, opacity: 1, aliased: false, pressure: { size: false, opacity: false } };
vi.setConfig({ testTimeout: 60_000 });

const size = fc.record({ width: fc.integer({ min: 1, max: 600 }), height: fc.integer({ min: 1, max: 300 }) });
const point = fc.record({ x: fc.double({ min: -40, max: 640, noNaN: true }), y: fc.double({ min: -40, max: 340, noNaN: true }) });

type Act = (mask: Mask) => void;
const act: fc.Arbitrary<Act> = fc.oneof(
  fc
    .record({ points: fc.array(point, { minLength: 1, maxLength: 4 }), size: fc.integer({ min: 1, max: 90 }), hardness: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.constantFrom(0, 255) })
    .map(({ points, ...brush }): Act => (mask) => {
      const pen = mask.stroke({ ...BRUSH, ...brush, opacity: 0.7 });
      for (const at of points) pen.add({ ...at, pressure: 1 });
      pen.end();
    }),
  fc.tuple(point, point, fc.constantFrom(0, 255)).map(([a, b, value]): Act => (mask) => mask.shape(rectangle(a, b), value)),
  fc.tuple(point, point).map(([a, b]): Act => (mask) => mask.shape(ellipse(a, b, mask.mode === "trimap"), 255)),
  fc.array(point, { minLength: 3, maxLength: 6 }).map((points): Act => (mask) => mask.shape(lasso(points, mask, mask.mode === "trimap"), 255)),
  fc.constant<Act>((mask) => mask.invert()),
  fc.constant<Act>((mask) => mask.clear()),
);

function counted(mask: Mask): number {
  let painted = 0;
  for (const value of mask.data) if (value !== mask.ground) painted++;
  return painted / mask.data.length;
}

describe("a mask", () => {
  it("comes back byte for byte through undo and redo, after any sequence", () => {
    fc.assert(
      fc.property(size, fc.array(act, { maxLength: 8 }), fc.constantFrom("mask" as const, "trimap" as const), (room, acts, mode) => {
        const mask = new Mask(room, mode);
        const states: Bytes[] = [mask.data.slice()];
        for (const perform of acts) {
          const steps = mask.history.length;
          perform(mask);
          if (mask.history.length > steps) states.push(mask.data.slice());
          else expect(Buffer.compare(mask.data, states.at(-1)!)).toBe(0);
        }
        for (let index = states.length - 2; index >= 0; index--) {
          mask.undo();
          expect(Buffer.compare(mask.data, states[index]!)).toBe(0);
          expect(mask.coverage).toBe(counted(mask));
        }
        expect(mask.empty).toBe(true);
        for (const state of states.slice(1)) {
          mask.redo();
          expect(Buffer.compare(mask.data, state)).toBe(0);
          expect(mask.coverage).toBe(counted(mask));
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is what it was when it is inverted twice", () => {
    fc.assert(
      fc.property(size, fc.array(act, { maxLength: 4 }), fc.constantFrom("mask" as const, "trimap" as const), (room, acts, mode) => {
        const mask = new Mask(room, mode);
        for (const perform of acts) perform(mask);
        const before = mask.data.slice();
        mask.invert();
        mask.invert();
        expect(Buffer.compare(mask.data, before)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it("leaves the undecided of a trimap undecided when it is inverted", () => {
    const mask = new Mask({ width: 40, height: 10 }, "trimap");
    mask.shape(rectangle({ x: 0, y: 0 }, { x: 10, y: 10 }), 255);
    mask.shape(rectangle({ x: 20, y: 0 }, { x: 30, y: 10 }), 0);
    mask.invert();
    expect([...mask.data.subarray(0, 40)]).toEqual([...Array<number>(10).fill(0), ...Array<number>(10).fill(128), ...Array<number>(10).fill(255), ...Array<number>(10).fill(128)]);
  });

  it("has three values only when it is a trimap, whatever is loaded or painted", () => {
    const mask = new Mask({ width: 256, height: 4 }, "trimap");
    mask.load(Uint8Array.from({ length: 1024 }, (_, at) => at & 255));
    const pen = mask.stroke({ ...BRUSH, hardness: 0, opacity: 0.3, size: 3 });
    pen.add({ x: 5, y: 2, pressure: 0.5 });
    pen.end();
    expect(new Set(mask.data)).toEqual(new Set([0, 128, 255]));
    expect([mask.data[95], mask.data[96], mask.data[160], mask.data[161]]).toEqual([0, 128, 128, 255]);
  });

  it("forgets a cancelled stroke and keeps no step for it", () => {
    const mask = new Mask({ width: 700, height: 300 }, "mask");
    mask.shape(rectangle({ x: 10, y: 10 }, { x: 300, y: 200 }), 255);
    const before = mask.data.slice();
    const pen = mask.stroke({ ...BRUSH, value: 0, size: 80 });
    pen.add({ x: 20, y: 20, pressure: 1 });
    pen.add({ x: 600, y: 250, pressure: 1 });
    pen.cancel();
    expect(Buffer.compare(mask.data, before)).toBe(0);
    expect(mask.history.length).toBe(1);
  });

  it("takes a new way after an undo, and forgets the old one", () => {
    const mask = new Mask({ width: 64, height: 64 }, "mask");
    mask.shape(rectangle({ x: 0, y: 0 }, { x: 8, y: 8 }), 255);
    mask.undo();
    mask.shape(rectangle({ x: 8, y: 8 }, { x: 9, y: 9 }), 255);
    expect(mask.history.canRedo).toBe(false);
    mask.redo();
    expect(mask.data.reduce((sum, value) => sum + value, 0)).toBe(255);
  });

  it("does not make a step of what changes nothing", () => {
    const mask = new Mask({ width: 64, height: 64 }, "mask");
    mask.shape(rectangle({ x: 4, y: 4 }, { x: 8, y: 8 }), 0);
    mask.clear();
    expect(mask.history.canUndo).toBe(false);
    mask.fill(255);
    mask.shape(rectangle({ x: 4, y: 4 }, { x: 8, y: 8 }), 255);
    expect(mask.history.length).toBe(1);
  });

  it("works on one pixel and on the narrowest pictures", () => {
    for (const room of [{ width: 1, height: 1 }, { width: 5000, height: 100 }, { width: 1, height: 3000 }, { width: 1500, height: 500 }]) {
      const mask = new Mask(room, "mask");
      const pen = mask.stroke({ ...BRUSH, size: 4 });
      pen.add({ x: 0.5, y: 0.5, pressure: 1 });
      pen.add({ x: room.width - 0.5, y: room.height - 0.5, pressure: 1 });
      pen.end();
      expect(mask.data[0]).toBe(255);
      expect(mask.data.at(-1)).toBe(255);
      mask.fill(255);
      expect(mask.coverage).toBe(1);
      while (mask.history.canUndo) mask.undo();
      expect(mask.empty).toBe(true);
    }
  });

  it("keeps five hundred ordinary strokes on a large picture in a fraction of its memory", () => {
    const mask = new Mask({ width: 3000, height: 2000 }, "mask");
    for (let stroke = 0; stroke < 520; stroke++) {
      const pen = mask.stroke({ ...BRUSH, size: 60, hardness: 0.5 });
      const x = (stroke * 137) % 2800;
      const y = (stroke * 71) % 1900;
      for (let at = 0; at < 10; at++) pen.add({ x: x + at * 20, y: y + ((at * at) % 30), pressure: 1 });
      pen.end();
    }
    expect(mask.history.length).toBeGreaterThanOrEqual(500);
    expect(mask.history.bytes).toBeLessThan(64 * 1024 * 1024);
  });
});

describe("the history", () => {
  it("turns a tile into the other and back, whatever the two are", () => {
    const tile = fc.uint8Array({ minLength: 1, maxLength: 2000 }) as fc.Arbitrary<Bytes>;
    fc.assert(
      fc.property(tile, fc.array(fc.tuple(fc.nat(1999), fc.nat(1999), fc.nat(255)), { maxLength: 6 }), (before, changes) => {
        const after = before.slice();
        for (const [from, to, value] of changes) after.fill(value, from, to);
        const packed = difference(before, after);
        if (packed === null) return Buffer.compare(after, before) === 0;
        const work = before.slice();
        toggle(work, packed);
        expect(Buffer.compare(work, after)).toBe(0);
        toggle(work, packed);
        return Buffer.compare(work, before) === 0;
      }),
    );
  });

  it("packs noise with hardly a byte more, and one value into four", () => {
    const noise = Uint8Array.from({ length: 65536 }, (_, at) => (Math.imul(at, 2654435761) >>> 13) & 255);
    expect(difference(new Uint8Array(65536), noise)!.length).toBeLessThan(65536 * 1.05);
    expect(difference(new Uint8Array(65536), new Uint8Array(65536).fill(255))!.length).toBeLessThanOrEqual(4);
  });

  it("drops the oldest when its memory is full", () => {
    const history = new History(1000);
    for (let step = 0; step < 20; step++) history.record(new Map([[step, new Uint8Array(100)]]));
    expect(history.bytes).toBeLessThanOrEqual(1000);
    expect(history.length).toBe(4);
    expect([...history.undo()!.keys()]).toEqual([19]);
  });
});

describe("the pyramid", () => {
  it("is the same after small changes as when it is built anew", () => {
    fc.assert(
      fc.property(fc.record({ width: fc.integer({ min: 1, max: 2300 }), height: fc.integer({ min: 1, max: 700 }) }), fc.array(act, { minLength: 1, maxLength: 4 }), (room, acts) => {
        const mask = new Mask(room, "mask");
        const kept = new Pyramid(mask);
        mask.listen((dirty) => kept.mark(dirty));
        kept.level(kept.depth - 1);
        for (const perform of acts) {
          perform(mask);
          kept.level(Math.min(1, kept.depth - 1));
        }
        const anew = new Pyramid(mask);
        for (let index = 0; index < kept.depth; index++) expect(Buffer.compare(kept.level(index).data, anew.level(index).data)).toBe(0);
        expect(whole(kept.level(kept.depth - 1)).width).toBeLessThanOrEqual(512);
      }),
      { numRuns: 10 },
    );
  });
});
