/** How each was liked, and what an accepted picture costs. */

import { useTranslation } from "react-i18next";
import type { Comparison } from "@/api";
import { said } from "@/features/forms";
import { dollars, percent, price } from "@/lib/format";

interface Line {
  name: string;
  cells: number;
  made: number;
  accepted: number;
  spent: number;
  cost: number | null;
  wins: number;
  losses: number;
}

export function Tally({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation("comparison");
  const lines = linesOf(comparison).sort((one, other) => share(other) - share(one) || other.accepted - one.accepted);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be reached by the keyboard
    <section aria-label={t("tally.title")} tabIndex={0} className="shrink-0 overflow-x-auto border-t border-line px-5 py-3 -outline-offset-2 max-md:px-3">
      <table className="num w-full text-xs">
        <caption className="pb-1.5 text-left text-2xs font-medium text-fg-3">
          {t("tally.title")} · {t("tally.votes", { count: comparison.votes })}
        </caption>
        <thead className="text-left text-fg-3">
          <tr>
            {(["name", "made", "won", "accepted", "spent", "each"] as const).map((head) => (
              <th key={head} scope="col" className="py-1 pr-4 font-normal whitespace-nowrap">
                {t(`tally.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name} className="border-t border-line">
              <th scope="row" className="py-1.5 pr-4 text-left font-medium">{said(line.name)}</th>
              <td className="pr-4">{`${line.made} / ${line.cells}`}</td>
              <td className="pr-4">{line.wins + line.losses > 0 ? `${percent(share(line))} (${line.wins} : ${line.losses})` : "–"}</td>
              <td className="pr-4">{line.accepted}</td>
              <td className="pr-4">{price(line.spent)}</td>
              <td>{line.cost === null ? "–" : line.cost === 0 ? price(0) : dollars(line.cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function share({ wins, losses }: Line): number {
  return wins + losses > 0 ? wins / (wins + losses) : -1;
}

/** By who made it, where several did; else by the values of the first axis. */
function linesOf(comparison: Comparison): Line[] {
  if (comparison.offers.length > 1) return comparison.offers.map((offer) => ({ ...offer, name: offer.title, cost: offer.cost ?? null }));
  const labels = comparison.axes[0]?.labels ?? [];
  return labels.map((name, column) => {
    const cells = comparison.cells.filter((cell) => cell.place % labels.length === column);
    const made = cells.filter((cell) => cell.run?.state === "succeeded");
    const sum = (of: (cell: (typeof cells)[number]) => number) => cells.reduce((whole, cell) => whole + of(cell), 0);
    const accepted = made.filter((cell) => cell.accepted).length;
    const spent = sum((cell) => cell.spent);
    return { name, cells: cells.length, made: made.length, accepted, spent, cost: accepted > 0 ? spent / accepted : null, wins: sum((cell) => cell.wins), losses: sum((cell) => cell.losses) };
  });
}
