import { Slider as Slide } from "@ark-ui/react/slider";
import { useEffect, useState } from "react";
import { cx } from "./cx";

export interface SliderProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
  step?: number;
  unit?: string | undefined;
  /** Without the field beside it, where space is short. */
  bare?: boolean;
  /** Small values get as much of the way as large ones: for sizes over several magnitudes. `min` is above 0. */
  log?: boolean;
  disabled?: boolean;
  className?: string | undefined;
}

/** A bounded number: dragged, or typed into the field beside the label. */
export default function SliderNow({ label, value, onChange, min, max, step = 1, unit, bare, log, disabled, className }: SliderProps) {
  const decimals = step >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(step)));
  const way = log ? { min: 0, max: 100, step: 1, at: (Math.log(value / min) / Math.log(max / min)) * 100 } : { min, max, step, at: value };
  const taken = (at: number) => (log ? stepped(min * (max / min) ** (at / 100), step, value, at > way.at) : at);
  return (
    <Slide.Root
      value={[way.at]}
      onValueChange={(details) => details.value[0] !== undefined && onChange(Math.min(max, Math.max(min, taken(details.value[0]))))}
      min={way.min}
      max={way.max}
      step={way.step}
      {...(log ? { getAriaValueText: () => `${value.toFixed(decimals)} ${unit ?? ""}`.trim() } : {})}
      {...(disabled === undefined ? {} : { disabled })}
      className={cx(className, disabled && "opacity-60")}
    >
      <div className={cx("flex items-center justify-between gap-2 text-xs", bare ? "sr-only" : "mb-1")}>
        <Slide.Label className="font-medium text-fg-2">{label}</Slide.Label>
        {!bare && <Typed label={label} {...{ value, onChange, min, max, decimals, unit }} disabled={disabled ?? false} />}
      </div>
      <Slide.Control className="flex h-5 items-center coarse:h-9">
        <Slide.Track className="h-1 flex-1 overflow-hidden rounded-full bg-active">
          <Slide.Range className="h-full bg-ring" />
        </Slide.Track>
        <Slide.Thumb
          index={0}
          className="size-3.5 rounded-full bg-white shadow-[0_0_0_1px_oklch(0_0_0/.15),0_1px_3px_oklch(0_0_0/.4)] transition-transform hover:scale-110 coarse:size-5"
        >
          <Slide.HiddenInput />
        </Slide.Thumb>
      </Slide.Control>
    </Slide.Root>
  );
}

/** On the grid of steps; each move is at least one of them. */
function stepped(wanted: number, step: number, value: number, up: boolean): number {
  const near = Math.round(wanted / step) * step;
  return near === value ? value + (up ? step : -step) : near;
}

interface TypedProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
  decimals: number;
  unit: string | undefined;
  disabled: boolean;
}

function Typed({ label, value, onChange, min, max, decimals, unit, disabled }: TypedProps) {
  const shown = value.toFixed(decimals);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const take = () => {
    const typed = Number(text.replace(",", "."));
    if (text.trim() === "" || Number.isNaN(typed)) setText(shown);
    else onChange(Math.min(max, Math.max(min, typed)));
  };
  return (
    <span className="num flex items-center gap-0.5 text-fg">
      <input
        aria-label={label}
        inputMode="decimal"
        value={text}
        disabled={disabled}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && take()}
        className="h-6 w-12 rounded-xs bg-transparent px-1 text-right hover:bg-hover focus:bg-hover"
      />
      {unit !== undefined && unit !== "" && <span className="text-fg-3">{unit}</span>}
    </span>
  );
}
