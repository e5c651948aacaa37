import { describe, expect, it } from "vitest";
import { KNOWN } from "./known";
import { carried, fieldsOf, initialOf, inputOf, lacking, limits, resolve, type Schema, visible, widgetFor } from "./schema";

const root: Schema = {
  $defs: {
    Size: { type: "integer", minimum: 64, maximum: 4096 },
    Mode: { type: "string", enum: ["draft", "premium"] },
  },
  required: ["prompt"],
  properties: {
    kind: { const: "fixed", type: "string" },
    prompt: { type: "string", minLength: 1, "x-ui": { widget: "prompt", order: 1 } },
    strength: { type: "number", minimum: 0, maximum: 1, default: 0.6, "x-ui": { widget: "slider", order: 3, visible_if: { image: "set" } } },
    image: { anyOf: [{ type: "string", format: "uuid", "x-ui": { widget: "image" } }, { type: "null" }], default: null, title: "Start", "x-ui": { order: 2 } },
    width: { $ref: "#/$defs/Size", default: 1024 },
    mode: { allOf: [{ $ref: "#/$defs/Mode" }], default: "draft" },
    seed: { anyOf: [{ type: "integer", minimum: 0, exclusiveMaximum: 4294967296 }, { type: "null" }], default: null, "x-ui": { widget: "a widget of tomorrow", order: 9 } },
    odd: { type: "object" },
  },
};

describe("from a schema to fields", () => {
  const fields = fieldsOf(root, KNOWN);
  const named = (name: string) => fields.find((field) => field.name === name)!;

  it("keeps the order that the server hints at, and leaves out what nobody can fill in", () => {
    expect(fields.map((field) => field.name)).toEqual(["width", "mode", "prompt", "image", "strength", "seed"]);
  });

  it("reads X | None as an optional X, with the outer title and the inner widget", () => {
    expect(named("image")).toMatchObject({ nullable: true, widget: "image", title: "Start", initial: null });
  });

  it("follows references and single allOf", () => {
    expect(limits(named("width").schema)).toEqual({ minimum: 64, maximum: 4096 });
    expect(named("mode").widget).toBe("segments");
    expect(resolve({ $ref: "#/$defs/Mode" }, root).schema.enum).toEqual(["draft", "premium"]);
  });

  it("draws a widget that it does not know by its type", () => {
    expect(named("seed").widget).toBe("number");
    expect(limits(named("seed").schema)).toEqual({ minimum: 0, maximum: 4294967295 });
    expect(widgetFor({ type: "boolean" }, {}, KNOWN)).toBe("switch");
    expect(widgetFor({ type: "string", enum: ["a", "b", "c", "d", "e"] }, {}, KNOWN)).toBe("select");
  });

  it("shows a field only when what it depends on is set", () => {
    expect(visible(named("strength"), { image: null })).toBe(false);
    expect(visible(named("strength"), { image: "an id" })).toBe(true);
  });

  it("sends neither what is hidden nor what is empty", () => {
    const values = { ...initialOf(fields), prompt: "a lighthouse" };
    expect(inputOf(fields, values)).toEqual({ prompt: "a lighthouse", width: 1024, mode: "draft" });
    expect(inputOf(fields, { ...values, image: "an id" })).toMatchObject({ image: "an id", strength: 0.6 });
  });
});

describe("what is still to be filled in", () => {
  const text = { type: "string", default: "" };
  const one: Schema = {
    required: ["image"],
    properties: { image: { type: "string", format: "uuid" }, kind: { type: "string", enum: ["text", "box"], default: "text" }, words: text, place: text, left: { type: "integer", default: 0 } },
    anyOf: [
      { required: ["words"], properties: { kind: { const: "text" } } },
      { required: ["place"], properties: { kind: { const: "box" } } },
      { required: ["left"], properties: { left: { exclusiveMinimum: 0 } } },
    ],
  };
  const fields = fieldsOf(one, KNOWN);
  const names = (values: Record<string, unknown>) => lacking(one, fields, { ...initialOf(fields), ...values }).map((field) => field.name);

  it("is every required field, and one way of several", () => {
    expect(names({})).toEqual(["image", "words"]);
    expect(names({ image: "an id", kind: "box" })).toEqual(["place"]);
    expect(names({ image: "an id", words: "hello" })).toEqual([]);
    expect(names({ image: "an id", left: 3 })).toEqual([]);
  });
});

describe("another offer's form", () => {
  const smaller = fieldsOf({ properties: { prompt: root.properties!["prompt"]!, width: { type: "integer", minimum: 256, maximum: 512, default: 512 }, mode: { type: "string", enum: ["premium"], default: "premium" } } }, KNOWN);

  it("keeps shared values, within its own limits", () => {
    expect(carried({ prompt: "dunes", width: 1024, mode: "draft", seed: 4 }, smaller)).toEqual({ prompt: "dunes", width: 512, mode: "premium" });
  });
});
