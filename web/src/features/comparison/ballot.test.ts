import { describe, expect, it } from "vitest";
import { pairsOf, shuffled } from "./ballot";

describe("a ballot", () => {
  it("asks about each pair once, in any order and with either on the left", () => {
    const pairs = pairsOf([0, 1, 2, 3], 4);
    expect(pairs.map((pair) => [...pair].sort().join(" ")).sort()).toEqual(["0 1", "0 2", "0 3", "1 2", "1 3", "2 3"]);
    const left = pairsOf([0, 1], 2, () => 0.1)[0];
    const right = pairsOf([0, 1], 2, () => 0.9)[0];
    expect(left).toEqual([...right!].reverse());
  });

  it("puts beside each other what differs in one axis only", () => {
    const pairs = pairsOf([0, 1, 2, 3], 2).map((pair) => [...pair].sort().join(" "));
    expect(pairs.sort()).toEqual(["0 1", "0 2", "1 3", "2 3"]);
    expect(pairsOf([0, 3], 2)).toHaveLength(1);
  });

  it("does not go on for ever", () => {
    expect(pairsOf(Array.from({ length: 64 }, (_, place) => place), 64).length).toBe(24);
    expect(pairsOf([5], 8)).toEqual([]);
  });

  it("loses nothing in the mixing", () => {
    expect(shuffled([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
