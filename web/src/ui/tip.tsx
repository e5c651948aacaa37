import { Children, cloneElement, type ReactElement, type ReactNode, useEffect, useState } from "react";
import { cx } from "./cx";

export type Side = "top" | "bottom" | "left" | "right" | undefined;

interface TipProps {
  label: string;
  keys?: string | undefined;
  side?: Side;
  children: ReactElement<Record<string, unknown>>;
}

/**
 * What a button does, in a bubble beside it. Its name for everybody else is its own `aria-label`: so one bubble, drawn
 * by `Tips`, serves the whole page, instead of a machine for each of two hundred buttons.
 */
export function Tip({ label, keys, side = "bottom", children }: TipProps) {
  return cloneElement(Children.only(children), { "data-tip": label, "data-tip-keys": keys, "data-tip-side": side });
}

const PAUSE_MS = 350;
const GAP = 6;
const EDGE = 8;

interface Shown {
  label: string;
  keys: string | undefined;
  side: string;
  at: DOMRect;
}

/** The one bubble: after a moment under the pointer, at once under the keyboard's focus. Escape puts it away. */
export function Tips() {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over: Element | null = null;
    const hide = () => {
      clearTimeout(timer);
      over = null;
      setShown(null);
    };
    const show = (element: HTMLElement) => {
      const { tip = "", tipKeys, tipSide = "bottom" } = element.dataset;
      setShown({ label: tip, keys: tipKeys, side: tipSide, at: element.getBoundingClientRect() });
    };
    const find = (target: EventTarget | null) => (target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null);
    const enter = (event: PointerEvent) => {
      const element = event.pointerType === "touch" ? null : find(event.target);
      if (element === over) return;
      hide();
      if (!element) return;
      over = element;
      timer = setTimeout(() => element.isConnected && show(element), PAUSE_MS);
    };
    const focus = (event: FocusEvent) => {
      const element = find(event.target);
      if (element?.matches(":focus-visible")) show(element);
    };
    const key = (event: KeyboardEvent) => event.key === "Escape" && hide();
    document.addEventListener("pointerover", enter);
    document.addEventListener("pointerdown", hide);
    document.addEventListener("focusin", focus);
    document.addEventListener("focusout", hide);
    document.addEventListener("keydown", key);
    document.addEventListener("scroll", hide, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", enter);
      document.removeEventListener("pointerdown", hide);
      document.removeEventListener("focusin", focus);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("keydown", key);
      document.removeEventListener("scroll", hide, true);
    };
  }, []);
  if (!shown) return null;
  return (
    <div
      ref={(bubble) => {
        if (bubble) place(bubble, shown);
      }}
      aria-hidden
      className="pointer-events-none fixed top-0 left-0 z-60 flex max-w-72 animate-[fade_.1s] items-center gap-2 rounded-sm bg-overlay px-2 py-1 text-xs text-fg shadow-pop"
    >
      {shown.label}
      {shown.keys !== undefined && <Keys keys={shown.keys} />}
    </div>
  );
}

/** On the wanted side, on the other one where there is no room, and always within the window. */
function place(bubble: HTMLElement, { at, side }: Shown): void {
  const { offsetWidth: width, offsetHeight: height } = bubble;
  const room = { top: at.top - height - GAP, bottom: at.bottom + GAP, left: at.left - width - GAP, right: at.right + GAP };
  let x = at.left + at.width / 2 - width / 2;
  let y = at.top + at.height / 2 - height / 2;
  if (side === "right") x = room.right + width > innerWidth ? room.left : room.right;
  else if (side === "left") x = room.left < 0 ? room.right : room.left;
  else if (side === "top") y = room.top < 0 ? room.bottom : room.top;
  else y = room.bottom + height > innerHeight ? room.top : room.bottom;
  x = Math.max(EDGE, Math.min(innerWidth - width - EDGE, x));
  y = Math.max(EDGE, Math.min(innerHeight - height - EDGE, y));
  bubble.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}

export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return <kbd className={cx("inline-block min-w-4 rounded-xs border border-line bg-hover px-1 text-center font-sans text-2xs leading-4 text-fg-2", className)}>{children}</kbd>;
}

const MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
const NAMES: Record<string, string> = {
  mod: MAC ? "⌘" : "Ctrl",
  shift: "⇧",
  alt: MAC ? "⌥" : "Alt",
  enter: "↵",
  escape: "Esc",
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  arrowdown: "↓",
  space: "Space",
  delete: "Del",
  backspace: "⌫",
};

/** `mod+shift+z` or `g c`, as this machine's keyboard has it. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="flex shrink-0 gap-0.5">
      {keys.split(/[ +](?=.)/).map((key, index) => (
        <Kbd key={index}>{NAMES[key] ?? key.toUpperCase()}</Kbd>
      ))}
    </span>
  );
}
