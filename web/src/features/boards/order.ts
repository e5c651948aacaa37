/** Where a picture goes when it is moved among the others: all of it without a page, so that it can be looked at. */

/** The order once `id` stands at `to` (0 is the first), and before which it stands then; null: at the end. */
export function moved(ids: readonly string[], id: string, to: number): { order: string[]; before: string | null } {
  const others = ids.filter((each) => each !== id);
  const at = Math.min(others.length, Math.max(0, to));
  return { order: [...others.slice(0, at), id, ...others.slice(at)], before: others[at] ?? null };
}

/** Where an arrow key leads in a grid of so many columns; null for another key. */
export function stepped(index: number, key: string, columns: number): number | null {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  return step === undefined ? null : index + step;
}
