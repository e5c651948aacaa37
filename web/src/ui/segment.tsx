import { type ReactNode, useId } from "react";
import { cx } from "./cx";

export interface SegmentProps {
  label: string;
  items: readonly { value: string; label: ReactNode; title?: string }[];
  value: string | null;
  onChange: (value: string) => void;
  hideLabel?: boolean;
  right?: ReactNode;
  disabled?: boolean;
  className?: string | undefined;
}

/** A few choices, all seen at once: the browser's own radio buttons, drawn as one bar. */
export function Segment({ label, items, value, onChange, hideLabel, right, disabled, className }: SegmentProps) {
  const id = useId();
  return (
    <div role="radiogroup" aria-labelledby={id} className={className}>
      <div className={cx("flex justify-between", !hideLabel && "mb-1.5")}>
        <span id={id} className={hideLabel ? "sr-only" : "text-xs font-medium text-fg-2"}>
          {label}
        </span>
        {right !== undefined && <span className="num text-xs text-fg-3">{right}</span>}
      </div>
      <div className="flex rounded-md border border-line bg-sunken p-0.5">
        {items.map((item) => (
          <label
            key={item.value}
            title={item.title}
            className="focus-within-ring relative flex min-h-7.5 min-w-0 flex-1 items-center justify-center rounded-[calc(7px*var(--r))] border border-transparent px-1.5 text-xs font-medium text-fg-2 transition-[background,color] duration-100 not-has-checked:hover:text-fg has-checked:border-line has-checked:bg-overlay has-checked:text-fg has-checked:shadow-card has-disabled:text-fg-3 coarse:min-h-10"
          >
            <input type="radio" name={id} value={item.value} checked={item.value === value} disabled={disabled} onChange={() => onChange(item.value)} className="absolute inset-0 m-0 appearance-none outline-none" />
            <span className="pointer-events-none relative flex min-w-0 flex-col items-center gap-1 py-1 text-center">{item.label}</span>
          </label>
        ))}
      </div>
    </div>
  );
}
