import type { Shade } from "./kit";

/** The colours of a palette side by side: as a sign of a kit, not as text. */
export function Swatches({ palette, className }: { palette: readonly Shade[]; className?: string }) {
  return (
    <span aria-hidden className={`inline-flex shrink-0 overflow-hidden rounded-xs ring-1 ring-line ${className ?? "h-3.5"}`}>
      {palette.map((shade, index) => (
        <span key={`${shade.colour}${index}`} className="min-w-2 flex-1" style={{ backgroundColor: shade.colour }} />
      ))}
    </span>
  );
}
