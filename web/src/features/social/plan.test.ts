import { describe, expect, it } from "vitest";
import type { Format } from "./api";
import { boxOf, captionsOf, changed, counted, follows, matches, overridesOf, padded, PLAIN, roomOf, some, tileSize, typeOf, warningsOf, type Found } from "./plan";

const story: Format = {
  id: "instagram.story",
  platform: "instagram",
  title: "Story",
  width: 1080,
  height: 1920,
  types: ["jpeg", "png"],
  max_bytes: 8_000_000,
  safe: { top: 0.13, bottom: 0.2, left: 0.06, right: 0.06 },
  zones: [{ name: "Reply", x: 0, y: 0.9, width: 1, height: 0.1 }],
  round: false,
  kind: "story",
  caption: null,
  alt_max: null,
  source: "https://example.com",
  as_of: "2026-09-01",
  note: "",
  stale: false,
  own: false,
};
const size = { width: 3000, height: 2000 };
const found: Found = { faces: [[0.1, 0.2, 0.2, 0.3]], smart: new Map([[story.id, [0.1, 0, 0.375, 1]]]) };

describe("the part that a format shows", () => {
  it("follows the subject, unless told otherwise", () => {
    expect(boxOf(story, size, PLAIN, found)).toEqual([0.1, 0, 0.375, 1]);
    expect(boxOf(story, size, { ...PLAIN, crop: "centre" }, found)).toEqual([0.3125, 0, 0.375, 1]);
    expect(boxOf(story, size, { ...PLAIN, crop: "fit" }, found)).toBeNull();
    expect(boxOf(story, size, { ...PLAIN, focal: [0.5, 0.5] }, found)).toEqual([0.3125, 0, 0.375, 1]);
  });

  it("minds what was set for this format alone before what was set for all", () => {
    const focal = { ...PLAIN, focal: [0.9, 0.5] as const };
    expect(boxOf(story, size, changed(focal, story.id, { crop: "smart" }), found)).toEqual([0.1, 0, 0.375, 1]);
    expect(follows(story, focal)).toBe(false);
    expect(follows(story, changed(focal, story.id, { crop: "smart" }))).toBe(true);
    const set = changed(PLAIN, story.id, { box: [0.2, 0, 0.375, 1] });
    expect(boxOf(story, size, { ...set, crop: "fit" }, found)).toEqual([0.2, 0, 0.375, 1]);
    expect(follows(story, set)).toBe(false);
    expect(changed(set, story.id, { box: undefined })).toEqual(PLAIN);
  });

  it("is sent only where it says something", () => {
    const layout = changed(changed(PLAIN, story.id, { box: [1 / 3, 0, 0.375, 1], file: "png" }), "x.post", { crop: "fit" });
    expect(overridesOf([story], layout)).toEqual({ [story.id]: { box: [0.333333, 0, 0.375, 1], file: "png" } });
    expect(overridesOf([story], PLAIN)).toEqual({});
  });

  it("is of the extended picture, where there is one", () => {
    const layout = changed({ ...PLAIN, focal: [0.9, 0.5] }, story.id, { picture: "tall" });
    const tall = { width: 3000, height: 5333 };
    boxOf(story, tall, layout, found)!.forEach((share, index) => expect(share).toBeCloseTo([0, 0, 1, 1][index]!, 3));
    expect(follows(story, layout)).toBe(true);
    expect(follows(story, changed(layout, story.id, { focal: [0.2, 0.5] }))).toBe(false);
    expect(padded(story, null, size, "pad")).toBe(true);
    expect(padded(story, [0.1, 0, 0.375, 1], size, "pad")).toBe(false);
    expect(padded(story, [0, 0, 0.375, 1], { width: 1500, height: 1000 }, "pad")).toBe(true);
    expect(padded(story, [0, 0, 0.375, 1], { width: 1500, height: 1000 }, "enlarge")).toBe(false);
  });
});

describe("a warning", () => {
  const seen = { size, faces: found.faces, laid: [], alpha: false, type: "jpeg", small: "pad" as const };
  const kinds = (...args: Parameters<typeof warningsOf>) => warningsOf(...args).map(({ kind }) => kind);

  it("is there for what is wrong, and only then", () => {
    expect(kinds(story, [0.1, 0, 0.375, 1], seen)).toEqual([]);
    expect(kinds(story, [0.2, 0, 0.375, 1], seen)).toEqual(["face"]);
    // A face that is not in it at all is not cut.
    expect(kinds(story, [0.4, 0, 0.375, 1], seen)).toEqual([]);
    expect(warningsOf(story, [0.1, 0, 0.375, 1], { ...seen, size: { width: 1500, height: 1000 } })).toEqual([{ kind: "small", times: 1.92, then: "pad" }]);
    expect(kinds(story, null, { ...seen, alpha: true })).toEqual(["alpha"]);
    expect(kinds(story, null, { ...seen, alpha: true, type: "png" })).toEqual([]);
    expect(kinds({ ...story, stale: true }, null, seen)).toEqual(["stale"]);
  });

  it("says what lies under what the app draws, and what is too near to the edge", () => {
    const low = { ...seen, laid: [{ name: "text" as const, box: [0.1, 0.88, 0.5, 0.05] as const }] };
    expect(warningsOf(story, null, low)).toEqual([{ kind: "under", what: "text", zone: "Reply" }]);
    const high = { ...seen, laid: [{ name: "logo" as const, box: [0.1, 0.02, 0.2, 0.1] as const }] };
    expect(warningsOf(story, null, high)).toEqual([{ kind: "edge", what: "logo" }]);
    expect(warningsOf(story, null, { ...seen, laid: [{ name: "logo", box: [0.1, 0.2, 0.2, 0.1] }] })).toEqual([]);
  });
});

describe("the room for words and logo", () => {
  const bare = { safe: { top: 0, bottom: 0, left: 0, right: 0 }, zones: [], round: false, width: 1000, height: 1000 };

  it("is beside what the app draws, on the side where least is lost", () => {
    expect(roomOf(bare)).toEqual([0, 0, 1, 1]);
    const low = roomOf({ ...bare, safe: { ...bare.safe, top: 0.1 }, zones: [{ name: "", x: 0, y: 0.8, width: 1, height: 0.2 }] });
    low.forEach((value, index) => expect(value).toBeCloseTo([0, 0.1, 1, 0.7][index]!, 9));
    // What takes nearly all of it is not made room for.
    expect(roomOf({ ...bare, zones: [{ name: "", x: 0.1, y: 0.1, width: 0.8, height: 0.8 }] })).toEqual([0, 0, 1, 1]);
  });

  it("is within the circle of a round one", () => {
    const [x, y, width, height] = roomOf({ ...bare, round: true });
    for (const value of [x, y]) expect(value).toBeCloseTo((1 - Math.SQRT1_2) / 2, 9);
    for (const value of [width, height]) expect(value).toBeCloseTo(Math.SQRT1_2, 9);
  });
});

describe("what is chosen and written", () => {
  it("keeps transparency where the platform takes it", () => {
    expect(typeOf(story, "auto", PLAIN, false)).toBe("jpeg");
    expect(typeOf(story, "auto", PLAIN, true)).toBe("png");
    expect(typeOf(story, "webp", PLAIN, false)).toBe("jpeg");
    expect(typeOf(story, "auto", changed(PLAIN, story.id, { file: "png" }), false)).toBe("png");
  });

  it("has three states for a platform", () => {
    const formats = [{ id: "a" }, { id: "b" }];
    expect([some(formats, new Set()), some(formats, new Set(["a"])), some(formats, new Set(["a", "b"]))]).toEqual([false, "indeterminate", true]);
  });

  it("is found by its words and its size", () => {
    expect(matches("insta story", "Instagram", story)).toBe(true);
    expect(matches("1080x1920", "Instagram", story)).toBe(true);
    expect(matches("banner", "Instagram", story)).toBe(false);
  });

  it("is counted as platforms count", () => {
    expect(counted("Über #blau, mail@example.com @gesso 🎨")).toEqual({ letters: 37, hashtags: 1, mentions: 1 });
    expect(captionsOf(["x", "instagram", "tiktok"], { "": "for all", x: "short", tiktok: "", facebook: "not chosen" })).toEqual({ x: "short", tiktok: "" });
  });

  it("is drawn in about the same area", () => {
    const square = tileSize({ width: 1, height: 1 }, 200, 700);
    const banner = tileSize({ width: 4, height: 1 }, 200, 700);
    expect(square).toEqual({ width: 200, height: 200 });
    expect(banner).toEqual({ width: 400, height: 100 });
    expect(tileSize({ width: 9, height: 1 }, 400, 700).width).toBe(700);
  });
});
