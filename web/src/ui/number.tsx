import { Minus, Plus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useId, useRef, useState } from "react";
import { soon } from "@/lib/later";
import { cx } from "./cx";
import type { SliderProps } from "./SliderNow";

const SliderNow = lazy(soon(() => import("./SliderNow")));

/** A bounded number: dragged, or typed into the field beside the label. Fetched when the first one is shown. */
export function Slider(props: SliderProps) {
  return (
    <Suspense fallback={<div className={cx(props.bare ? "h-5" : "h-12", props.className)} />}>
      <SliderNow {...props} />
    </Suspense>
  );
}

export interface StepperProps {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number | undefined;
  max?: number | undefined;
  step?: number | undefined;
  placeholder?: string | undefined;
  right?: ReactNode;
  hideLabel?: boolean;
  disabled?: boolean;
  more?: string;
  less?: string;
  className?: string | undefined;
}

const BUTTON = "grid h-full w-8 shrink-0 place-items-center text-fg-2 enabled:hover:bg-hover enabled:hover:text-fg disabled:text-fg-3 coarse:w-11";
const HOLD_MS = 400;
const REPEAT_MS = 60;
/** PageUp and PageDown go this many steps. */
const PAGE = 10;

/** A number with a button on either side; a spin button of the ARIA patterns. Null stands for an empty field. */
export function Stepper({ label, value, onChange, min = -Infinity, max = Infinity, step = 1, placeholder, right, hideLabel, disabled, more, less, className }: StepperProps) {
  // Not a label around it all: that would name, and press, the first button in it.
  const id = useId();
  const shown = value === null ? "" : String(value);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const within = (number: number) => Math.min(max, Math.max(min, Number(number.toFixed(6))));
  const by = (steps: number) => onChange(within((value ?? (Number.isFinite(min) ? min - Math.min(0, steps) * step : 0)) + steps * step));
  const take = () => {
    const typed = Number(text.replace(",", "."));
    if (text.trim() === "") onChange(null);
    else if (Number.isNaN(typed)) setText(shown);
    else {
      setText(String(within(typed)));
      onChange(within(typed));
    }
  };
  const moves: Record<string, () => void> = {
    ArrowUp: () => by(1),
    ArrowDown: () => by(-1),
    PageUp: () => by(PAGE),
    PageDown: () => by(-PAGE),
    ...(Number.isFinite(min) ? { Home: () => onChange(min) } : {}),
    ...(Number.isFinite(max) ? { End: () => onChange(max) } : {}),
    Enter: take,
  };
  return (
    <div className={className}>
      <span className={hideLabel ? "sr-only" : "mb-1.5 flex items-center justify-between text-xs font-medium text-fg-2"}>
        <label htmlFor={id}>{label}</label>
        {right}
      </span>
      <span className="flex h-9 items-center overflow-hidden rounded-md border border-line bg-raised focus-within:border-ring coarse:h-11">
        <Held label={less ?? `− ${label}`} disabled={disabled || (value !== null && value <= min)} onStep={() => by(-1)}>
          <Minus size={14} aria-hidden />
        </Held>
        <input
          id={id}
          role="spinbutton"
          inputMode="decimal"
          aria-valuenow={value ?? undefined}
          aria-valuemin={Number.isFinite(min) ? min : undefined}
          aria-valuemax={Number.isFinite(max) ? max : undefined}
          value={text}
          disabled={disabled}
          placeholder={placeholder}
          onChange={(event) => setText(event.target.value)}
          onBlur={take}
          onKeyDown={(event) => {
            const move = moves[event.key];
            if (!move || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            move();
          }}
          className="num h-full min-w-0 flex-1 bg-transparent text-center text-sm outline-none placeholder:text-fg-3"
        />
        <Held label={more ?? `+ ${label}`} disabled={disabled || (value !== null && value >= max)} onStep={() => by(1)}>
          <Plus size={14} aria-hidden />
        </Held>
      </span>
    </div>
  );
}

/** Steps once, and again and again while it is held. */
function Held({ label, disabled, onStep, children }: { label: string; disabled: boolean | undefined; onStep: () => void; children: ReactNode }) {
  const step = useRef(onStep);
  step.current = onStep;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const end = () => clearTimeout(timer.current);
  const again = (pause: number) => {
    timer.current = setTimeout(() => {
      step.current();
      again(REPEAT_MS);
    }, pause);
  };
  useEffect(() => end, []);
  useEffect(() => (disabled ? end() : undefined), [disabled]);
  return (
    <button type="button" aria-label={label} disabled={disabled} onClick={onStep} onPointerDown={() => again(HOLD_MS)} onPointerUp={end} onPointerLeave={end} onPointerCancel={end} className={BUTTON}>
      {children}
    </button>
  );
}
