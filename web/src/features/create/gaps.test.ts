import { expect, it } from "vitest";
import { filled } from "./gaps";

it("fills gaps with what is typed, else with what stands in them, as the server does", () => {
  const prompt = "a {colour:red} {thing} by {thing}, {colour}";
  expect(filled(prompt, {})).toBe("a red thing by thing, red");
  expect(filled(prompt, { thing: "boat", colour: " " })).toBe("a red boat by boat, red");
  expect(filled("{when:dawn|dusk} and {year:number:1920}, {3::a|b}", {})).toBe("dawn and 1920, {3::a|b}");
  expect(filled("no { gap } {1} here {}", {})).toBe("no { gap } {1} here {}");
  expect(filled("{a:1}", { a: "{b:2}" })).toBe("{b:2}");
});
