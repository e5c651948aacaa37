import fc from "fast-check";
import { expect, it } from "vitest";
import { ALL, NONE, put, selected, selectedOf, toggled, turned, type Selection } from "./selection";

const LIST = Array.from({ length: 12 }, (_, index) => `id${index}`);
const some = fc.subarray(LIST);
const step = fc.oneof(
  some.map((ids) => ["put", ids] as const),
  some.map((ids) => ["take", ids] as const),
  some.map((ids) => ["turn", ids] as const),
  fc.constantFrom(...LIST).map((id) => ["toggle", [id]] as const),
  fc.constant(["all", LIST] as const),
  fc.constant(["none", LIST] as const),
);

it("a selection is the set that the same steps make of a plain list", () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let selection: Selection = NONE;
      let plain = new Set<string>();
      for (const [what, ids] of steps) {
        if (what === "all") [selection, plain] = [ALL, new Set(LIST)];
        else if (what === "none") [selection, plain] = [NONE, new Set()];
        else {
          if (what === "put") selection = put(selection, ids, true);
          else if (what === "take") selection = put(selection, ids, false);
          else if (what === "turn") selection = turned(selection, ids);
          else selection = toggled(selection, ids[0]);
          for (const id of ids) {
            if (what === "put" || (what !== "take" && !plain.has(id))) plain.add(id);
            else plain.delete(id);
          }
        }
        expect(LIST.filter((id) => selected(selection, id))).toEqual(LIST.filter((id) => plain.has(id)));
        expect(selectedOf(selection, LIST.length)).toBe(plain.size);
      }
    }),
  );
});

it("all but three of a hundred thousand is three ids", () => {
  const most = put(ALL, ["a", "b", "c"], false);
  expect(selectedOf(most, 100_000)).toBe(99_997);
  expect([...most.ids]).toEqual(["a", "b", "c"]);
});
