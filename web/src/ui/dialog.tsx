import { lazy, type ReactNode, Suspense, useState } from "react";
import { soon } from "@/lib/later";

const DialogNow = lazy(soon(() => import("./DialogNow")));

export interface DialogProps {
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

/** Modal: the focus stays in it and comes back. Its machinery is fetched when the first one opens. */
export function Dialog(props: DialogProps) {
  const [used, setUsed] = useState(props.open);
  if (props.open && !used) setUsed(true);
  if (!used) return null;
  return (
    <Suspense>
      <DialogNow {...props} />
    </Suspense>
  );
}
