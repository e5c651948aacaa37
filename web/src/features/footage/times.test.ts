import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clock, frameAt, middleOf } from "./times";

describe("the clock of a player", () => {
  it("says minutes, seconds and parts of them", () => {
    expect(clock(63.25)).toBe("1:03.25");
    expect(clock(0)).toBe("0:00.00");
    expect(clock(59.999)).toBe("1:00.00");
    expect(clock(600, 0)).toBe("10:00");
    expect(clock(4.04, 1)).toBe("0:04.0");
  });

  it("comes back to the same picture at any rate", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(23.976, 24, 25, 29.97, 30, 60), (frame, fps) => {
        expect(frameAt(middleOf(frame, fps), fps, 20_001)).toBe(frame);
        // What the browser says of a picture is when it begins, a little more or less.
        expect(frameAt(frame / fps + 1e-6, fps, 20_001)).toBe(frame);
        expect(frameAt(frame / fps - 1e-6, fps, 20_001)).toBe(frame);
      }),
    );
    expect(frameAt(99, 24, 48)).toBe(47);
    expect(frameAt(-1, 24, 48)).toBe(0);
  });
});
