import { lazy, type ReactElement, type ReactNode } from "react";
import { soon } from "@/lib/later";
import { Fetched } from "./fetched";

const load = soon(() => import("./MenuNow"));
const MenuNow = lazy(load);

export interface MenuItem {
  id: string;
  label: string;
  icon?: ReactNode;
  keys?: string | undefined;
  danger?: boolean | undefined;
  disabled?: boolean | undefined;
  onSelect: () => void;
}

export interface MenuProps {
  trigger: ReactElement<Record<string, unknown>>;
  items: readonly (MenuItem | "-")[];
  placement?: "bottom-end" | "bottom-start" | "top-end" | "top-start";
  onOpenChange?: (open: boolean) => void;
}

/** Its machinery is fetched when a hand comes near, and it opens with the first click. */
export function Menu(props: MenuProps) {
  return (
    <Fetched trigger={props.trigger} kind="menu" load={load}>
      <MenuNow {...props} />
    </Fetched>
  );
}
