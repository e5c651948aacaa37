/** What an app draws over the picture, or cuts off: seen over the preview, and not in what is exported unless that is asked for. */

import { said } from "@/features/forms";
import { cx } from "@/ui";
import type { Format } from "./api";
import { safeBox } from "./plan";

const EDGE = "absolute bg-[repeating-linear-gradient(135deg,rgb(0_0_0/.34)_0_5px,rgb(0_0_0/.18)_5px_10px)]";

export function Zones({ format }: { format: Format }) {
  const [x, y, width, height] = safeBox(format);
  const all = x <= 0 && y <= 0 && width >= 1 && height >= 1;
  const percent = (value: number) => `${value * 100}%`;
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      {!all && (
        // Each edge by itself: the four do not overlap, so that none is darker than another.
        <>
          <div className={cx(EDGE, "inset-x-0 top-0")} style={{ height: percent(y) }} />
          <div className={cx(EDGE, "inset-x-0 bottom-0")} style={{ height: percent(1 - y - height) }} />
          <div className={cx(EDGE, "left-0")} style={{ top: percent(y), height: percent(height), width: percent(x) }} />
          <div className={cx(EDGE, "right-0")} style={{ top: percent(y), height: percent(height), width: percent(1 - x - width) }} />
          <div className="absolute border border-dashed border-white/85 shadow-[0_0_0_1px_rgb(0_0_0/.25)]" style={{ left: percent(x), top: percent(y), width: percent(width), height: percent(height) }} />
        </>
      )}
      {format.zones.map((zone) => (
        <div
          key={`${zone.name} ${zone.x} ${zone.y}`}
          className="@container-[size] absolute grid place-items-center overflow-hidden rounded-xs bg-black/55 ring-1 ring-white/55 ring-inset"
          style={{ left: percent(zone.x), top: percent(zone.y), width: percent(zone.width), height: percent(zone.height) }}
        >
          <span className="hidden max-w-full truncate px-0.5 text-[9px] leading-3 text-white @min-[34px]:block">{said(zone.name)}</span>
        </div>
      ))}
    </div>
  );
}
