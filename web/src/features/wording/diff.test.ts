import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diff, type Piece } from "./diff";

const without = (pieces: readonly Piece[], kind: Piece["kind"]) =>
  pieces
    .filter((piece) => piece.kind !== kind)
    .map((piece) => piece.text)
    .join("");

describe("the difference of two texts", () => {
  it("says what came and what went", () => {
    expect(diff("a red fox", "a red fox, soft light")).toEqual([
      { text: "a red fox", kind: "same" },
      { text: ", soft light", kind: "new" },
    ]);
    expect(diff("a red fox", "a blue fox")).toEqual([
      { text: "a ", kind: "same" },
      { text: "red", kind: "gone" },
      { text: "blue", kind: "new" },
      { text: " fox", kind: "same" },
    ]);
  });

  it("holds both texts, whatever they are", () => {
    const text = fc.oneof(fc.string(), fc.array(fc.constantFrom("a", "fox", " ", ",", "é", "光"), { maxLength: 40 }).map((words) => words.join("")));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const pieces = diff(before, after);
        expect(without(pieces, "new")).toBe(before);
        expect(without(pieces, "gone")).toBe(after);
      }),
    );
  });

  it("ends also for long ones", () => {
    const long = Array.from({ length: 3000 }, (_, index) => `word${index}`).join(" ");
    const pieces = diff(long, `other ${long.replaceAll("word", "term")}`);
    expect(without(pieces, "new")).toBe(long);
  });
});
