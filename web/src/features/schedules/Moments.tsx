/** The next times: by the clock of their zone, and how far away they are. */

import { CalendarClock } from "lucide-react";
import { away, inZone } from "./when";

export function Moments({ moments, zone, none }: { moments: readonly string[]; zone: string; none?: string }) {
  if (moments.length === 0) return <p className="text-xs text-fg-3">{none}</p>;
  return (
    <ol className="num flex flex-col gap-1 text-xs">
      {moments.map((moment) => (
        <li key={moment} className="flex justify-between gap-3">
          <span className="flex items-center gap-1.5">
            <CalendarClock size={13} className="text-fg-3" aria-hidden />
            {inZone(moment, zone)}
          </span>
          <span className="text-fg-3">{away(moment)}</span>
        </li>
      ))}
    </ol>
  );
}
