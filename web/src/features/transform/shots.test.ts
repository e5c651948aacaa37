import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthOf, moved, shotsOf, valuesOf } from "./shots";

const shot = fc.record({ image: fc.uuid(), seconds: fc.double({ min: 0.5, max: 20, noNaN: true }), then: fc.constantFrom("cut", "fade") });

describe("a sequence", () => {
  it("is the same in the form and out of it", () => {
    fc.assert(
      fc.property(fc.array(shot, { maxLength: 9 }), (shots) => {
        const values = valuesOf(shots);
        expect(values["transitions"]).toHaveLength(Math.max(0, shots.length - 1));
        const again = shotsOf({ ...values, transition: shots.at(-1)?.then ?? "fade" });
        expect(again).toEqual(shots);
      }),
    );
  });

  it("keeps all its pictures, whatever is moved where", () => {
    fc.assert(
      fc.property(fc.array(shot, { minLength: 1, maxLength: 9 }), fc.nat(8), fc.integer({ min: -3, max: 12 }), (shots, from, to) => {
        fc.pre(from < shots.length);
        const after = moved(shots, from, to);
        expect(new Set(after)).toEqual(new Set(shots));
        expect(after[Math.min(shots.length - 1, Math.max(0, to))]).toBe(shots[from]);
      }),
    );
  });

  it("is as long as all its pictures; where nothing is told one by one, all are alike", () => {
    const shots = shotsOf({ images: ["a", "b"], seconds: 2.5, transition: "wipe" });
    expect(lengthOf(shots)).toBe(5);
    expect(shots.map((one) => one.then)).toEqual(["wipe", "wipe"]);
  });
});
