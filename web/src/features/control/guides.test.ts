import { describe, expect, it } from "vitest";
import { guidesOf, SHOWS } from "./guides";

describe("what a form steers by", () => {
  it("is shown with the form's own settings where guides are all that is made", () => {
    const values = { image: "a", kind: "palette", detail: 0.3, colours: 5, invert: false };
    expect(guidesOf(SHOWS, values, new Set(Object.keys(values)))).toEqual([{ of: 0, kind: "palette", image: "a", input: values }]);
  });

  it("is read from the picture and from each of the others", () => {
    const values = { image: "a", guide: "both", controls: [{ image: "b", kind: "lines" }] };
    expect(guidesOf("image.structure", values, new Set(Object.keys(values))).map(({ of, input }) => [of, input])).toEqual([
      [0, { image: "a", kind: "canny" }],
      [0, { image: "a", kind: "depth" }],
      [1, { image: "b", kind: "line_art" }],
    ]);
  });

  it("is nothing where a picture is no guide, or is not chosen yet", () => {
    expect(guidesOf("image.style_guide", { image: "a" }, new Set(["image", "fidelity"]))).toEqual([]);
    expect(guidesOf("image.structure", { image: null, guide: "edges" }, new Set(["guide"]))).toEqual([]);
  });
});
