import { describe, expect, it } from "vitest";
import { product } from "./price";

describe("the price of a film", () => {
  it("is its length times the price of a second, where that is so", () => {
    expect(product(5, 50_000)).toBe("5 s × $0.10 =");
    expect(product(2.5, 12_500)).toBe("2.5 s × $0.05 =");
  });

  it("is no product where a film costs one price, or nothing", () => {
    expect(product(7, 40_001)).toBe("7 s");
    expect(product(5, 0)).toBe("5 s");
    expect(product(null, 100)).toBeUndefined();
  });
});
