import { describe, expect, it } from "vitest";
import { shapesOf } from "./shapes";

const of = (id: string, width: number, height: number) => ({ id, width, height });
const pad = () => "pad" as const;
const size = { width: 2400, height: 1600 };

describe("the pictures that are extended", () => {
  it("are one for all formats of a shape, and none where the shape is the picture's", () => {
    const shapes = shapesOf([of("story", 1080, 1920), of("square", 1080, 1080), of("reel", 720, 1280), of("pin", 1085, 1920), of("same", 1200, 800)], size, pad);
    expect(shapes.map(({ formats, input }) => [formats.map(({ id }) => id), input.ratio])).toEqual([
      [["story", "reel", "pin"], "1080:1920"],
      [["square"], "1080:1080"],
    ]);
  });

  it("go on until there are pixels enough, unless it may be enlarged", () => {
    const small = { width: 700, height: 500 };
    const wanted = [of("square", 1080, 1080), of("story", 1080, 1920), of("badge", 400, 400)];
    const shapes = shapesOf(wanted, small, pad);
    // What is too small is extended further: it shares no picture with what is not.
    expect(shapes.map(({ formats }) => formats.map(({ id }) => id))).toEqual([["square"], ["story"], ["badge"]]);
    expect(shapes[0]!.input).toEqual({ ratio: null, left: 190, top: 290, right: 190, bottom: 290 });
    const { left, right, top, bottom } = shapes[1]!.input;
    expect([700 + left + right, 500 + top + bottom]).toEqual([1080, 1920]);
    expect(shapes[2]!.input.ratio).toBe("400:400");
    expect(shapesOf(wanted, small, () => "enlarge").map(({ formats, input }) => [formats.length, input.ratio])).toEqual([[2, "1080:1080"], [1, "1080:1920"]]);
  });
});
