import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Tip, type Side } from "./tip";

type Look = "primary" | "default" | "ghost" | "danger";
type Size = "sm" | "md" | "lg";

const SIZE: Record<Size, string> = {
  sm: "min-h-7 px-2.5 text-xs rounded-sm gap-1.5 coarse:min-h-9",
  md: "min-h-8.5 px-3 text-sm rounded-md gap-2 coarse:min-h-11",
  lg: "min-h-11 px-4 text-md rounded-lg gap-2",
};
const LOOK: Record<Look, string> = {
  primary:
    "bg-accent text-accent-fg hover:bg-accent-hi font-semibold shadow-[inset_0_1px_0_oklch(1_0_0/.18)] disabled:bg-active disabled:text-fg-3 disabled:shadow-none",
  default:
    "bg-raised text-fg border border-line hover:border-line-2 hover:bg-overlay font-medium disabled:text-fg-3",
  ghost: "text-fg-2 hover:text-fg hover:bg-hover font-medium disabled:text-fg-3",
  danger: "text-bad hover:bg-bad-soft font-medium disabled:text-fg-3",
};

export interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  size?: Size;
}

export function buttonClass(look: Look = "default", size: Size = "md", className?: string): string {
  return cx(
    "inline-flex items-center justify-center whitespace-nowrap select-none transition-[background,border-color,color,transform] duration-100 enabled:active:scale-[.985]",
    SIZE[size],
    LOOK[look],
    className,
  );
}

export function Button({ look, size, className, ...rest }: ButtonProps) {
  return <button type="button" {...rest} className={buttonClass(look, size, className)} />;
}

export interface IconButtonProps extends ComponentProps<"button"> {
  /** What it does: its name for everybody, and its tooltip. */
  label: string;
  keys?: string | undefined;
  size?: "sm" | "md";
  side?: Side;
  /** For buttons that stay pressed. */
  on?: boolean | undefined;
  children: ReactNode;
}

export function IconButton({ label, keys, size = "md", side, on, className, ...rest }: IconButtonProps) {
  return (
    <Tip label={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={on}
        {...rest}
        className={cx(
          "inline-grid shrink-0 place-items-center transition-colors duration-100 disabled:text-fg-3",
          size === "sm" ? "size-7 rounded-sm coarse:size-9" : "size-8.5 rounded-md coarse:size-11",
          on === true ? "bg-active text-fg" : "text-fg-2 enabled:hover:bg-hover enabled:hover:text-fg",
          className,
        )}
      />
    </Tip>
  );
}
