import { expect, test } from "vitest";
import { KNOWN } from "./known";
import { fieldsOf, type Schema } from "./schema";
import { spread, told, wishOf, written } from "./wild";

const hidden = { "x-ui": { widget: "hidden" } };
const schema: Schema = { properties: { prompt: { type: "string" }, count: { type: "integer" }, negative_prompt: { type: "string" }, wording: { type: "string", ...hidden }, negative_wording: { type: "string", ...hidden }, roll: { type: "integer", ...hidden }, variables: { type: "object", ...hidden } } };
const fields = fieldsOf(schema, KNOWN);

test("a prompt with marks is a wish, one without or in a form that knows none is not", () => {
  expect(wishOf(fields, { prompt: "a {red|blue} fox", count: 3, roll: 7, variables: { a: "b", c: 1 } })).toEqual({ prompt: "a {red|blue} fox", negative_prompt: "", count: 3, roll: 7, variables: { a: "b" } });
  for (const prompt of ["__animal__", String.raw`\{`, "{"]) expect(wishOf(fields, { prompt })).toMatchObject({ prompt, count: 1, roll: 0 });
  for (const prompt of ["a red fox", "snake_case __ and ¯_(ツ)_/¯", "", 7]) expect(wishOf(fields, { prompt })).toBeUndefined();
  expect(wishOf(fields.filter(({ name }) => name !== "roll"), { prompt: "{a|b}" })).toBeUndefined();
  expect(wishOf(fields, { prompt: "a fox", negative_prompt: "{fog|rain}" })).toMatchObject({ prompt: "a fox", negative_prompt: "{fog|rain}" });
  expect(wishOf(fields.filter(({ name }) => name !== "negative_prompt"), { prompt: "a fox", negative_prompt: "{fog|rain}" })).toBeUndefined();
});

test("what only such a prompt needs is sent with it alone", () => {
  const input = { prompt: "a {red|blue} fox", roll: 7, variables: {}, wording: "an old one" };
  const wish = wishOf(fields, input);
  expect(told(input, wish)).toEqual({ prompt: "a {red|blue} fox", roll: 7 });
  expect(told({ ...input, prompt: "a fox" }, undefined)).toEqual({ prompt: "a fox" });
});

test("each picture is an order of its own, with a seed of its own where there is one", () => {
  expect(spread({ prompt: "{a|b}", count: 2 }, [4, 5])).toEqual([
    { prompt: "{a|b}", count: 1, roll: 4 },
    { prompt: "{a|b}", count: 1, roll: 5 },
  ]);
  expect(spread({ seed: 2 ** 32 - 1 }, [4, 4]).map(({ seed }) => seed)).toEqual([2 ** 32 - 1, 0]);
});

test("a form gets back what was written", () => {
  expect(written({ prompt: "a red fox", wording: "a {red|blue} fox", roll: 7 })).toEqual({ prompt: "a {red|blue} fox", wording: null, roll: 7 });
  expect(written({ prompt: "a fox", negative_prompt: "fog", negative_wording: "{fog|rain}" })).toEqual({ prompt: "a fox", negative_prompt: "{fog|rain}", negative_wording: null });
  expect(written({ prompt: "a fox" })).toEqual({ prompt: "a fox" });
});
