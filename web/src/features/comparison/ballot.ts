/** Which pictures are put beside each other, where nobody sees their names. Pure. */

/** The most pairs that one person is asked about. */
const MOST = 24;

type Random = () => number;

/**
 * Pairs of these places, in any order, either of them on the left. In a grid of two axes those that differ in one of
 * them only: what is seen is then the difference of that one.
 */
export function pairsOf(places: readonly number[], across: number, random: Random = Math.random): [number, number][] {
  const all = places.flatMap((one, index) => places.slice(index + 1).map((other): [number, number] => [one, other]));
  const near = all.filter(([one, other]) => one % across === other % across || Math.floor(one / across) === Math.floor(other / across));
  return shuffled(near.length > 0 ? near : all, random)
    .slice(0, MOST)
    .map(([one, other]) => (random() < 0.5 ? [one, other] : [other, one]));
}

export function shuffled<T>(items: readonly T[], random: Random = Math.random): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const at = Math.floor(random() * (last + 1));
    [mixed[last], mixed[at]] = [mixed[at]!, mixed[last]!];
  }
  return mixed;
}
