import { Combobox, createListCollection as collect } from "@ark-ui/react/combobox";
import { Portal } from "@ark-ui/react/portal";
import { SegmentGroup } from "@ark-ui/react/segment-group";
import { Select as Choose, createListCollection } from "@ark-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { cx } from "./cx";

export interface Choice {
  value: string;
  label: string;
  group?: string | undefined;
  hint?: string | undefined;
  icon?: ReactNode;
}

const LIST = "z-50 max-h-80 overflow-auto rounded-lg bg-overlay p-1.5 text-sm shadow-pop outline-none";
const ITEM = "flex min-h-8 items-center gap-2.5 rounded-sm px-2 py-1.5 data-[highlighted]:bg-hover coarse:min-h-11";

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

/** Long lists get a search field. */
export function Select(props: SelectProps) {
  return props.items.length > 12 ? <Searched {...props} /> : <Plain {...props} />;
}

function Plain({ label, items, value, onChange, render, hideLabel, placeholder, size = "md", disabled, className }: SelectProps) {
  const collection = useMemo(() => createListCollection({ items: [...items], groupBy: (item) => item.group ?? "" }), [items]);
  const current = items.find((item) => item.value === value);
  return (
    <Choose.Root
      collection={collection}
      value={value === null ? [] : [value]}
      onValueChange={(details) => details.value[0] !== undefined && onChange(details.value[0])}
      positioning={{ sameWidth: size === "md", offset: { mainAxis: 4 } }}
      lazyMount
      {...(disabled === undefined ? {} : { disabled })}
      className={className}
    >
      <Choose.Label className={hideLabel ? "sr-only" : "mb-1.5 block text-xs font-medium text-fg-2"}>{label}</Choose.Label>
      <Choose.Control>
        <Choose.Trigger
          className={cx(
            "flex w-full items-center gap-2.5 rounded-md border border-line bg-raised text-left transition-colors hover:border-line-2",
            size === "sm" ? "min-h-7 px-2 text-xs coarse:min-h-9" : "min-h-9 px-2.5 py-1 text-sm coarse:min-h-11",
          )}
        >
          {render && current ? render(current) : <Choose.ValueText className="flex-1 truncate" placeholder={placeholder ?? ""} />}
          <ChevronDown size={15} className="ml-auto shrink-0 text-fg-3" aria-hidden />
        </Choose.Trigger>
      </Choose.Control>
      <Portal>
        <Choose.Positioner>
          <Choose.Content className={LIST}>
            {collection.group().map(([group, members]) => (
              <Choose.ItemGroup key={group} id={group || "all"}>
                {group !== "" && <Choose.ItemGroupLabel className="px-2 pt-2 pb-1 text-2xs font-medium text-fg-3">{group}</Choose.ItemGroupLabel>}
                {members.map((item) => (
                  <Choose.Item key={item.value} item={item} className={ITEM}>
                    {item.icon}
                    <Choose.ItemText className="flex-1">{item.label}</Choose.ItemText>
                    {item.hint !== undefined && <span className="num text-xs text-fg-3">{item.hint}</span>}
                    <Choose.ItemIndicator>
                      <Check size={14} className="text-accent-text" aria-hidden />
                    </Choose.ItemIndicator>
                  </Choose.Item>
                ))}
              </Choose.ItemGroup>
            ))}
          </Choose.Content>
        </Choose.Positioner>
      </Portal>
    </Choose.Root>
  );
}

function Searched({ label, items, value, onChange, hideLabel, placeholder, disabled, className }: SelectProps) {
  const [words, setWords] = useState("");
  const found = useMemo(() => {
    const wanted = words.trim().toLowerCase();
    return wanted === "" ? items : items.filter((item) => `${item.label} ${item.group ?? ""}`.toLowerCase().includes(wanted));
  }, [items, words]);
  const collection = useMemo(() => collect({ items: [...found] }), [found]);
  return (
    <Combobox.Root
      collection={collection}
      value={value === null ? [] : [value]}
      onValueChange={(details) => details.value[0] !== undefined && onChange(details.value[0])}
      onInputValueChange={(details) => setWords(details.reason === "input-change" ? details.inputValue : "")}
      openOnClick
      lazyMount
      positioning={{ sameWidth: true, offset: { mainAxis: 4 } }}
      {...(disabled === undefined ? {} : { disabled })}
      className={className}
    >
      <Combobox.Label className={hideLabel ? "sr-only" : "mb-1.5 block text-xs font-medium text-fg-2"}>{label}</Combobox.Label>
      <Combobox.Control className="relative">
        <Combobox.Input
          placeholder={placeholder}
          className="min-h-9 w-full rounded-md border border-line bg-raised pr-8 pl-2.5 text-sm outline-offset-0 hover:border-line-2 coarse:min-h-11"
        />
        <Combobox.Trigger className="absolute inset-y-0 right-0 grid w-8 place-items-center text-fg-3">
          <ChevronDown size={15} aria-hidden />
        </Combobox.Trigger>
      </Combobox.Control>
      <Portal>
        <Combobox.Positioner>
          <Combobox.Content className={LIST}>
            {found.map((item) => (
              <Combobox.Item key={item.value} item={item} className={ITEM}>
                {item.icon}
                <Combobox.ItemText className="flex-1">{item.label}</Combobox.ItemText>
                {item.hint !== undefined && <span className="num text-xs text-fg-3">{item.hint}</span>}
                <Combobox.ItemIndicator>
                  <Check size={14} className="text-accent-text" aria-hidden />
                </Combobox.ItemIndicator>
              </Combobox.Item>
            ))}
          </Combobox.Content>
        </Combobox.Positioner>
      </Portal>
    </Combobox.Root>
  );
}

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

/** A few choices, all seen at once. */
export function Segment({ label, items, value, onChange, hideLabel, right, disabled, className }: SegmentProps) {
  return (
    <SegmentGroup.Root
      value={value}
      onValueChange={(details) => details.value !== null && details.value !== "" && onChange(details.value)}
      {...(disabled === undefined ? {} : { disabled })}
      className={className}
    >
      <div className={cx("flex justify-between", !hideLabel && "mb-1.5")}>
        <SegmentGroup.Label className={hideLabel ? "sr-only" : "text-xs font-medium text-fg-2"}>{label}</SegmentGroup.Label>
        {right !== undefined && <span className="num text-xs text-fg-3">{right}</span>}
      </div>
      <div className="relative flex rounded-md border border-line bg-sunken p-0.5">
        <SegmentGroup.Indicator className="top-[var(--top)] left-[var(--left)] h-[var(--height)] w-[var(--width)] rounded-[calc(7px*var(--r))] border border-line bg-overlay shadow-card" />
        {items.map((item) => (
          <SegmentGroup.Item
            key={item.value}
            value={item.value}
            title={item.title}
            className="focus-within-ring z-1 flex min-h-7.5 min-w-0 flex-1 items-center justify-center rounded-sm px-1.5 text-xs font-medium text-fg-2 data-[state=checked]:text-fg coarse:min-h-10"
          >
            <SegmentGroup.ItemText className="flex flex-col items-center gap-1 py-1 text-center">{item.label}</SegmentGroup.ItemText>
            <SegmentGroup.ItemHiddenInput />
          </SegmentGroup.Item>
        ))}
      </div>
    </SegmentGroup.Root>
  );
}
