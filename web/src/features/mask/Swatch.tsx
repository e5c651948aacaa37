import { COLOURS, type Colour } from "@/engine/mask";

/** A colour of the mask, as it lies over the picture. The hatching says "remove" to who cannot tell the colours apart. */
export function Swatch({ colour, hatched }: { colour: Colour; hatched?: boolean }) {
  const fill = `rgb(${COLOURS[colour].join(" ")})`;
  return (
    <svg width={12} height={12} aria-hidden className="shrink-0 overflow-hidden rounded-xs">
      <rect width={12} height={12} fill={fill} fillOpacity={hatched ? 0.45 : 1} />
      {hatched && <path d="M-1 5 5 -1M-1 9 9 -1M-1 13 13 -1M3 13 13 3M7 13 13 7" stroke={fill} strokeWidth={1.5} />}
      <rect x={0.5} y={0.5} width={11} height={11} rx={3} fill="none" stroke="var(--line-2)" />
    </svg>
  );
}
