/** A text in pieces: what is read, and what stands in it unseen or turns its order round. */

interface Piece {
  text: string;
  hidden: boolean;
  /** What is shown in the place of what is hidden: `U+202E`. */
  name: string;
}

const HIDDEN = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const { 0: sign, index } of text.matchAll(HIDDEN)) {
    if (index > from) found.push({ text: text.slice(from, index), hidden: false, name: "" });
    found.push({ text: sign, hidden: true, name: `U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}` });
    from = index + sign.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), hidden: false, name: "" });
  return found;
}
