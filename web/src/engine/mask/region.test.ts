import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { alike, emptied, filled, recoloured } from "./flood";
import { feathered, grown, shrunk } from "./morph";
import type { Bytes, Plane } from "./plane";
import { decoded, encoded } from "./png";
import { isMultiple, nearest, smooth } from "./resample";

vi.setConfig({ testTimeout: 60_000 });

/** Blobs and noise, of all values. */
const plane: fc.Arbitrary<Plane> = fc
  .record({ width: fc.integer({ min: 1, max: 26 }), height: fc.integer({ min: 1, max: 20 }), spots: fc.array(fc.tuple(fc.nat(26), fc.nat(20), fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 60, 127, 128, 200, 250, 255)), { maxLength: 8 }) })
  .map(({ width, height, spots }) => {
    const data = new Uint8Array(width * height);
    for (const [cx, cy, radius, value] of spots) {
      for (let at = 0; at < data.length; at++) if (Math.hypot((at % width) - cx, Math.floor(at / width) - cy) <= radius) data[at] = value;
    }
    return { width, height, data };
  });

const neighbours = (at: number, { width, height }: Plane) => [
  ...(at % width > 0 ? [at - 1] : []),
  ...(at % width < width - 1 ? [at + 1] : []),
  ...(at >= width ? [at - width] : []),
  ...(at < width * (height - 1) ? [at + width] : []),
];

const corners = (at: number, over: Plane) => neighbours(at, over).flatMap((beside) => [beside, ...neighbours(beside, over)]);

/** All that can be reached from one pixel by allowed moves. */
function reachable(over: Plane, start: number, allowed: (from: number, to: number) => boolean, around = neighbours): Set<number> {
  const found = new Set([start]);
  for (const at of found) for (const next of around(at, over)) if (allowed(at, next)) found.add(next);
  return found;
}

function brute(over: Plane, radius: number, better: (a: number, b: number) => number): Bytes {
  return over.data.map((own, at) => {
    let best = own;
    const x = at % over.width;
    const y = Math.floor(at / over.width);
    over.data.forEach((value, other) => {
      if (Math.hypot((other % over.width) - x, Math.floor(other / over.width) - y) <= radius) best = better(best, value);
    });
    return best;
  });
}

describe("growing and shrinking", () => {
  it("takes the largest and the smallest value within the radius", () => {
    fc.assert(
      fc.property(plane, fc.constantFrom(0, 1, 1.5, 2, 3, 5, 8), (over, radius) => {
        expect(Buffer.compare(grown(over, radius), brute(over, radius, Math.max))).toBe(0);
        expect(Buffer.compare(shrunk(over, radius), brute(over, radius, Math.min))).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it("goes across the borders of tiles", () => {
    const over: Plane = { width: 600, height: 300, data: new Uint8Array(180000) };
    over.data[255 * 600 + 255] = 255;
    const out = grown(over, 20);
    expect(Buffer.compare(out, out.map((_, at) => (Math.hypot((at % 600) - 255, Math.floor(at / 600) - 255) <= 20 ? 255 : 0)))).toBe(0);
  });

  it("does not shrink at the picture's own edge", () => {
    const over: Plane = { width: 20, height: 10, data: new Uint8Array(200).fill(255) };
    expect(shrunk(over, 4).every((value) => value === 255)).toBe(true);
  });
});

describe("feathering", () => {
  it("makes a ramp of about the radius to either side and keeps the middle", () => {
    const over: Plane = { width: 200, height: 200, data: new Uint8Array(40000) };
    for (let at = 0; at < 40000; at++) over.data[at] = at % 200 < 100 ? 255 : 0;
    const row = [...feathered(over, 16).subarray(100 * 200, 101 * 200)];
    expect(row[0]).toBe(255);
    expect(row[199]).toBe(0);
    expect(row[99]! + row[100]!).toBeCloseTo(255, -1);
    expect(row[99 - 16]).toBeGreaterThan(245);
    expect(row[100 + 16]).toBeLessThan(10);
    expect(row[92]).toBeLessThan(235);
    for (let x = 1; x < 200; x++) expect(row[x]!).toBeLessThanOrEqual(row[x - 1]!);
  });

  it("leaves an even mask as it is, and one pixel too", () => {
    for (const value of [0, 255]) {
      expect([...feathered({ width: 1, height: 1, data: Uint8Array.of(value) }, 9)]).toEqual([value]);
      expect(feathered({ width: 31, height: 7, data: new Uint8Array(217).fill(value) }, 20).every((here) => here === value)).toBe(true);
    }
  });
});

describe("filling", () => {
  it("fills the unmasked region, climbs its soft edges, and nothing else", () => {
    fc.assert(
      fc.property(plane, fc.nat(), (over, pick) => {
        const start = pick % over.data.length;
        const out = filled(over, start % over.width, Math.floor(start / over.width));
        if (over.data[start]! >= 128) return Buffer.compare(out, over.data) === 0;
        const region = reachable(over, start, (_, to) => over.data[to]! < 128);
        const up = (from: number, to: number) => {
          const beside = Math.abs((from % over.width) - (to % over.width)) <= 1 && Math.abs(Math.floor(from / over.width) - Math.floor(to / over.width)) <= 1;
          const step = over.data[to]! - over.data[from]!;
          return beside && over.data[to]! >= 128 && (step > 0 || (step === 0 && over.data[to]! >= 240));
        };
        const wanted = new Set([...region].flatMap((at) => [...reachable(over, at, up, corners)]));
        return Buffer.compare(out, over.data.map((value, at) => (wanted.has(at) ? 255 : value))) === 0;
      }),
    );
  });

  it("removes a region as it would fill the inverse", () => {
    const over: Plane = { width: 5, height: 1, data: Uint8Array.of(0, 100, 255, 200, 0) };
    expect([...emptied(over, 2, 0)]).toEqual([0, 0, 0, 0, 0]);
    expect([...emptied(over, 0, 0)]).toEqual([...over.data]);
  });

  it("recolours what has exactly the same value", () => {
    fc.assert(
      fc.property(plane, fc.nat(), (over, pick) => {
        const start = pick % over.data.length;
        const wanted = reachable(over, start, (_, to) => over.data[to] === over.data[start]);
        const out = recoloured(over, start % over.width, Math.floor(start / over.width), 77);
        expect(Buffer.compare(out, over.data.map((value, at) => (wanted.has(at) ? 77 : value)))).toBe(0);
      }),
    );
  });
});

describe("the wand", () => {
  it("selects by colour, connected or everywhere", () => {
    fc.assert(
      fc.property(plane, fc.nat(), fc.nat(140), fc.boolean(), (over, pick, tolerance, contiguous) => {
        const start = pick % over.data.length;
        const rgba = new Uint8ClampedArray(over.data.length * 4);
        over.data.forEach((value, at) => rgba.set([value, 255 - value, 90, 255], at * 4));
        const near = (at: number) => Math.abs(over.data[at]! - over.data[start]!) <= tolerance;
        const connected = reachable(over, start, (_, to) => near(to));
        const out = alike(rgba, over, start % over.width, Math.floor(start / over.width), tolerance, contiguous);
        expect(Buffer.compare(out, over.data.map((_, at) => ((contiguous ? connected.has(at) : near(at)) ? 255 : 0)))).toBe(0);
      }),
    );
  });

  it("goes through a comb of a megapixel without losing its way", () => {
    const size = { width: 1200, height: 900 };
    const rgba = new Uint8ClampedArray(size.width * size.height * 4);
    const wall = (at: number) => (at % size.width) % 7 === 3 && Math.floor(at / size.width) !== ((at % size.width) % 2 === 0 ? 0 : size.height - 1);
    for (let at = 0; at < size.width * size.height; at++) rgba[at * 4] = wall(at) ? 200 : 20;
    const out = alike(rgba, size, 0, 450, 30, true);
    expect(Buffer.compare(out, out.map((_, at) => (wall(at) ? 0 : 255)))).toBe(0);
  });
});

describe("the PNG of a mask", () => {
  const random: fc.Arbitrary<Plane> = fc.record({ width: fc.integer({ min: 1, max: 70 }), height: fc.integer({ min: 1, max: 40 }), seed: fc.nat() }).map(({ width, height, seed }) => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height }, (_, at) => (Math.imul(at + seed, 2654435761) >>> 20) & 255),
  }));

  it("is read by another reader to the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(random, async (over) => {
        const file = Buffer.from(await (await encoded(over)).arrayBuffer());
        expect(file.readUInt32BE(16)).toBe(over.width);
        expect(file.readUInt32BE(20)).toBe(over.height);
        expect([...file.subarray(24, 29)]).toEqual([8, 0, 0, 0, 0]);
        const packed: Buffer[] = [];
        for (let at = 8; at < file.length; at += file.readUInt32BE(at) + 12) {
          if (file.toString("latin1", at + 4, at + 8) === "IDAT") packed.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
        }
        const raw = inflateSync(Buffer.concat(packed));
        const out = new Uint8Array(over.data.length);
        for (let y = 0; y < over.height; y++) {
          expect(raw[y * (over.width + 1)]).toBe(2);
          for (let x = 0; x < over.width; x++) out[y * over.width + x] = raw[y * (over.width + 1) + 1 + x]! + (y > 0 ? out[(y - 1) * over.width + x]! : 0);
        }
        expect(Buffer.compare(out, over.data)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it("comes back byte for byte, over several bands too", async () => {
    const large: Plane = { width: 3001, height: 1201, data: Uint8Array.from({ length: 3001 * 1201 }, (_, at) => (at >> 9) & 255) };
    const back = await decoded(await encoded(large));
    expect(back).not.toBeNull();
    expect([back!.width, back!.height]).toEqual([3001, 1201]);
    expect(Buffer.compare(back!.data, large.data)).toBe(0);
  });

  it("reads the other filters as well", async () => {
    const rows = [[0, 1, 2, 3, 4], [1, 1, 1, 1, 1], [2, 5, 5, 5, 5], [3, 9, 9, 9, 9], [4, 7, 7, 7, 7]];
    const blank = await encoded({ width: 4, height: 5, data: new Uint8Array(20) });
    const bytes = Buffer.from(await blank.arrayBuffer());
    const body = deflateSync(Buffer.from(rows.flat()));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    const file = Buffer.concat([bytes.subarray(0, 33), length, Buffer.from("IDAT"), body, Buffer.alloc(4), bytes.subarray(-12)]);
    const back = await decoded(new Blob([file]));
    expect([...back!.data]).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 6, 7, 8, 9, 12, 18, 22, 24, 19, 26, 33, 40].map((value, at) => (at < 16 ? value : back!.data[at]!)));
    // Row 4 by hand: each is its guess (Paeth) plus 7.
    const above = [12, 18, 22, 24];
    const expected: number[] = [];
    above.forEach((up, x) => {
      const left = expected[x - 1] ?? 0;
      const corner = x > 0 ? above[x - 1]! : 0;
      const guess = left + up - corner;
      const by = [left, up, corner].map((value) => Math.abs(guess - value));
      expected.push((by[0]! <= by[1]! && by[0]! <= by[2]! ? left : by[1]! <= by[2]! ? up : corner) + 7);
    });
    expect([...back!.data.subarray(16)]).toEqual(expected);
  });

  it("says no to what is not one", async () => {
    expect(await decoded(new Blob(["no picture"]))).toBeNull();
    const bytes = new Uint8Array(await (await encoded({ width: 9, height: 9, data: new Uint8Array(81) })).arrayBuffer());
    expect(await decoded(new Blob([bytes.subarray(0, bytes.length - 20)]))).toBeNull();
    const colour = bytes.slice();
    colour[25] = 2;
    expect(await decoded(new Blob([colour]))).toBeNull();
  });
});

describe("another size", () => {
  it("repeats or picks pixels for whole multiples", () => {
    const over: Plane = { width: 2, height: 1, data: Uint8Array.of(10, 200) };
    expect([...nearest(over, { width: 4, height: 2 })]).toEqual([10, 10, 200, 200, 10, 10, 200, 200]);
    expect([...nearest({ width: 4, height: 2, data: nearest(over, { width: 4, height: 2 }) }, over)]).toEqual([10, 200]);
    expect(isMultiple({ width: 100, height: 50 }, { width: 300, height: 150 })).toBe(true);
    expect(isMultiple({ width: 100, height: 50 }, { width: 250, height: 125 })).toBe(false);
  });

  it("keeps an even plane even, and the mean of any, when it is smooth", () => {
    fc.assert(
      fc.property(plane, fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), (over, width, height) => {
        const out = smooth(over, { width, height });
        expect(Math.min(...out)).toBeGreaterThanOrEqual(Math.min(...over.data));
        expect(Math.max(...out)).toBeLessThanOrEqual(Math.max(...over.data));
      }),
    );
    expect([...smooth({ width: 2, height: 1, data: Uint8Array.of(0, 200) }, { width: 1, height: 1 })]).toEqual([100]);
    expect([...smooth({ width: 2, height: 1, data: Uint8Array.of(0, 200) }, { width: 4, height: 1 })]).toEqual([0, 50, 150, 200]);
  });
});
