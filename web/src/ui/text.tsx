import { type ComponentProps, useId } from "react";
import { cx } from "./cx";

const BOX = "w-full rounded-md border border-line bg-raised text-sm placeholder:text-fg-3 hover:border-line-2 aria-invalid:border-bad";

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  help?: string | undefined;
  error?: string | undefined;
  hideLabel?: boolean;
  /** Above 1 it is a text area that grows with its text. */
  rows?: number;
  type?: ComponentProps<"input">["type"];
  placeholder?: string | undefined;
  maxLength?: number | undefined;
  autoComplete?: string;
  autoFocus?: boolean;
  className?: string | undefined;
  inputClassName?: string | undefined;
  onEnter?: () => void;
}

export function TextField({ label, value, onChange, help, error, hideLabel, rows = 1, className, inputClassName, onEnter, ...rest }: TextProps) {
  const id = useId();
  const said = [help === undefined ? "" : `${id}help`, error === undefined ? "" : `${id}error`].filter(Boolean).join(" ");
  const aria = { id, "aria-invalid": error !== undefined, "aria-describedby": said === "" ? undefined : said };
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1.5 block text-xs font-medium text-fg-2"}>
        {label}
      </label>
      {rows > 1 ? (
        <textarea
          {...aria}
          rows={rows}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          placeholder={rest.placeholder}
          maxLength={rest.maxLength}
          className={cx(BOX, "field-sizing-content block max-h-60 min-h-15 resize-none px-3 py-2", inputClassName)}
        />
      ) : (
        <input
          {...rest}
          {...aria}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && onEnter?.()}
          className={cx(BOX, "h-9 px-3 coarse:h-11", inputClassName)}
        />
      )}
      {help !== undefined && (
        <p id={`${id}help`} className="mt-1 text-xs text-fg-3">
          {help}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}error`} role="alert" className="mt-1 text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
