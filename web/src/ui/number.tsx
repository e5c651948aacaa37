import { NumberInput } from "@ark-ui/react/number-input";
import { Slider as Slide } from "@ark-ui/react/slider";
import { Minus, Plus } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
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
  disabled?: boolean;
  className?: string | undefined;
}

/** A bounded number: dragged, or typed into the field beside the label. */
export function Slider({ label, value, onChange, min, max, step = 1, unit, bare, disabled, className }: SliderProps) {
  const decimals = step >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(step)));
  return (
    <Slide.Root
      value={[value]}
      onValueChange={(details) => details.value[0] !== undefined && onChange(details.value[0])}
      min={min}
      max={max}
      step={step}
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

export function Stepper({ label, value, onChange, min, max, step, placeholder, right, hideLabel, disabled, more, less, className }: StepperProps) {
  const [text, setText] = useState(value === null ? "" : String(value));
  useEffect(() => setText(value === null ? "" : String(value)), [value]);
  return (
    <NumberInput.Root
      value={text}
      onValueChange={(details) => {
        setText(details.value);
        if (details.value === "") onChange(null);
        else if (!Number.isNaN(details.valueAsNumber)) onChange(details.valueAsNumber);
      }}
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      {...(step === undefined ? {} : { step })}
      {...(disabled === undefined ? {} : { disabled })}
      formatOptions={{ useGrouping: false, maximumFractionDigits: 4 }}
      className={className}
    >
      <div className={hideLabel ? "sr-only" : "mb-1.5 flex items-center justify-between text-xs font-medium text-fg-2"}>
        <NumberInput.Label>{label}</NumberInput.Label>
        {right}
      </div>
      <NumberInput.Control className="flex h-9 items-center rounded-md border border-line bg-raised focus-within:border-ring coarse:h-11">
        <NumberInput.DecrementTrigger aria-label={less ?? `− ${label}`} className="grid h-full w-8 shrink-0 place-items-center rounded-l-md text-fg-2 hover:bg-hover hover:text-fg disabled:text-fg-3 coarse:w-11">
          <Minus size={14} aria-hidden />
        </NumberInput.DecrementTrigger>
        <NumberInput.Input placeholder={placeholder} className="num min-w-0 flex-1 bg-transparent text-center text-sm outline-none placeholder:text-fg-3" />
        <NumberInput.IncrementTrigger aria-label={more ?? `+ ${label}`} className="grid h-full w-8 shrink-0 place-items-center rounded-r-md text-fg-2 hover:bg-hover hover:text-fg disabled:text-fg-3 coarse:w-11">
          <Plus size={14} aria-hidden />
        </NumberInput.IncrementTrigger>
      </NumberInput.Control>
    </NumberInput.Root>
  );
}
