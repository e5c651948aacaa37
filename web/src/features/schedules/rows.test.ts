import { describe, expect, it } from "vitest";
import { columnsOf, rowsOf } from "./rows";

describe("rows that were pasted", () => {
  it("are a prompt a line where nothing names columns", () => {
    expect(rowsOf("a boat\n\n a tower \n")).toEqual(["a boat", "a tower"]);
    expect(rowsOf("a boat, at night, under a very long bridge of stone that spans the whole of the bay\na tower")).toEqual(["a boat, at night, under a very long bridge of stone that spans the whole of the bay", "a tower"]);
    expect(rowsOf("")).toEqual([]);
  });

  it("are cells under the names of their columns", () => {
    expect(rowsOf('prompt,width\n"a boat, ""old"",\nat sea",512\na tower,\n')).toEqual([
      { prompt: 'a boat, "old",\nat sea', width: "512" },
      { prompt: "a tower", width: "" },
    ]);
    expect(rowsOf("Prompt\tSeed\r\na boat\t7\r\n")).toEqual([{ Prompt: "a boat", Seed: "7" }]);
    expect(columnsOf(rowsOf("prompt;seed\na;1"))).toEqual(["prompt", "seed"]);
    expect(columnsOf(["a"])).toEqual(["prompt"]);
  });
});
