import { describe, expect, it } from "vitest";
import type { Asset, Run } from "@/api";
import { lostOf, resultsOf, waitingOf } from "./made";

const asset = (format: string, facts: Record<string, unknown> = {}) => ({ id: format, bytes: 5, type: "image/jpeg", facts: { format, ...facts } }) as unknown as Asset;
const run = (id: string, state: string, formats: string[], outputs: Asset[], notes: string[] = []) => ({ id, state, input: { formats }, outputs, notes, error: null }) as unknown as Run;
const called = (format: string) => `Place ${format}`;

describe("what came of an export", () => {
  it("is each format's file, with what is known of it", () => {
    const found = resultsOf([run("1", "running", ["a", "b"], [asset("a", { limit: 10, quality: 80, ssim: 0.97 })])]);
    expect(found.get("a")).toMatchObject({ bytes: 5, limit: 10, quality: 80, ssim: 0.97, type: "jpeg", enlarged: 1, padded: false });
    expect([...waitingOf([run("1", "running", ["a", "b"], [asset("a")])])]).toEqual(["b"]);
  });

  it("is a reason where there is no file, once nothing more comes", () => {
    const notes = ["Place b was not made: it would have to be enlarged 3 times.", "Something else."];
    expect(lostOf([run("1", "running", ["a", "b"], [], notes)], called)).toEqual([]);
    expect(lostOf([run("1", "succeeded", ["a", "b"], [asset("a")], notes)], called)).toEqual([{ format: "b", reason: notes[0] }]);
    expect(lostOf([run("1", "cancelled", ["a"], [])], called)).toEqual([{ format: "a", reason: "" }]);
  });

  it("is what was tried again, where that went well", () => {
    const runs = [run("1", "succeeded", ["a", "b"], [asset("a")]), run("2", "succeeded", ["b"], [asset("b")])];
    expect(lostOf(runs, called)).toEqual([]);
    expect([...resultsOf(runs).keys()]).toEqual(["a", "b"]);
  });
});
