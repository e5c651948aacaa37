import { Checkbox as Check } from "@ark-ui/react/checkbox";
import { Collapsible } from "@ark-ui/react/collapsible";
import { Field } from "@ark-ui/react/field";
import { Switch as Toggle } from "@ark-ui/react/switch";
import { Tabs as Tabbed } from "@ark-ui/react/tabs";
import { Check as Tick, ChevronRight, Minus } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";

export function Label({ children, right, className }: { children: ReactNode; right?: ReactNode; className?: string }) {
  return (
    <div className={cx("mb-1.5 flex items-center justify-between gap-2 text-xs font-medium text-fg-2", className)}>
      <span>{children}</span>
      {right !== undefined && <span className="num font-normal text-fg-3">{right}</span>}
    </div>
  );
}

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
  return (
    <Field.Root invalid={error !== undefined} className={className}>
      <Field.Label className={hideLabel ? "sr-only" : "mb-1.5 block text-xs font-medium text-fg-2"}>{label}</Field.Label>
      {rows > 1 ? (
        <Field.Textarea
          autoresize
          rows={rows}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          placeholder={rest.placeholder}
          maxLength={rest.maxLength}
          className={cx(BOX, "resize-none px-3 py-2", inputClassName)}
        />
      ) : (
        <Field.Input
          {...rest}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && onEnter?.()}
          className={cx(BOX, "h-9 px-3 coarse:h-11", inputClassName)}
        />
      )}
      {help !== undefined && <Field.HelperText className="mt-1 block text-xs text-fg-3">{help}</Field.HelperText>}
      <Field.ErrorText className="mt-1 block text-xs text-bad">{error}</Field.ErrorText>
    </Field.Root>
  );
}

interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  help?: string | undefined;
  disabled?: boolean;
}

export function Switch({ label, checked, onChange, help, disabled }: SwitchProps) {
  return (
    <div>
      <Toggle.Root
        checked={checked}
        onCheckedChange={(details) => onChange(details.checked)}
        {...(disabled === undefined ? {} : { disabled })}
        className="flex min-h-6 items-center justify-between gap-3 coarse:min-h-11"
      >
        <Toggle.Label className="text-xs font-medium text-fg-2">{label}</Toggle.Label>
        <Toggle.Control className="focus-within-ring h-4.5 w-8 shrink-0 rounded-full bg-line-2 p-0.5 transition-colors data-[focus-visible]:outline-2 data-[focus-visible]:outline-offset-2 data-[focus-visible]:outline-ring data-[state=checked]:bg-ring">
          <Toggle.Thumb className="block size-3.5 rounded-full bg-white shadow-card transition-transform data-[state=checked]:translate-x-3.5" />
        </Toggle.Control>
        <Toggle.HiddenInput />
      </Toggle.Root>
      {help !== undefined && <p className="mt-0.5 pr-12 text-xs text-fg-3">{help}</p>}
    </div>
  );
}

interface CheckboxProps {
  label: string;
  checked: boolean | "indeterminate";
  onChange: (checked: boolean) => void;
  hideLabel?: boolean;
  className?: string;
}

export function Checkbox({ label, checked, onChange, hideLabel, className }: CheckboxProps) {
  return (
    <Check.Root checked={checked} onCheckedChange={(details) => onChange(details.checked === true)} className={cx("flex items-center gap-2", className)}>
      <Check.Control className="grid size-4.5 place-items-center rounded-xs border border-line-2 bg-raised text-accent-fg data-[focus-visible]:outline-2 data-[focus-visible]:outline-offset-2 data-[focus-visible]:outline-ring data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent">
        <Check.Indicator>
          <Tick size={13} strokeWidth={3} aria-hidden />
        </Check.Indicator>
        <Check.Indicator indeterminate>
          <Minus size={13} strokeWidth={3} aria-hidden />
        </Check.Indicator>
      </Check.Control>
      <Check.Label className={hideLabel ? "sr-only" : "text-sm"}>{label}</Check.Label>
      <Check.HiddenInput />
    </Check.Root>
  );
}

interface DisclosureProps {
  title: string;
  hint?: ReactNode;
  open?: boolean;
  onToggle?: (open: boolean) => void;
  children: ReactNode;
}

export function Disclosure({ title, hint, open, onToggle, children }: DisclosureProps) {
  return (
    <Collapsible.Root defaultOpen={open ?? false} {...(onToggle ? { onOpenChange: (details) => onToggle(details.open) } : {})} lazyMount className="border-t border-line">
      <Collapsible.Trigger className="group flex w-full items-center gap-2 px-4 py-3 text-sm font-medium text-fg -outline-offset-2 hover:bg-hover">
        <ChevronRight size={15} className="text-fg-3 transition-transform group-data-[state=open]:rotate-90" aria-hidden />
        {title}
        <span className="num ml-auto truncate text-xs font-normal text-fg-3">{hint}</span>
      </Collapsible.Trigger>
      <Collapsible.Content className="px-4 pb-4">
        <div className="flex flex-col gap-4">{children}</div>
      </Collapsible.Content>
    </Collapsible.Root>
  );
}

interface TabsProps {
  label: string;
  items: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
  children?: ReactNode;
  className?: string;
}

/** `children` are `TabPanel`s. */
export function Tabs({ label, items, value, onChange, children, className }: TabsProps) {
  return (
    <Tabbed.Root value={value} onValueChange={(details) => onChange(details.value)} className={className} lazyMount>
      <Tabbed.List aria-label={label} className="flex gap-4 border-b border-line px-4">
        {items.map((item) => (
          <Tabbed.Trigger
            key={item.value}
            value={item.value}
            className="-mb-px rounded-t-xs border-b-2 border-transparent pt-3 pb-2.5 text-sm font-medium text-fg-2 hover:text-fg data-[selected]:border-ring data-[selected]:text-fg"
          >
            {item.label}
          </Tabbed.Trigger>
        ))}
      </Tabbed.List>
      {children}
    </Tabbed.Root>
  );
}

export function TabPanel({ value, children, className }: { value: string; children: ReactNode; className?: string }) {
  return (
    <Tabbed.Content value={value} className={className}>
      {children}
    </Tabbed.Content>
  );
}
