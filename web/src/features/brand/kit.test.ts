import { describe, expect, it } from "vitest";
import { facesOf, formOf, inRole, kitOf, light, readable, STARTER } from "./kit";

describe("a kit and its form", () => {
  it("is lines of text in the form, and the same kit afterwards", () => {
    const kit = kitOf({ ...STARTER, title: "North", use: "hand-made, slow\ncalm", avoid: "cheap → good value\n\nhurry\nold -> known", dos: " people at work ", donts: "fog" });
    expect(kit.use).toEqual(["hand-made", "slow", "calm"]);
    expect(kit.avoid).toEqual([
      { word: "cheap", instead: "good value" },
      { word: "hurry", instead: "" },
      { word: "old", instead: "known" },
    ]);
    expect(kit.dos).toEqual(["people at work"]);
    const again = formOf({ ...kit, id: "own:1", default: false });
    expect(kitOf(again)).toEqual(kit);
  });

  it("knows which colour is read on which", () => {
    expect(light("#ffffff")).toBeCloseTo(1);
    expect(readable("#14213d", ["#2f6f9f", "#f4efe4"])).toBe("#f4efe4");
    expect(inRole(STARTER.palette, "ground")).toBe("#f4efe4");
    expect(inRole([{ colour: "#112233", name: "", role: "primary" }], "text")).toBe("#112233");
  });
});

describe("a kit's fonts", () => {
  const faces = [{ family: "Jost" }, { family: "DM Serif Display" }];
  it("come first, by their names, and say which are not here", () => {
    expect(facesOf({ heading: "DM Serif Display", body: "jost bold" }, faces)).toEqual({ own: [faces[1], faces[0]], away: [] });
    expect(facesOf({ heading: "Inter", body: "Jost" }, faces)).toEqual({ own: [faces[0]], away: ["Inter"] });
    expect(facesOf({ heading: "", body: "" }, faces)).toEqual({ own: [], away: [] });
    expect(facesOf(undefined, faces)).toEqual({ own: [], away: [] });
  });
});
