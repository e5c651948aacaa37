/** How much one was told and has not read; what it is, is fetched when somebody wants to know. */

import { useQuery } from "@tanstack/react-query";
import { Bell as Sign } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { unread } from "@/api";
import { soon } from "@/lib/later";
import { useMedia } from "@/lib/media";
import { Dialog, Popover } from "@/ui";

const List = lazy(soon(() => import("./List")));
const MOST_SHOWN = 99;

export function Bell() {
  const { t } = useTranslation("shell");
  const [open, setOpen] = useState(false);
  const small = useMedia("(max-width: 767px)");
  const count = useQuery(unread).data ?? 0;
  const button = (
    <button
      type="button"
      aria-label={count > 0 ? t("bell.label", { count }) : t("bell.none")}
      aria-haspopup="dialog"
      {...(small ? { onClick: () => setOpen(true) } : {})}
      className="relative grid size-8.5 shrink-0 place-items-center rounded-md text-fg-2 hover:bg-hover hover:text-fg coarse:size-11"
    >
      <Sign size={17} aria-hidden />
      {count > 0 && (
        <span aria-hidden className="num absolute top-0.5 right-0 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-2xs leading-none font-semibold text-accent-fg coarse:top-1.5 coarse:right-1">
          {count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}
        </span>
      )}
    </button>
  );
  const list = open && (
    <Suspense fallback={<div className="skeleton m-3 h-40" />}>
      <List onClose={() => setOpen(false)} titled={!small} />
    </Suspense>
  );
  if (small) {
    return (
      <>
        {button}
        <Dialog title={t("bell.none")} open={open} onClose={() => setOpen(false)} sheet="bottom" className="[&>div:nth-child(2)]:p-0">
          {list}
        </Dialog>
      </>
    );
  }
  return (
    <Popover title={t("bell.none")} open={open} onOpenChange={setOpen} className="w-[min(400px,calc(100vw-16px))]" trigger={button}>
      {list}
    </Popover>
  );
}
