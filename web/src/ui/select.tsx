import { ChevronDown } from "lucide-react";
import { lazy, type ReactNode, Suspense, useId } from "react";
import { soon } from "@/lib/later";
import { cx } from "./cx";
import { Fetched } from "./fetched";

const load = soon(() => import("./SelectNow"));
const SelectNow = lazy(load);
const Searched = lazy(soon(() => import("./Searched")));

export interface Choice {
  value: string;
  label: string;
  group?: string | undefined;
  hint?: string | undefined;
  icon?: ReactNode;
}

export const LIST = "z-50 max-h-80 overflow-auto rounded-lg bg-overlay p-1.5 text-sm shadow-pop outline-none";
export const ITEM = "flex min-h-8 items-center gap-2.5 rounded-sm px-2 py-1.5 data-[highlighted]:bg-hover coarse:min-h-11";

export interface SelectProps {
  label: string;
  items: readonly Choice[];
  value: string | null;
  onChange: (value: string) => void;
  /** Draws the chosen one; its label otherwise. */
  render?: (item: Choice) => ReactNode;
  hideLabel?: boolean;
  placeholder?: string;
  size?: "sm" | "md";
  disabled?: boolean;
  className?: string | undefined;
}

const MOST = 12;

export function selectClass(size: "sm" | "md"): string {
  return cx(
    "flex w-full items-center gap-2.5 rounded-md border border-line bg-raised text-left transition-colors hover:border-line-2 disabled:text-fg-3",
    size === "sm" ? "min-h-7 px-2 text-xs coarse:min-h-9" : "min-h-9 px-2.5 py-1 text-sm coarse:min-h-11",
  );
}

export function shownOf(current: Choice | undefined, render: SelectProps["render"], placeholder: string | undefined): ReactNode {
  if (current && render) return render(current);
  return <span className={cx("flex-1 truncate", !current && "text-fg-3")}>{current?.label ?? placeholder ?? ""}</span>;
}

/** Long lists get a search field. The list itself is fetched when a hand comes near. */
export function Select(props: SelectProps) {
  const id = useId();
  if (props.items.length > MOST) {
    return (
      <Suspense fallback={<div className="skeleton h-14" />}>
        <Searched {...props} />
      </Suspense>
    );
  }
  const { label, hideLabel, items, value, render, placeholder, size = "md", disabled, className } = props;
  const current = items.find((item) => item.value === value);
  return (
    <Fetched
      kind="listbox"
      load={load}
      trigger={<Closed {...{ id, label, hideLabel, size, disabled, className }}>{shownOf(current, render, placeholder)}</Closed>}
    >
      <SelectNow {...props} />
    </Fetched>
  );
}

interface ClosedProps extends Record<string, unknown> {
  id: string;
  label: string;
  hideLabel: boolean | undefined;
  size: "sm" | "md";
  disabled: boolean | undefined;
  className: string | undefined;
  children: ReactNode;
}

function Closed({ id, label, hideLabel, size, className, children, ...button }: ClosedProps) {
  return (
    <div className={className}>
      <span id={`${id}label`} className={hideLabel ? "sr-only" : "mb-1.5 block text-xs font-medium text-fg-2"}>
        {label}
      </span>
      <button {...button} id={id} type="button" role="combobox" aria-expanded={false} aria-controls={`${id}list`} aria-labelledby={`${id}label ${id}`} className={selectClass(size)}>
        {children}
        <ChevronDown size={15} className="ml-auto shrink-0 text-fg-3" aria-hidden />
      </button>
    </div>
  );
}
