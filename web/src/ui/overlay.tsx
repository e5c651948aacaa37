import { Dialog as Modal } from "@ark-ui/react/dialog";
import { Menu as Drop } from "@ark-ui/react/menu";
import { Popover as Pop } from "@ark-ui/react/popover";
import { Portal } from "@ark-ui/react/portal";
import { X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";
import { cx } from "./cx";
import { Keys } from "./tip";

interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  hideTitle?: boolean;
  /** A sheet comes from below or the right instead of the middle; "full" covers the page. */
  sheet?: "bottom" | "right" | "full";
  /** "bare" has neither padding nor header: the content draws everything. */
  look?: "card" | "bare";
  className?: string;
  closeOnInteractOutside?: boolean;
  initialFocus?: () => HTMLElement | null;
}

const PLACE = {
  centre: "items-start justify-center pt-[12vh] px-4",
  bottom: "items-end justify-stretch",
  right: "items-stretch justify-end",
  full: "",
};
const SHAPE = {
  centre: "w-full max-w-lg max-h-[76vh] rounded-xl",
  bottom: "w-full max-h-[86dvh] rounded-t-xl pb-[env(safe-area-inset-bottom)]",
  right: "w-[min(380px,100vw)] h-full",
  full: "size-full",
};

export function Dialog({ title, open, onClose, children, footer, hideTitle, sheet, look = "card", className, closeOnInteractOutside, initialFocus }: DialogProps) {
  const { t } = useTranslation("ui");
  const place = sheet ?? "centre";
  return (
    <Modal.Root
      open={open}
      onOpenChange={(details) => !details.open && onClose()}
      lazyMount
      unmountOnExit
      closeOnInteractOutside={closeOnInteractOutside ?? true}
      {...(initialFocus ? { initialFocusEl: initialFocus } : {})}
    >
      <Portal>
        <Modal.Backdrop className="fixed inset-0 z-40 animate-[fade_.14s] bg-black/55" />
        <Modal.Positioner className={cx("fixed inset-0 z-50 flex", PLACE[place])}>
          <Modal.Content className={cx("flex flex-col overflow-hidden bg-overlay shadow-pop outline-none", SHAPE[place], className)}>
            <div className={look === "bare" || hideTitle ? "sr-only" : "flex min-h-13 items-center justify-between gap-3 border-b border-line px-4"}>
              <Modal.Title className="text-sm font-semibold">{title}</Modal.Title>
              {look === "card" && !hideTitle && (
                <IconButton label={t("close")} keys="escape" size="sm" onClick={onClose}>
                  <X size={16} aria-hidden />
                </IconButton>
              )}
            </div>
            {look === "bare" ? children : <div className="min-h-0 flex-1 overflow-auto p-4">{children}</div>}
            {footer !== undefined && <div className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">{footer}</div>}
          </Modal.Content>
        </Modal.Positioner>
      </Portal>
    </Modal.Root>
  );
}

export interface MenuItem {
  id: string;
  label: string;
  icon?: ReactNode;
  keys?: string | undefined;
  danger?: boolean | undefined;
  disabled?: boolean | undefined;
  onSelect: () => void;
}

interface MenuProps {
  trigger: ReactElement;
  items: readonly (MenuItem | "-")[];
  placement?: "bottom-end" | "bottom-start" | "top-end" | "top-start";
  onOpenChange?: (open: boolean) => void;
}

export function Menu({ trigger, items, placement = "bottom-end", onOpenChange }: MenuProps) {
  return (
    <Drop.Root positioning={{ placement }} lazyMount unmountOnExit {...(onOpenChange ? { onOpenChange: (details) => onOpenChange(details.open) } : {})}>
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

interface PopoverProps {
  trigger: ReactElement;
  title: string;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  placement?: "bottom-end" | "bottom-start" | "bottom" | "top-end" | "top-start" | "top" | "right-end";
  className?: string;
}

export function Popover({ trigger, title, children, open, onOpenChange, placement = "bottom-end", className }: PopoverProps) {
  return (
    <Pop.Root
      positioning={{ placement }}
      lazyMount
      unmountOnExit
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange: (details) => onOpenChange(details.open) } : {})}
    >
      <Pop.Trigger asChild>{trigger}</Pop.Trigger>
      <Portal>
        <Pop.Positioner>
          <Pop.Content aria-label={title} className={cx("z-50 max-h-[80vh] overflow-auto rounded-lg bg-overlay text-sm shadow-pop outline-none", className ?? "w-80 p-3")}>
            {children}
          </Pop.Content>
        </Pop.Positioner>
      </Portal>
    </Pop.Root>
  );
}
