import { useId } from "react";

interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  help?: string | undefined;
  disabled?: boolean;
}

export function Switch({ label, checked, onChange, help, disabled }: SwitchProps) {
  const id = useId();
  return (
    <div>
      <label className="flex min-h-6 items-center justify-between gap-3 coarse:min-h-11">
        <span className="text-xs font-medium text-fg-2">{label}</span>
        <span className="focus-within-ring relative h-4.5 w-8 shrink-0 rounded-full bg-line-2 p-0.5 transition-colors has-checked:bg-ring">
          <input
            type="checkbox"
            role="switch"
            checked={checked}
            disabled={disabled}
            aria-describedby={help === undefined ? undefined : id}
            onChange={(event) => onChange(event.target.checked)}
            className="peer absolute inset-0 m-0 appearance-none outline-none"
          />
          <span className="pointer-events-none block size-3.5 rounded-full bg-white shadow-card transition-transform peer-checked:translate-x-3.5" />
        </span>
      </label>
      {help !== undefined && (
        <p id={id} className="mt-0.5 pr-12 text-xs text-fg-3">
          {help}
        </p>
      )}
    </div>
  );
}
