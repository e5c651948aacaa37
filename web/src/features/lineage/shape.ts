/** A lineage as it is drawn: each asset has a place, each step from one to the next a line. */

import type { Edge, Lineage, Node } from "@/api";

/** Generations run from left to right, or on a phone from top to bottom. */
export type Way = "right" | "down";

export const CARD = { width: 168, height: 186 };
const GAP = { generation: 84, sibling: 20 };
const MORE = 44;

export interface Placed {
  node: Node;
  generation: number;
  x: number;
  y: number;
  width: number;
  height: number;
  parents: string[];
  children: string[];
  /** What the same recipe has made besides. */
  siblings: string[];
  /** How many it was made from, and how many were made of it, that are not shown. */
  hidden: { parents: number; children: number };
}

interface Line {
  edge: Edge;
  path: string;
}

/** One for each asset that has more children than are shown: it stands beside the last of them. */
interface Fold {
  of: string;
  count: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Shape {
  placed: Map<string, Placed>;
  lines: Line[];
  folds: Fold[];
  width: number;
  height: number;
}

/** Each asset one generation after the last of those that it was made from. */
export function generations(nodes: readonly Node[], edges: readonly Edge[]): Map<string, number> {
  const found = new Map<string, number>();
  const from = new Map<string, string[]>();
  for (const edge of edges) if (edge.relation !== "again") from.set(edge.child, [...(from.get(edge.child) ?? []), edge.parent]);
  // Ids sort by birth, and nothing is older than what it was made from.
  for (const { id } of nodes.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    found.set(id, Math.max(-1, ...(from.get(id) ?? []).map((parent) => found.get(parent) ?? -1)) + 1);
  }
  // What the same recipe made stands beside what it is like.
  for (const edge of edges) {
    if (edge.relation !== "again") continue;
    for (const [one, other] of [[edge.parent, edge.child], [edge.child, edge.parent]] as const) {
      if (!from.has(one)) found.set(one, Math.max(found.get(one) ?? 0, from.has(other) ? (found.get(other) ?? 0) : 0));
    }
  }
  return found;
}

export function shaped({ nodes, edges }: Pick<Lineage, "nodes" | "edges">, way: Way): Shape {
  const generation = generations(nodes, edges);
  const placed = new Map<string, Placed>();
  for (const node of nodes) {
    placed.set(node.id, { node, generation: generation.get(node.id) ?? 0, x: 0, y: 0, ...CARD, parents: [], children: [], siblings: [], hidden: { parents: 0, children: 0 } });
  }
  for (const { parent, child, relation } of edges) {
    const [one, other] = [placed.get(parent), placed.get(child)];
    if (!one || !other) continue;
    if (relation === "again") {
      one.siblings.push(child);
      other.siblings.push(parent);
    } else {
      one.children.push(child);
      other.parents.push(parent);
    }
  }
  for (const one of placed.values()) {
    one.hidden = { parents: Math.max(0, one.node.parents - one.parents.length), children: Math.max(0, one.node.children - one.children.length) };
  }
  const folds = arranged(placed, way);
  const lines = edges.flatMap((edge) => {
    const [one, other] = [placed.get(edge.parent), placed.get(edge.child)];
    return one && other ? [{ edge, path: edge.relation === "again" ? beside(one, other, way) : curve(one, other, way) }] : [];
  });
  const every = [...placed.values(), ...folds];
  return { placed, lines, folds, width: Math.max(...every.map((one) => one.x + one.width)), height: Math.max(...every.map((one) => one.y + one.height)) };
}

/** Each family below its parents, no two of a generation over each other. */
function arranged(placed: ReadonlyMap<string, Placed>, way: Way): Fold[] {
  const side = way === "right" ? CARD.height : CARD.width;
  const [along, step] = [way === "right" ? CARD.width : CARD.height, GAP.generation];
  const free: number[] = [];
  const folds: Fold[] = [];
  const done = new Set<string>();
  const put = (one: Placed, at: number) => {
    const deep = one.generation * (along + step);
    [one.x, one.y] = way === "right" ? [deep, at] : [at, deep];
  };
  const at = (one: Placed) => (way === "right" ? one.y : one.x);
  const room = (generation: number, wanted: number, long: number) => {
    const place = Math.max(free[generation] ?? 0, wanted);
    free[generation] = place + long + GAP.sibling;
    return place;
  };
  const walk = (one: Placed, wanted: number): void => {
    done.add(one.node.id);
    const own = Math.max(free[one.generation] ?? 0, wanted);
    const mine = one.children.map((id) => placed.get(id)!).filter((child) => !done.has(child.node.id)).sort((a, b) => (a.node.id > b.node.id ? -1 : 1));
    const count = mine.length + (one.hidden.children > 0 ? 1 : 0);
    let next = own - ((count - 1) * (side + GAP.sibling)) / 2;
    for (const child of mine) {
      if (done.has(child.node.id)) continue;
      walk(child, Math.max(0, next));
      next = at(child) + side + GAP.sibling;
    }
    if (one.hidden.children > 0) {
      const deep = one.generation + 1;
      const long = way === "right" ? MORE : CARD.width;
      const place = room(deep, Math.max(0, next), long);
      const far = deep * (along + step);
      folds.push({ of: one.node.id, count: one.hidden.children, ...(way === "right" ? { x: far, y: place } : { x: place, y: far }), width: CARD.width, height: MORE });
    }
    const shown = mine.filter((child) => child.generation === one.generation + 1);
    const middle = shown.length > 0 ? (at(shown[0]!) + at(shown.at(-1)!)) / 2 : own;
    put(one, room(one.generation, Math.max(own, middle), side));
  };
  for (const one of [...placed.values()].sort((a, b) => a.generation - b.generation || (a.node.id > b.node.id ? -1 : 1))) {
    if (!done.has(one.node.id)) walk(one, 0);
  }
  return folds;
}

const half = (one: Placed) => ({ x: one.x + one.width / 2, y: one.y + one.height / 2 });

function curve(one: Placed, other: Placed, way: Way): string {
  const [from, to] = [half(one), half(other)];
  if (way === "right") {
    const [start, end] = [one.x + one.width, other.x];
    const bend = Math.max(24, (end - start) / 2);
    return `M${start} ${from.y}C${start + bend} ${from.y} ${end - bend} ${to.y} ${end} ${to.y}`;
  }
  const [start, end] = [one.y + one.height, other.y];
  const bend = Math.max(24, (end - start) / 2);
  return `M${from.x} ${start}C${from.x} ${start + bend} ${to.x} ${end - bend} ${to.x} ${end}`;
}

function beside(one: Placed, other: Placed, way: Way): string {
  const [from, to] = [half(one), half(other)];
  if (way === "right") return `M${one.x} ${from.y}C${one.x - 36} ${from.y} ${other.x - 36} ${to.y} ${other.x} ${to.y}`;
  return `M${from.x} ${one.y}C${from.x} ${one.y - 36} ${to.x} ${other.y - 36} ${to.x} ${other.y}`;
}

/** Where a key leads from here: along the generations to a child or a parent, across them to what stands beside. */
export function stepped({ placed }: Shape, from: string, key: string, way: Way): string | undefined {
  const here = placed.get(from);
  if (!here) return undefined;
  const [on, back, before, after] = way === "right" ? ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"] : ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"];
  const at = (one: Placed) => (way === "right" ? one.y : one.x);
  const nearest = (ids: readonly string[]) => ids.toSorted((one, other) => Math.abs(at(placed.get(one)!) - at(here)) - Math.abs(at(placed.get(other)!) - at(here)))[0];
  if (key === on) return nearest(here.children);
  if (key === back) return nearest(here.parents);
  const row = [...placed.values()].filter((one) => one.generation === here.generation).sort((one, other) => at(one) - at(other));
  const place = row.indexOf(here);
  if (key === before) return row[place - 1]?.node.id;
  if (key === after) return row[place + 1]?.node.id;
  return undefined;
}
