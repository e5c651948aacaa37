import { describe, expect, it } from "vitest";
import type { Batch, Operation } from "@/api";
import { draftOf, drafted, fedBy, fileOf, firstStep, ignoredBy, nameOf, namesFiles, partsOf, pasted, placed, placeOf, placesOf, reordered, stepOf, titled, understood, wantedOf, type Draft } from "./plan";

const text = { type: "string" };
const image = { type: "string", format: "uuid", "x-ui": { widget: "image" } };
const operation = (op: string, properties: Record<string, unknown>, capability = "create") =>
  ({ op, title: op, capability, makes: "image", offers: [{ id: `local/${op}`, input: { properties, required: [] } }] }) as unknown as Operation;
const KNOWN = [
  operation("image.generate", { prompt: { ...text, title: "Prompt" }, width: { type: "integer", title: "Width" } }),
  operation("image.remove_background", { image }, "edit"),
  operation("image.upscale", { image, factor: { type: "integer", title: "Factor" } }, "upscale"),
  operation("text.enhance", { prompt: text }, "words"),
];
const DRAFT: Draft = { title: "Tiles", steps: [stepOf("image.generate"), stepOf("image.upscale")], columns: {}, cap: null, canary: 0, priority: "normal", at_once: null, per_minute: null, twins: "keep", collection: null };

describe("places of a chain", () => {
  it("name the step from the second on", () => {
    expect(placeOf(0, "prompt")).toBe("prompt");
    expect(placeOf(1, "factor")).toBe("2:factor");
    expect(placed("2:factor")).toEqual({ step: 1, field: "factor" });
    expect(placed("prompt")).toEqual({ step: 0, field: "prompt" });
  });

  it("leave out what the step before feeds", () => {
    expect(placesOf(DRAFT.steps, [null, "image"], KNOWN).map(({ value }) => value)).toEqual(["prompt", "width", "2:factor"]);
  });

  it("move along when steps are moved, and go with their step", () => {
    const draft = { ...DRAFT, columns: { a: "prompt", b: "2:factor", c: "" } };
    expect(reordered(draft, [1, 0]).columns).toEqual({ a: "2:prompt", b: "factor", c: "" });
    expect(reordered(draft, [0]).columns).toEqual({ a: "prompt", c: "" });
  });
});

describe("what is sent", () => {
  it("leaves out what another model does not know, and what is empty", () => {
    const wanted = wantedOf({ ...DRAFT, steps: [{ ...stepOf("image.generate"), input: { width: 512, prompt: "", gone: 1 } }], columns: { a: "prompt", b: "2:factor", c: "", d: "prompt", other: "width" } }, ["a", "b", "c", "d"], KNOWN);
    expect(wanted.steps).toEqual([{ ...stepOf("image.generate"), input: { width: 512 } }]);
    expect(wanted.columns).toEqual({ a: "prompt", c: "" });
    expect(wanted.start).toBe(false);
  });

  it("is the same when a template of it is used", () => {
    const draft = { ...DRAFT, columns: { a: "prompt" }, cap: 100_000, canary: 5 };
    expect(drafted(wantedOf(draft, ["a"], KNOWN), { ...DRAFT, title: "Tiles" })).toEqual(draft);
  });
});

describe("a file", () => {
  it("is made into pictures where it has prompts, and worked on where it has pictures", () => {
    expect(firstStep([{ name: "Prompt" }, { name: "sku" }], KNOWN)?.op).toBe("image.generate");
    expect(firstStep([{ name: "image" }], KNOWN)?.op).toBe("image.remove_background");
    expect(firstStep([{ name: "whatever" }], KNOWN)?.op).toBe("image.generate");
  });

  it("is called by its name without its ending", () => expect([titled("tiles v1.2.csv"), titled("a.b")]).toEqual(["tiles v1.2", "a.b"]));

  it("needs an archive where its cells name files", () => {
    const column = (samples: string[]) => [{ name: "image", into: "image", samples }];
    expect(namesFiles(column(["shoe.png"]), [stepOf("image.upscale")], KNOWN)).toBe(true);
    expect(namesFiles(column(["https://example.com/shoe.png", "0193b0c8-7c1e-7abc-8def-0123456789ab"]), [stepOf("image.upscale")], KNOWN)).toBe(false);
  });
});

describe("what is pasted", () => {
  it("is a list of prompts, commas and all, unless its head says that it is a table", () => {
    expect(pasted("a lighthouse, at dusk\na bridge, at dawn\n").kind).toBe("prompts");
    expect(pasted("prompt,seed\na lighthouse,1\n")).toEqual({ kind: "table", rows: 1, columns: ["prompt", "seed"] });
    expect(pasted("what\tsize\na\tb")).toEqual({ kind: "table", rows: 1, columns: ["what", "size"] });
    expect(pasted("prompt\na lighthouse\na bridge")).toEqual({ kind: "table", rows: 2, columns: ["prompt"] });
    expect(pasted('{"prompt":"a"}\n{"prompt":"b"}')).toEqual({ kind: "json", rows: 2, columns: [] });
    expect(pasted("").rows).toBe(0);
  });

  it("becomes a column of prompts with every sign in it", async () => {
    const file = fileOf('a "striped" tower\n\n  red; green, blue  \n', "prompts", "Towers");
    expect(file.name).toBe("Towers.jsonl");
    expect((await file.text()).trim().split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([{ prompt: 'a "striped" tower' }, { prompt: "red; green, blue" }]);
  });

  it("is called by its beginning", () => {
    expect(nameOf("\n a lighthouse\nb", "Pasted")).toBe("a lighthouse");
    expect(nameOf("a very long prompt about a lighthouse on a headland at dusk", "Pasted")).toBe("a very long prompt about a lighthouse…");
    expect(nameOf("///", "Pasted")).toBe("Pasted");
  });
});

describe("a batch", () => {
  const batch = {
    title: "tiles.csv",
    total: 20,
    invalid: 2,
    twin: 1,
    succeeded: 5,
    failed: 1,
    refused: 1,
    unknown: 1,
    cancelled: 2,
    steps: [],
    columns: [{ name: "what", into: "prompt", samples: [] }],
  } as unknown as Batch;

  it("has as many rows in its bar as are to be made", () => {
    expect(partsOf(batch).map(({ rows }) => rows)).toEqual([5, 1, 1, 1, 9]);
    expect(partsOf(batch).reduce((sum, { rows }) => sum + rows, 0)).toBe(17);
  });

  it("is opened as a draft with no step and its columns free", () => {
    expect(draftOf(batch)).toMatchObject({ title: "tiles", steps: [], columns: {} });
    expect(fedBy(batch.columns, 0).get("prompt")).toBe("what");
  });

  it("says in one sentence what one model does not heed", () => {
    const problem = (field: string, rows: number) => ({ kind: "ignored" as const, column: "", field, message: "local/s does not heed it", rows, line: 2 });
    expect(ignoredBy([problem("light", 3), problem("wall", 5), { ...problem("x", 1), kind: "error" }])).toEqual([{ message: "local/s does not heed it", what: ["light", "wall"], rows: 5 }]);
  });

  it("says what a row is asked for", () => {
    const found = understood({ what: "a bridge" }, batch.columns, [{ ...stepOf("image.generate"), input: { width: 512 } }, stepOf("image.upscale")], [null, "image"], KNOWN);
    expect(found.map((step) => step.map(({ title, text, from }) => [title, text, from]))).toEqual([
      [["Prompt", "a bridge", "column"], ["Width", "512", "all"]],
      [["Image", "", "step"]],
    ]);
  });
});
