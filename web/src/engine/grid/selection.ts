/** What is selected: these, or all but these. All of a hundred thousand is one word, not a hundred thousand ids. */

export interface Selection {
  readonly all: boolean;
  readonly ids: ReadonlySet<string>;
}

export const NONE: Selection = { all: false, ids: new Set() };
export const ALL: Selection = { all: true, ids: new Set() };

export function selected(selection: Selection, id: string): boolean {
  return selection.ids.has(id) !== selection.all;
}

export function selectedOf(selection: Selection, total: number): number {
  return selection.all ? Math.max(0, total - selection.ids.size) : selection.ids.size;
}

export function put(selection: Selection, ids: Iterable<string>, on: boolean): Selection {
  const next = new Set(selection.ids);
  for (const id of ids) {
    if (on === selection.all) next.delete(id);
    else next.add(id);
  }
  return { all: selection.all, ids: next };
}

export function toggled(selection: Selection, id: string): Selection {
  return put(selection, [id], !selected(selection, id));
}

/** Each of them turned from what it was, as a rubber band with a key held down does. */
export function turned(selection: Selection, ids: Iterable<string>): Selection {
  let next = selection;
  const unique = new Set(ids);
  const on = [...unique].filter((id) => !selected(selection, id));
  const off = [...unique].filter((id) => selected(selection, id));
  next = put(next, on, true);
  return put(next, off, false);
}
