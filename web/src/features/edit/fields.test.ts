import { describe, expect, it } from "vitest";
import type { Operation } from "@/api";
import { firstTool, modeOf, moved, onPicture, toolsOf } from "./fields";

const picture = { type: "string", format: "uuid" };
const operation = {
  offers: [
    {
      input: {
        properties: {
          image: { ...picture, "x-ui": { widget: "image" } },
          place: { type: "object", "x-ui": { widget: "box" } },
          strokes: { anyOf: [{ ...picture, "x-ui": { widget: "mask" } }, { type: "null" }], "x-ui": { widget: "mask", mode: "trimap" } },
        },
      },
    },
  ],
} as unknown as Operation;

describe("what is asked for on the picture", () => {
  const found = onPicture(operation);

  it("is found by the widget, whatever its name", () => {
    expect([found.box?.name, found.mask?.name]).toEqual(["place", "strokes"]);
  });

  it("has a tool for each place, and begins with the one that says most", () => {
    expect(toolsOf(found)).toEqual(["paint", "box"]);
    expect(firstTool(found)).toBeUndefined();
    const side = { type: "integer", "x-ui": { widget: "number", mode: "side" } };
    const sides = onPicture({ offers: [{ input: { properties: { left: side, top: side, right: side, bottom: side } } }] } as unknown as Operation);
    expect([toolsOf(sides), firstTool(sides)]).toEqual([["frame"], "frame"]);
  });

  it("says how a mask is painted", () => {
    expect(modeOf(found.mask!)).toBe("trimap");
    expect(modeOf({ ...found.mask!, hint: {} })).toBe("mask");
  });

  it("is forgotten for another picture and kept for the same", () => {
    const draft = { image: "a", place: { x: 1, y: 1, width: 2, height: 2 }, strokes: "m", feather: 3 };
    expect(moved(draft, "a", found)).toBeNull();
    expect(moved(draft, "b", found)).toEqual({ image: "b", strokes: null, place: null });
  });
});
