import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bookmark, Copy, Heart, Images, Tags, Trash2, Upload, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cache, operations } from "@/api";
import { said } from "@/features/forms/said";
import { Tree } from "@/features/organise/Tree";
import { count } from "@/lib/format";
import { cx } from "@/ui";
import { Saved } from "./find/Saved";
import { filtersOf, type LibrarySearch, type Place } from "./search";
import { shelfOf } from "./shelf";

const ICONS: Record<Place | "all", LucideIcon> = { all: Images, favourites: Heart, references: Bookmark, uploads: Upload, trash: Trash2 };

interface PlacesProps {
  search: LibrarySearch;
  onChange: (change: LibrarySearch) => void;
  /** How many the shelf that is shown has. */
  total: number | undefined;
}

/** The left column: the parts of the library, and by what its pictures were made. */
export function Places({ search, onChange, total }: PlacesProps) {
  const { t } = useTranslation("library");
  const known = useSuspenseQuery(operations).data;
  const chosen = search.op ?? [];
  return (
    <nav aria-label={t("places.label")} className="flex w-52 shrink-0 flex-col gap-4 overflow-auto border-r border-line bg-bg px-2.5 py-3 max-xl:hidden">
      <div className="flex flex-col gap-px">
        {(["all", "favourites", "references", "uploads", "trash"] as const).map((place) => {
          const mine = place === "all" ? undefined : place;
          const on = search.place === mine && search.collection === undefined;
          return (
            <Way key={place} icon={ICONS[place]} on={on} onClick={() => onChange({ place: mine, collection: undefined, stack: undefined })} count={on ? total : remembered(mine)} page>
              {t(`places.${place}`)}
            </Way>
          );
        })}
        <Link to="/duplicates" className="flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium text-fg-2 hover:bg-hover hover:text-fg">
          <Copy size={16} strokeWidth={1.8} aria-hidden />
          {t("doubles")}
        </Link>
        <Link to="/tagging" className="flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium text-fg-2 hover:bg-hover hover:text-fg">
          <Tags size={16} strokeWidth={1.8} aria-hidden />
          {t("proposals")}
        </Link>
      </div>
      <Tree
        chosen={search.collection}
        onChoose={(collection) => onChange({ collection, place: undefined, stack: undefined, sort: undefined })}
        onTag={(tag) => onChange({ tag, collection: undefined, place: undefined, stack: undefined })}
      />
      <Saved search={search} onChange={onChange} />
      <div className="flex flex-col gap-px" role="group" aria-label={t("madeBy")}>
        <h2 className="px-2 pt-1 pb-1 text-2xs font-medium text-fg-3">{t("madeBy")}</h2>
        {known
          .filter((operation) => operation.offers.length > 0)
          .map((operation) => {
            const on = chosen.includes(operation.op);
            const next = on ? chosen.filter((op) => op !== operation.op) : [...chosen, operation.op];
            return (
              <Way key={operation.op} on={on} onClick={() => onChange({ op: next.length > 0 ? next : undefined })}>
                {said(operation.title)}
              </Way>
            );
          })}
      </div>
    </nav>
  );
}

/** A number that was asked for anyway. */
function remembered(place: Place | undefined): number | undefined {
  return cache.getQueryData(shelfOf(filtersOf({ place })).queryKey)?.total;
}

interface WayProps {
  icon?: LucideIcon;
  on: boolean;
  onClick: () => void;
  count?: number | undefined;
  page?: boolean;
  children: ReactNode;
}

function Way({ icon: Icon, on, onClick, count: many, page, children }: WayProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      {...(page ? { "aria-current": on ? "page" : undefined } : { "aria-pressed": on })}
      className={cx("flex min-h-8 items-center gap-2.5 rounded-md px-2 text-left text-sm font-medium transition-colors duration-100", on ? "bg-active text-fg" : "text-fg-2 hover:bg-hover hover:text-fg")}
    >
      {Icon && <Icon size={16} strokeWidth={1.8} className={on ? "text-accent-text" : ""} aria-hidden />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {many !== undefined && <span className={cx("num text-2xs", on ? "text-fg-2" : "text-fg-3")}>{count(many)}</span>}
    </button>
  );
}
