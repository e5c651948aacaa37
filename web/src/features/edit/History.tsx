/** What a picture was, step by step: any two of its versions compared, and any of them made the newest again. */

import "@/i18n/edit";
import { useSuspenseQuery } from "@tanstack/react-query";
import { History as Clock, SquareSplitHorizontal, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Asset } from "@/api";
import { said } from "@/features/forms";
import { moment } from "@/lib/format";
import { useMedia } from "@/lib/media";
import { cx, Dialog, IconButton } from "@/ui";

interface HistoryProps {
  /** The first original first. */
  versions: readonly Asset[];
  shown: string;
  /** What the shown one is compared with, where somebody chose it. */
  against: string | undefined;
  onShow: (version: Asset) => void;
  onAgainst: (version: Asset | undefined) => void;
  onBringBack: (version: Asset) => void;
  onClose: () => void;
}

/** What each version is called: its number, and how it was made. */
export function useVersionNames(versions: readonly Asset[]): (version: Asset) => string {
  const { t } = useTranslation("edit");
  const known = useSuspenseQuery(operations).data;
  return (version) => {
    const from = versions.findIndex((one) => one.id === version.facts["restored"]);
    if (version.facts["restored"] !== undefined) return from < 0 ? t("history.restored") : t("history.restoredFrom", { n: from + 1 });
    if (version.op === null) return t("strip.original");
    return said(known.find((operation) => operation.op === version.op)?.title ?? version.title);
  };
}

export function History(props: HistoryProps) {
  const { t } = useTranslation("edit");
  const phone = useMedia("(max-width: 767px)");
  if (phone) {
    return (
      <Dialog title={t("history.title")} open onClose={props.onClose} sheet="bottom" look="bare" className="max-h-[80dvh] bg-panel">
        <List {...props} />
      </Dialog>
    );
  }
  return (
    <aside aria-label={t("history.title")} className="absolute inset-y-0 right-0 z-10 flex w-80 max-w-full lg:right-auto lg:left-full flex-col border-l border-line bg-panel shadow-pop">
      <List {...props} />
    </aside>
  );
}

function List({ versions, shown, against, onShow, onAgainst, onBringBack, onClose }: HistoryProps) {
  const { t } = useTranslation(["edit", "ui"]);
  const nameOf = useVersionNames(versions);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  return (
    <>
      <header className="flex min-h-12 shrink-0 items-center gap-2 border-b border-line pr-2 pl-4">
        <h2 className="flex-1 text-sm font-semibold">{t("history.title")}</h2>
        <IconButton size="sm" label={t("ui:close")} onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      <ol ref={list} reversed className="min-h-0 flex-1 overflow-auto p-2">
        {versions
          .map((version, index) => ({ version, name: nameOf(version), label: t("history.version", { n: index + 1 }), newest: index === versions.length - 1 }))
          .reverse()
          .map(({ version, name, label, newest }) => {
            const on = version.id === shown;
            return (
              <li key={version.id} className={cx("flex items-center gap-1 rounded-md pr-1", on ? "bg-active" : "hover:bg-hover")}>
                <button type="button" aria-current={on ? "true" : undefined} onClick={() => onShow(version)} className="flex min-w-0 flex-1 items-center gap-3 rounded-md p-1.5 text-left">
                  <img src={`${version.thumbnail}?size=256`} alt="" className="checkered size-11 shrink-0 rounded-sm object-cover" />
                  <span className="min-w-0">
                    <span className="block truncate text-sm font-medium">
                      {label}
                      {newest && <span className="ml-2 text-2xs font-normal text-fg-3">{t("history.newest")}</span>}
                    </span>
                    <span className="block truncate text-xs text-fg-2">{name}</span>
                    <span className="num block truncate text-2xs text-fg-3">{moment(version.created_at)}</span>
                  </span>
                </button>
                {!on && (
                  <IconButton size="sm" side="left" label={t("history.compare", { label })} on={version.id === against} onClick={() => onAgainst(version.id === against ? undefined : version)}>
                    <SquareSplitHorizontal size={15} aria-hidden />
                  </IconButton>
                )}
                {!newest && (
                  <IconButton size="sm" side="left" label={t("history.restore", { label })} onClick={() => onBringBack(version)}>
                    <Clock size={15} aria-hidden />
                  </IconButton>
                )}
              </li>
            );
          })}
      </ol>
      <p className="border-t border-line px-4 py-2.5 text-2xs text-fg-3">{t("history.text")}</p>
    </>
  );
}
