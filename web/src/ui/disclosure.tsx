import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { cx } from "./cx";

interface DisclosureProps {
  title: string;
  hint?: ReactNode;
  open?: boolean;
  children: ReactNode;
}

export function Disclosure({ title, hint, open: begins = false, children }: DisclosureProps) {
  const id = useId();
  const [open, setOpen] = useState(begins);
  // What opens it from outside (a fault in one of its fields) does not close it again.
  const [before, setBefore] = useState(begins);
  if (begins !== before) {
    setBefore(begins);
    if (begins) setOpen(true);
  }
  return (
    <div className="border-t border-line">
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} className="flex w-full items-center gap-2 px-4 py-3 text-sm font-medium text-fg -outline-offset-2 hover:bg-hover">
        <ChevronRight size={15} className={cx("shrink-0 text-fg-3 transition-transform", open && "rotate-90")} aria-hidden />
        {title}
        <span className="num ml-auto truncate text-xs font-normal text-fg-3">{hint}</span>
      </button>
      <div id={id} className="px-4 pb-4" hidden={!open}>
        {open && <div className="flex flex-col gap-4">{children}</div>}
      </div>
    </div>
  );
}
