/** The versions of a picture, the original first, and what is still being made. */

import "@/i18n/edit";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Asset, type Run } from "@/api";
import { remove } from "@/features/assets/actions";
import { said } from "@/features/forms";
import { download } from "@/lib/clipboard";
import { useNow } from "@/live/now";
import { cx, Menu, Ring } from "@/ui";

interface StripProps {
  label: string;
  versions: readonly Asset[];
  waiting: readonly Run[];
  shown: string;
  /** What stands under each; how it was made, otherwise. */
  nameOf?: ((asset: Asset) => string) | undefined;
  onShow: (asset: Asset) => void;
  onFurther?: ((asset: Asset) => void) | undefined;
  onCompare?: ((asset: Asset) => void) | undefined;
  /** Compares it with what is shown. */
  onAgainst?: ((asset: Asset) => void) | undefined;
  /** Makes it the newest again; the last of them is that already. */
  onBringBack?: ((asset: Asset) => void) | undefined;
}

export function Strip({ label, versions, waiting, shown, nameOf, onShow, onFurther, onCompare, onAgainst, onBringBack }: StripProps) {
  const { t } = useTranslation(["edit", "ui", "assets"]);
  const { data: known } = useSuspenseQuery(operations);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [shown, versions.length]);
  const titles = new Map(known.map((operation) => [operation.op, operation.title]));
  const arrows = (event: React.KeyboardEvent) => {
    const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (way === 0 || !(event.target instanceof HTMLElement) || !event.target.matches("[data-version]")) return;
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[data-version]") ?? [])];
    event.preventDefault();
    all[all.indexOf(event.target) + way]?.focus();
  };
  return (
    <nav aria-label={label} className="shrink-0 border-t border-line bg-panel">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows go from one button to the next */}
      <ul ref={list} onKeyDown={arrows} className="flex gap-2 overflow-x-auto px-3 pt-2.5 pb-2">
        {versions.map((version) => {
          const name = nameOf ? nameOf(version) : version.op === null ? t("strip.original") : said(titles.get(version.op) ?? version.title);
          const on = version.id === shown;
          return (
            <li key={version.id} className="group/version relative w-[76px] shrink-0">
              <button
                type="button"
                data-version
                aria-current={on ? "true" : undefined}
                onClick={() => onShow(version)}
                className="block w-full rounded-md text-left"
              >
                <span className={cx("checkered block h-14 overflow-hidden rounded-md", on ? "ring-2 ring-ring ring-offset-2 ring-offset-panel" : "group-hover/version:ring-1 group-hover/version:ring-line-2")}>
                  <img src={`${version.thumbnail}?size=256`} alt="" draggable={false} className="size-full object-cover" />
                </span>
                <span className={cx("mt-1.5 block truncate text-2xs", on ? "font-medium text-fg" : "text-fg-3")}>{name}</span>
              </button>
              <div className={cx("absolute top-1 right-1", !on && "opacity-0 group-focus-within/version:opacity-100 group-hover/version:opacity-100 coarse:hidden")}>
                <Menu
                  placement="top-start"
                  trigger={
                    <button type="button" aria-label={t("strip.more", { name })} className="grid size-6 place-items-center rounded-sm bg-overlay text-fg-2 shadow-card hover:text-fg">
                      <Ellipsis size={14} aria-hidden />
                    </button>
                  }
                  items={[
                    ...(onFurther ? [{ id: "further", label: t("result.further"), onSelect: () => onFurther(version) }] : []),
                    ...(onBringBack && version.id !== versions.at(-1)?.id ? [{ id: "back", label: t("result.bringBack"), onSelect: () => onBringBack(version) }] : []),
                    ...(onCompare && version.parents.length > 0 ? [{ id: "compare", label: t("strip.compare"), onSelect: () => onCompare(version) }] : []),
                    ...(onAgainst && !on ? [{ id: "against", label: t("strip.against"), onSelect: () => onAgainst(version) }] : []),
                    { id: "download", label: t("assets:download"), onSelect: () => download(`${version.file}?download=true`) },
                    "-" as const,
                    { id: "delete", label: t("assets:delete"), danger: true, onSelect: () => void remove([version]) },
                  ]}
                />
              </div>
            </li>
          );
        })}
        {waiting.map((run) => (
          <li key={run.id} className="w-[76px] shrink-0">
            <Coming run={run} title={said(titles.get(run.op) ?? run.title)} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Coming({ run, title }: { run: Run; title: string }) {
  const now = useNow(run.id);
  return (
    <>
      <span className="grid h-14 place-items-center rounded-md border border-dashed border-line-2 text-accent-text">
        <Ring value={Math.max(run.progress, now?.progress ?? 0, 0.02)} size={20} />
      </span>
      <span className="mt-1.5 block truncate text-2xs text-fg-3">{title}</span>
    </>
  );
}
