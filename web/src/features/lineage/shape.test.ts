import { describe, expect, it } from "vitest";
import type { Edge, Node } from "@/api";
import { CARD, generations, shaped, stepped } from "./shape";

const node = (id: string, more: Partial<Node> = {}): Node => ({
  id, state: "here", kind: "image", purpose: "picture", title: id, op: null, run: null, offer: null, version_of: null, restored: false,
  width: 8, height: 8, created_at: "2026-01-01T00:00:00Z", cost: 0, whole: 0, outputs: 1, told: false, parents: 0, children: 0, thumbnail: null, ...more,
});
const edge = (parent: string, child: string, relation: Edge["relation"] = "made"): Edge => ({ parent, child, relation, op: null, offer: null, cost: 0 });

const nodes = [node("1", { children: 14 }), node("2", { parents: 1, children: 1 }), node("3", { parents: 1, children: 1 }), node("4", { parents: 2 }), node("5")];
const edges = [edge("1", "2"), edge("1", "3"), edge("2", "4"), edge("3", "4"), edge("1", "4"), edge("1", "5", "again")];

describe("a lineage", () => {
  it("puts each asset after all that it was made from, and a sibling beside what it is like", () => {
    expect(Object.fromEntries(generations(nodes, edges))).toEqual({ 1: 0, 2: 1, 3: 1, 4: 2, 5: 0 });
  });

  it.each(["right", "down"] as const)("leaves no two assets over each other, nor over what stands for the others (%s)", (way) => {
    const { placed, folds, width, height } = shaped({ nodes, edges }, way);
    const every = [...placed.values(), ...folds];
    expect(folds).toMatchObject([{ of: "1", count: 11 }]);
    for (const [index, one] of every.entries()) {
      expect(one.x).toBeGreaterThanOrEqual(0);
      expect(one.x + one.width).toBeLessThanOrEqual(width);
      expect(one.y + one.height).toBeLessThanOrEqual(height);
      for (const other of every.slice(index + 1)) {
        const apart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(apart, `${JSON.stringify(one)} ${JSON.stringify(other)}`).toBe(true);
      }
    }
  });

  it("is walked along its edges by keys", () => {
    const right = shaped({ nodes, edges }, "right");
    expect(["2", "3"]).toContain(stepped(right, "1", "ArrowRight", "right"));
    expect(["1", "2", "3"]).toContain(stepped(right, "4", "ArrowLeft", "right"));
    expect([stepped(right, "2", "ArrowDown", "right"), stepped(right, "2", "ArrowUp", "right")]).toContain("3");
    expect(stepped(right, "1", "ArrowLeft", "right")).toBeUndefined();
    const down = shaped({ nodes, edges }, "down");
    expect(stepped(down, "4", "ArrowUp", "down")).toBeDefined();
    expect(stepped(down, "1", "Tab", "down")).toBeUndefined();
  });

  it("is one card where nothing came of it and it came from nothing", () => {
    expect(shaped({ nodes: [node("1")], edges: [] }, "right")).toMatchObject({ width: CARD.width, height: CARD.height, lines: [], folds: [] });
  });
});
