/** A mend that was made of a prompt as it was, carried over to the prompt as it is. */

/**
 * The same words are exchanged, or the same are added at the end. Nothing, where that has no place there, or more than one.
 */
export function rebased(before: string, after: string, now: string): string | undefined {
  if (now === before) return after;
  const whole = before.trimEnd();
  if (after.startsWith(whole)) return joined(now, after.slice(whole.length));
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  // Whole words: half of one may stand anywhere.
  while (head > 0 && /\S/.test(before[head - 1]!)) head--;
  while (tail > 0 && /\S/.test(before.at(-tail)!)) tail--;
  const old = before.slice(head, before.length - tail).trim();
  const fresh = after.slice(head, after.length - tail).trim();
  if (old === "") return undefined;
  const place = now.indexOf(old);
  if (place < 0 || now.includes(old, place + 1)) return undefined;
  return tidy(now.slice(0, place) + fresh + now.slice(place + old.length));
}

/** What is added, with a comma before it where there is none. */
export function joined(text: string, more: string): string {
  const added = more.replace(/^[\s,;]+/, "");
  const whole = text.trimEnd();
  if (whole === "" || added === "") return whole + added;
  return /[.!?…]$/.test(whole) ? `${whole} ${added[0]!.toUpperCase()}${added.slice(1)}` : `${whole.replace(/[,;]+$/, "")}, ${added}`;
}

const tidy = (text: string) =>
  text
    .replace(/[ \t]{2,}/g, " ")
    .replace(/[ \t]+(?=[,.;:!?])/g, "")
    .replace(/,(?:\s*,)+/g, ",")
    .replace(/^[\s,]+|[\s,]+$/g, "");
