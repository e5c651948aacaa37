import type { ReactNode } from "react";
import { cx } from "./cx";

export function Label({ children, right, className }: { children: ReactNode; right?: ReactNode; className?: string }) {
  return (
    <div className={cx("mb-1.5 flex items-center justify-between gap-2 text-xs font-medium text-fg-2", className)}>
      <span>{children}</span>
      {right !== undefined && <span className="num font-normal text-fg-3">{right}</span>}
    </div>
  );
}
