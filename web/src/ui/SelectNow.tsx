import { Portal } from "@ark-ui/react/portal";
import { createListCollection, Select as Choose } from "@ark-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { useMemo } from "react";
import { ITEM, LIST, selectClass, type SelectProps, shownOf } from "./select";

export default function SelectNow({ label, items, value, onChange, render, hideLabel, placeholder, size = "md", disabled, className }: SelectProps) {
  const collection = useMemo(() => createListCollection({ items: [...items], groupBy: (item) => item.group ?? "" }), [items]);
  const current = items.find((item) => item.value === value);
  return (
    <Choose.Root
      collection={collection}
      defaultOpen
      value={value === null ? [] : [value]}
      onValueChange={(details) => details.value[0] !== undefined && onChange(details.value[0])}
      positioning={{ sameWidth: size === "md", offset: { mainAxis: 4 } }}
      lazyMount
      {...(disabled === undefined ? {} : { disabled })}
      className={className}
    >
      <Choose.Label className={hideLabel ? "sr-only" : "mb-1.5 block text-xs font-medium text-fg-2"}>{label}</Choose.Label>
      <Choose.Control>
        <Choose.Trigger className={selectClass(size)}>
          {shownOf(current, render, placeholder)}
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
