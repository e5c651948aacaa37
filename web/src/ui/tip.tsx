import { Portal } from "@ark-ui/react/portal";
import { Tooltip } from "@ark-ui/react/tooltip";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type Side = "top" | "bottom" | "left" | "right" | undefined;

export function Tip({ label, keys, side = "bottom", children }: { label: string; keys?: string | undefined; side?: Side; children: ReactNode }) {
  return (
    <Tooltip.Root openDelay={350} closeDelay={60} lazyMount unmountOnExit positioning={{ placement: side, offset: { mainAxis: 6 } }}>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Portal>
        <Tooltip.Positioner>
          <Tooltip.Content className="z-50 flex max-w-72 items-center gap-2 rounded-sm bg-overlay px-2 py-1 text-xs text-fg shadow-pop">
            {label}
            {keys !== undefined && <Keys keys={keys} />}
          </Tooltip.Content>
        </Tooltip.Positioner>
      </Portal>
    </Tooltip.Root>
  );
}

export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd className={cx("inline-block min-w-4 rounded-xs border border-line bg-hover px-1 text-center font-sans text-2xs leading-4 text-fg-2", className)}>
      {children}
    </kbd>
  );
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
