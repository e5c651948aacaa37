import { Popover as Pop } from "@ark-ui/react/popover";
import { Portal } from "@ark-ui/react/portal";
import { cx } from "./cx";
import type { PopoverProps } from "./popover";

export default function PopoverNow({ trigger, title, children, open, onOpenChange, placement = "bottom-end", className }: PopoverProps) {
  return (
    <Pop.Root
      positioning={{ placement }}
      lazyMount
      unmountOnExit
      {...(open === undefined ? { defaultOpen: true } : { open })}
      {...(onOpenChange ? { onOpenChange: (details) => onOpenChange(details.open) } : {})}
    >
      <Pop.Trigger asChild>{trigger}</Pop.Trigger>
      <Portal>
        <Pop.Positioner>
          <Pop.Content aria-label={title} className={cx("z-50 max-h-[min(80vh,var(--available-height,80vh))] overflow-auto rounded-lg bg-overlay text-sm shadow-pop outline-none", className ?? "w-80 p-3")}>
            {children}
          </Pop.Content>
        </Pop.Positioner>
      </Portal>
    </Pop.Root>
  );
}
