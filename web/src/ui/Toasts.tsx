import { createToaster, Toast, Toaster } from "@ark-ui/react/toast";
import { X } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "./cx";
import type { Said } from "./say";

const MOST = 4;
const toaster = createToaster({ placement: "bottom-end", max: MOST, overlap: false, gap: 8, offsets: { bottom: "16px", left: "16px", right: "16px", top: "16px" } });

/** Where the toaster reckons each to stand, above the ones that came later: it places nothing by itself. What goes
 * away keeps no place for the pointer, not even with its ghosts. */
const PLACED =
  "z-(--z-index) [opacity:var(--opacity)] [translate:var(--x)_var(--y)] transition-[translate,opacity] duration-200 ease-pop data-[state=closed]:[&_[data-ghost]]:pointer-events-none!";

/** How many of the first ones were said. */
let said = 0;

export function show({ title, detail, bad, action }: Said): void {
  // The newest is what somebody may want to take back now: the oldest makes room for it.
  const seen = toaster.getVisibleToasts();
  if (seen.length >= MOST) toaster.remove(seen.at(-1)?.id);
  toaster.create({
    title,
    type: bad ? "error" : "info",
    duration: action || bad ? 8000 : 4000,
    ...(detail === undefined ? {} : { description: detail }),
    ...(action ? { action: { label: action.label, onClick: action.perform } } : {}),
  });
}

/** `first` is what brought this here: it is said as soon as there is a place to say it. */
export default function Toasts({ first, onHeard }: { first: readonly Said[]; onHeard: () => void }) {
  const { t } = useTranslation("ui");
  useEffect(() => {
    // The toaster listens a moment after it is there; what is said before that is lost.
    const timer = setTimeout(() => {
      first.slice(said).forEach(show);
      said = first.length;
      onHeard();
    });
    return () => clearTimeout(timer);
  }, [first, onHeard]);
  return (
    <Toaster toaster={toaster}>
      {(toast) => (
        <Toast.Root className={cx("flex w-[min(360px,calc(100vw-32px))] items-center gap-3 rounded-lg bg-overlay py-2.5 pr-2 pl-3.5 text-sm shadow-pop", PLACED)}>
          <div className="min-w-0 flex-1">
            <Toast.Title className={cx("font-medium", toast.type === "error" && "text-bad")}>{toast.title}</Toast.Title>
            {toast.description !== undefined && <Toast.Description className="text-xs text-fg-2">{toast.description}</Toast.Description>}
          </div>
          {toast.action && (
            <Toast.ActionTrigger className="min-h-8 rounded-sm px-2.5 text-sm font-semibold text-accent-text hover:bg-hover coarse:min-h-11">{toast.action.label}</Toast.ActionTrigger>
          )}
          <Toast.CloseTrigger aria-label={t("close")} className="grid size-7 place-items-center rounded-sm text-fg-3 hover:bg-hover hover:text-fg coarse:size-9">
            <X size={14} aria-hidden />
          </Toast.CloseTrigger>
        </Toast.Root>
      )}
    </Toaster>
  );
}
