/** What differs between two texts, word by word. */

export interface Piece {
  text: string;
  /** "same" stands in both, "gone" in the first, "new" in the second alone. */
  kind: "same" | "gone" | "new";
}

/** Beyond this many words on a side, the middle that differs is shown as one piece. */
const MOST = 600;

const wordsOf = (text: string) => text.match(/\s+|[\p{L}\p{N}'’-]+|[^\s\p{L}\p{N}]/gu) ?? [];

/** The pieces of both, in order: without "gone" they are `after`, without "new" `before`. */
export function diff(before: string, after: string): Piece[] {
  const [one, two] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < one.length && start < two.length && one[start] === two[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < two.length - start && one.at(-1 - end) === two.at(-1 - end)) end += 1;
  const [left, right] = [one.slice(start, one.length - end), two.slice(start, two.length - end)];
  const middle = left.length > MOST || right.length > MOST ? [...pieces(left, "gone"), ...pieces(right, "new")] : shared(left, right);
  return joined([...pieces(one.slice(0, start), "same"), ...middle, ...pieces(end === 0 ? [] : one.slice(-end), "same")]);
}

const pieces = (words: readonly string[], kind: Piece["kind"]): Piece[] => words.map((text) => ({ text, kind }));

/** By the longest run of words that both have. */
function shared(left: readonly string[], right: readonly string[]): Piece[] {
  const width = right.length + 1;
  const length = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      length[i * width + j] = left[i] === right[j] ? length[(i + 1) * width + j + 1]! + 1 : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!);
    }
  }
  const found: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      found.push({ text: left[i]!, kind: "same" });
      i += 1;
      j += 1;
    } else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) found.push({ text: left[i++]!, kind: "gone" });
    else found.push({ text: right[j++]!, kind: "new" });
  }
  return [...found, ...pieces(left.slice(i), "gone"), ...pieces(right.slice(j), "new")];
}

/** Neighbours of a kind are one piece. */
function joined(every: readonly Piece[]): Piece[] {
  const found: Piece[] = [];
  for (const piece of every) {
    const last = found.at(-1);
    if (last?.kind === piece.kind) found[found.length - 1] = { text: last.text + piece.text, kind: piece.kind };
    else found.push(piece);
  }
  return found;
}
