import { Children, cloneElement, type ReactElement, type ReactNode, Suspense, useState } from "react";

interface FetchedProps {
  trigger: ReactElement<Record<string, unknown>>;
  /** What it opens, for who cannot see it (`aria-haspopup`). */
  kind: "menu" | "dialog" | "listbox";
  load: () => Promise<unknown>;
  onOpen?: () => void;
  /** It is open from the start, or is opened by something else. */
  open?: boolean | undefined;
  /** What takes the trigger's place with the first click, open. */
  children: ReactNode;
}

/** Only the trigger, until somebody wants what is behind it. */
export function Fetched({ trigger, kind, load, onOpen, open = false, children }: FetchedProps) {
  const [wanted, setWanted] = useState(open);
  if (open && !wanted) setWanted(true);
  const near = () => void load();
  const closed = cloneElement(Children.only(trigger), {
    "aria-haspopup": kind,
    "aria-expanded": wanted,
    onPointerEnter: near,
    onFocus: near,
    onClick: (event: React.MouseEvent) => {
      (trigger.props["onClick"] as ((event: React.MouseEvent) => void) | undefined)?.(event);
      setWanted(true);
      onOpen?.();
    },
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key !== "ArrowDown" || kind === "dialog") return;
      event.preventDefault();
      setWanted(true);
      onOpen?.();
    },
  });
  return wanted ? <Suspense fallback={closed}>{children}</Suspense> : closed;
}
