import { Dialog as Modal } from "@ark-ui/react/dialog";
import { Portal } from "@ark-ui/react/portal";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";
import { cx } from "./cx";
import type { DialogProps } from "./dialog";

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

export default function DialogNow({ title, open, onClose, children, footer, hideTitle, sheet, look = "card", className, closeOnInteractOutside, initialFocus }: DialogProps) {
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
        <Modal.Backdrop className="fixed inset-0 z-40 bg-black/55 data-[state=open]:animate-[fade_.14s]" />
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
