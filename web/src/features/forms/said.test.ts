import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { i18n } from "@/i18n";
import { said } from "./said";

describe("what the server says", () => {
  beforeEach(async () => {
    i18n.addResourceBundle("de", "server", { "Wide. Really.": "Breit.", "{{1}} of {{2}} came out": "Von {{2}} entstanden {{1}}", "2×": "doppelt" });
    await i18n.changeLanguage("de");
  });
  afterEach(() => i18n.changeLanguage("en"));

  it("is said in the language that is spoken, dots and all", () => {
    expect(said("Wide. Really.")).toBe("Breit.");
  });

  it("keeps its numbers, in the order of that language", () => {
    expect(said("3 of 10 came out")).toBe("Von 10 entstanden 3");
  });

  it("is taken whole where the catalogue has it whole", () => {
    expect(said("2×")).toBe("doppelt");
  });

  it("stays as it is where nobody knows it", () => {
    expect(said("Painting 1 of 2")).toBe("Painting 1 of 2");
    expect(said("constructor")).toBe("constructor");
    expect(said("")).toBe("");
  });
});
