import { describe, expect, it } from "vitest";
import { pagesOf, seen } from "./window";

describe("a window onto rows", () => {
  it("holds what is seen and a few more, and no more than there are", () => {
    expect(seen(10_000, 50, 5_000, 500)).toEqual({ first: 94, end: 116 });
    expect(seen(10_000, 50, 0, 500)).toEqual({ first: 0, end: 16 });
    expect(seen(3, 50, 0, 500)).toEqual({ first: 0, end: 3 });
    expect(seen(0, 50, 0, 500)).toEqual({ first: 0, end: 0 });
  });

  it("stays at the end where the list has become shorter", () => expect(seen(10, 50, 50_000, 500)).toEqual({ first: 10, end: 10 }));

  it("asks for the pages that it touches", () => {
    expect(pagesOf({ first: 94, end: 116 }, 100)).toEqual([0, 1]);
    expect(pagesOf({ first: 0, end: 100 }, 100)).toEqual([0]);
    expect(pagesOf({ first: 5, end: 5 }, 100)).toEqual([]);
  });
});
