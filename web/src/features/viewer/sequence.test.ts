import { describe, expect, it } from "vitest";
import { neighbour, sequenceOf, setSequence } from "./sequence";

describe("a sequence of pictures", () => {
  it("has neighbours within and none beyond its ends", () => {
    const list = sequenceOf(["a", "b", "c"]);
    expect([list.prev("a"), list.next("a"), list.prev("b"), list.next("b"), list.next("c")]).toEqual([null, "b", "a", "c", null]);
  });

  it("has no neighbours for a stranger", () => {
    expect(sequenceOf(["a", "b"]).next("z")).toBeNull();
  });

  it("is the one that the page has told, and may take its time", async () => {
    setSequence({ prev: () => null, next: (id) => Promise.resolve(`${id}+`) });
    expect(await neighbour("a", "next")).toBe("a+");
    expect(await neighbour("a", "prev")).toBeNull();
    setSequence(null);
  });
});
