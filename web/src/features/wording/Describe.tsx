/** What a picture shows, in words: written by hand, or proposed and then accepted. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { PenLine } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Asset } from "@/api";
import { soon } from "@/lib/later";
import { Button } from "@/ui";
import { writers } from "./ask";
import { describedOf } from "./described";

const Editor = lazy(soon(() => import("./Editor")));

export function Describe({ asset }: { asset: Asset }) {
  const { t } = useTranslation("library");
  const { data: known } = useSuspenseQuery(operations);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // Where it was opened, the keyboard goes on when it is closed.
  const closed = useRef(false);
  const close = () => {
    closed.current = true;
    setOpen(false);
  };
  useEffect(() => {
    if (open || !closed.current) return;
    closed.current = false;
    button.current?.focus();
  }, [open]);
  const said = describedOf(asset);
  const empty = said.caption === "" && said.alt === "" && said.tags.length === 0;
  return (
    <section className="border-t border-line px-4 py-3">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-2xs font-medium text-fg-3">{t("described.title")}</h3>
        {!open && (
          <Button ref={button} look="ghost" size="sm" className="-mr-2" onClick={() => setOpen(true)}>
            <PenLine size={14} aria-hidden />
            {empty ? t("described.describe") : t("described.change")}
          </Button>
        )}
      </div>
      {open ? (
        <Suspense fallback={<div className="skeleton mt-2 h-32" role="status" aria-label={t("loading")} />}>
          <Editor asset={asset} writers={asset.kind === "image" ? writers(known, "image") : []} onClose={close} />
        </Suspense>
      ) : (
        !empty && (
          <>
            {said.caption !== "" && <p className="mt-1 text-xs leading-5 break-words text-fg">{said.caption}</p>}
            {said.alt !== "" && (
              <p className="mt-1 text-xs leading-5 break-words text-fg-2">
                {said.alt}
                {said.altBy !== "person" && <span className="ml-1.5 rounded-xs bg-hover px-1.5 py-0.5 text-2xs text-fg-3">{t(`described.by.${said.altBy}`)}</span>}
              </p>
            )}
            {said.tags.length > 0 && (
              <ul aria-label={t("described.tags")} className="mt-2 flex flex-wrap gap-1">
                {said.tags.map((tag) => (
                  <li key={tag} className="rounded-xs bg-hover px-1.5 py-0.5 text-xs text-fg-2">
                    {tag}
                  </li>
                ))}
              </ul>
            )}
          </>
        )
      )}
    </section>
  );
}
