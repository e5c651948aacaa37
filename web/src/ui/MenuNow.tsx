import { Menu as Drop } from "@ark-ui/react/menu";
import { Portal } from "@ark-ui/react/portal";
import { cx } from "./cx";
import type { MenuProps } from "./menu";
import { Keys } from "./tip";

export default function MenuNow({ trigger, items, placement = "bottom-end", onOpenChange }: MenuProps) {
  return (
    <Drop.Root defaultOpen positioning={{ placement }} lazyMount unmountOnExit {...(onOpenChange ? { onOpenChange: (details) => onOpenChange(details.open) } : {})}>
      <Drop.Trigger asChild>{trigger}</Drop.Trigger>
      <Portal>
        <Drop.Positioner>
          <Drop.Content className="z-50 max-h-[70vh] min-w-48 overflow-auto rounded-lg bg-overlay p-1.5 text-sm shadow-pop outline-none">
            {items.map((item, index) =>
              item === "-" ? (
                <Drop.Separator key={index} className="my-1 h-px border-0 bg-line" />
              ) : (
                <Drop.Item
                  key={item.id}
                  value={item.id}
                  disabled={item.disabled ?? false}
                  onSelect={item.onSelect}
                  className={cx("flex min-h-8 items-center gap-2.5 rounded-sm px-2 data-[disabled]:text-fg-3 data-[highlighted]:bg-hover coarse:min-h-11", item.danger && "text-bad")}
                >
                  {item.icon !== undefined && <span className={item.danger ? "" : "text-fg-3"}>{item.icon}</span>}
                  <span className="flex-1">{item.label}</span>
                  {item.keys !== undefined && <Keys keys={item.keys} />}
                </Drop.Item>
              ),
            )}
          </Drop.Content>
        </Drop.Positioner>
      </Portal>
    </Drop.Root>
  );
}
