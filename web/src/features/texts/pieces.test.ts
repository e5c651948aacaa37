import { describe, expect, it } from "vitest";
import { pieces } from "./pieces";

describe("a text in pieces", () => {
  it("writes out what turns its order round and what cannot be seen, and leaves the rest", () => {
    expect(pieces("a\u202Eb\u{E0041}")).toEqual([
      { text: "a", hidden: false, name: "" },
      { text: "\u202E", hidden: true, name: "U+202E" },
      { text: "b", hidden: false, name: "" },
      { text: "\u{E0041}", hidden: true, name: "U+E0041" },
    ]);
    const plain = "שלום <script>alert(1)</script> 🙂";
    expect(pieces(plain)).toEqual([{ text: plain, hidden: false, name: "" }]);
    expect(pieces("")).toEqual([]);
  });
});
