import { Combobox, createListCollection } from "@ark-ui/react/combobox";
import { Portal } from "@ark-ui/react/portal";
import { Check, ChevronDown } from "lucide-react";
import { useMemo, useState } from "react";
import { ITEM, LIST, type SelectProps } from "./select";

/** A select whose list can be searched. */
export default function Searched({ label, items, value, onChange, hideLabel, placeholder, disabled, className }: SelectProps) {
  const [words, setWords] = useState("");
  const found = useMemo(() => {
    const wanted = words.trim().toLowerCase();
    return wanted === "" ? items : items.filter((item) => `${item.label} ${item.group ?? ""}`.toLowerCase().includes(wanted));
  }, [items, words]);
  const collection = useMemo(() => createListCollection({ items: [...found] }), [found]);
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
