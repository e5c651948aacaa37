import { expect, test } from "vitest";
import { joined, rebased } from "./mends";

test("a mend of the prompt as it is, is what was said", () => {
  expect(rebased("a street", "a street, at night", "a street")).toBe("a street, at night");
});

test("after other mends it changes its own words alone", () => {
  const before = "a nice street at night, no people";
  expect(rebased(before, "a street at night, no people", "a nice street at night, soft light")).toBe("a street at night, soft light");
  expect(rebased(before, "a nice street at night", "a nice street at night, no people, soft light")).toBe("a nice street at night, soft light");
  expect(rebased(before, `${before}, soft light`, "a street at night")).toBe("a street at night, soft light");
  expect(rebased(before, "a nice alley at night, no people", "my street at night")).toBe("my alley at night");
  expect(rebased("", "people", "fog")).toBe("fog, people");
});

test("what has no place any more is not done", () => {
  expect(rebased("a nice street", "a street", "a red barn")).toBeUndefined();
  expect(rebased("a nice street", "a street", "nice, nice")).toBeUndefined();
});

test("what is added is a clause, or a sentence after one", () => {
  expect(joined("a street, ", "at night")).toBe("a street, at night");
  expect(joined("A street.", "soft light")).toBe("A street. Soft light");
  expect(joined("", "soft light")).toBe("soft light");
});
