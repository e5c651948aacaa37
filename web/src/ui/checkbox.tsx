import { Check, Minus } from "lucide-react";
import { cx } from "./cx";

interface CheckboxProps {
  label: string;
  checked: boolean | "indeterminate";
  onChange: (checked: boolean) => void;
  hideLabel?: boolean;
  disabled?: boolean;
  className?: string;
}

export function Checkbox({ label, checked, onChange, hideLabel, disabled, className }: CheckboxProps) {
  const Sign = checked === "indeterminate" ? Minus : Check;
  return (
    <label className={cx("flex items-center gap-2", className)}>
      <span className="focus-within-ring relative grid size-4.5 place-items-center rounded-xs border border-line-2 bg-raised text-accent-fg has-checked:border-accent has-checked:bg-accent has-indeterminate:border-accent has-indeterminate:bg-accent">
        <input
          type="checkbox"
          checked={checked === true}
          disabled={disabled}
          ref={(input) => {
            if (input) input.indeterminate = checked === "indeterminate";
          }}
          onChange={(event) => onChange(event.target.checked)}
          className="absolute inset-0 m-0 appearance-none outline-none"
        />
        {checked !== false && <Sign size={13} strokeWidth={3} className="pointer-events-none relative" aria-hidden />}
      </span>
      <span className={hideLabel ? "sr-only" : disabled ? "text-sm text-fg-3" : "text-sm"}>{label}</span>
    </label>
  );
}
