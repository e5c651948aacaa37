import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coded, decoded, Sequence } from "./sequence";

const bytes = (length: number, from = 0) => Uint8Array.from({ length }, (_, index) => (from + index * 37) % 256);

describe("a ratio in a byte", () => {
  it("is right to about one hundredth", () => {
    fc.assert(
      fc.property(fc.double({ min: 1 / 16, max: 15, noNaN: true }), (ratio) => {
        const found = decoded(Uint8Array.of(coded(ratio)))[0]!;
        expect(Math.abs(found / ratio - 1)).toBeLessThan(0.0111);
      }),
    );
  });

  it("is exact for a square", () => {
    expect(decoded(Uint8Array.of(coded(1)))[0]).toBe(1);
  });
});

describe("a sequence", () => {
  it("keeps every position while pictures come and go", () => {
    const list = new Sequence(bytes(500));
    const later = list.without([3, 4, 250]).topped(bytes(2, 99));
    expect(later.total).toBe(499);
    expect(later.position(0)).toBe(-2);
    expect(later.position(2)).toBe(0);
    expect(later.position(5)).toBe(5);
    expect(later.index(5)).toBe(5);
    expect(later.shows(4)).toBe(false);
    expect(later.shows(-1)).toBe(true);
  });

  it("is the same again after an undo", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 299 })), (some) => {
        const list = new Sequence(bytes(300));
        const back = list.without(some).with(some);
        expect(back.bytes).toEqual(list.bytes);
        expect(list.without(some).total).toBe(300 - some.length);
      }),
    );
  });

  it("index and position are each other's reverse", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 99 })), fc.integer({ min: 0, max: 20 }), (gone, more) => {
        const list = new Sequence(bytes(100)).without(gone).topped(bytes(more));
        for (let index = 0; index < list.total; index += 1) expect(list.index(list.position(index))).toBe(index);
      }),
    );
  });

  it("keeps only those that are spared", () => {
    const list = new Sequence(bytes(100)).topped(bytes(3)).only([-1, 7]);
    expect([list.position(0), list.position(1)]).toEqual([-1, 7]);
    expect(list.total).toBe(2);
  });

  it("knows itself with new ones on top, and nothing else", () => {
    const list = new Sequence(bytes(300)).without([10]);
    const fresh = new Uint8Array(301);
    fresh.set([1, 2]);
    fresh.set(list.bytes, 2);
    expect(list.grown(list.bytes)).toBe(0);
    expect(list.grown(fresh)).toBe(2);
    expect(list.grown(bytes(300))).toBeNull();
    expect(list.grown(bytes(10))).toBeNull();
  });
});
