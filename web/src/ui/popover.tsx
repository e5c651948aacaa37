import { lazy, type ReactElement, type ReactNode } from "react";
import { soon } from "@/lib/later";
import { Fetched } from "./fetched";

const load = soon(() => import("./PopoverNow"));
const PopoverNow = lazy(load);

export interface PopoverProps {
  trigger: ReactElement<Record<string, unknown>>;
  title: string;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  placement?: "bottom-end" | "bottom-start" | "bottom" | "top-end" | "top-start" | "top" | "right-end";
  className?: string;
}

/** Its machinery is fetched when a hand comes near, and it opens with the first click. */
export function Popover(props: PopoverProps) {
  return (
    <Fetched trigger={props.trigger} kind="dialog" load={load} open={props.open} onOpen={() => props.onOpenChange?.(true)}>
      <PopoverNow {...props} />
    </Fetched>
  );
}
