import { useSuspenseQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Heart } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Asset } from "@/api";
import { bytes, moment, pixels } from "@/lib/format";
import { cx } from "@/ui";
import { Box, Picture } from "./Tile";

/** Title, made by, size, bytes, date; on a narrow page only title and date. */
const COLUMNS = "grid grid-cols-[minmax(0,1fr)_9.5rem_7.5rem_5.5rem_9rem] items-center max-lg:grid-cols-[minmax(0,1fr)_7.5rem_8rem] max-md:grid-cols-[minmax(0,1fr)_6.5rem]";
const WIDE = "max-lg:hidden";
const MIDDLE = "max-md:hidden";

interface LineProps {
  index: number;
  asset: Asset | undefined;
  on: boolean;
  active: boolean;
  opened: boolean;
  fast: boolean;
  width: number;
  tall: number;
}

/** One picture as a line of a list. */
export const Line = memo(function Line({ index, asset, on, active, opened, fast, width, tall }: LineProps) {
  const { t } = useTranslation("library");
  const madeBy = useMadeBy();
  return (
    <div
      role="presentation"
      data-index={index}
      className={cx(COLUMNS, "group/tile absolute inset-0 border-b border-line text-sm text-fg-2", on ? "bg-accent-soft" : opened ? "bg-active" : "bg-bg hover:bg-hover")}
      style={{ width, height: tall }}
    >
      <div role="gridcell" aria-selected={on} tabIndex={active ? 0 : -1} className="flex h-full min-w-0 items-center gap-3 pl-2 -outline-offset-2">
        <span data-check aria-hidden className="grid size-9 shrink-0 place-items-center">
          <Box on={on} plain />
        </span>
        <span className="relative size-10 shrink-0 overflow-hidden rounded-xs bg-hover">{asset && <Picture asset={asset} width={40} tall={40} fast={fast} />}</span>
        <span className="truncate font-medium text-fg">{asset?.title ?? t("loading")}</span>
        {asset?.favorite && <Heart size={13} aria-label={t("favourite")} className="shrink-0 fill-current text-fg-2" />}
      </div>
      <div role="gridcell" className={cx(WIDE, "truncate")}>
        {asset && madeBy(asset.op)}
      </div>
      <div role="gridcell" className={cx(MIDDLE, "num")}>
        {asset && pixels(asset.width, asset.height)}
      </div>
      <div role="gridcell" className={cx(WIDE, "num")}>
        {asset && bytes(asset.bytes)}
      </div>
      <div role="gridcell" className="num truncate pr-4">
        {asset && moment(asset.created_at)}
      </div>
    </div>
  );
});

export function useMadeBy(): (op: string | null) => string {
  const { t } = useTranslation("library");
  const known = useSuspenseQuery(operations).data;
  return (op) => (op === null ? t("uploaded") : (known.find((operation) => operation.op === op)?.title ?? op));
}

/** What the columns are, and by which the list is sorted. */
export function Head({ oldest, onSort }: { oldest: boolean; onSort: (oldest: boolean) => void }) {
  const { t } = useTranslation("library");
  const Arrow = oldest ? ArrowUp : ArrowDown;
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className={cx(COLUMNS, "min-h-9 border-b border-line bg-panel text-xs font-medium text-fg-2")}>
        <div role="columnheader" className="pl-[104px]">
          {t("columns.title")}
        </div>
        <div role="columnheader" className={WIDE}>
          {t("columns.op")}
        </div>
        <div role="columnheader" className={MIDDLE}>
          {t("columns.size")}
        </div>
        <div role="columnheader" className={WIDE}>
          {t("columns.bytes")}
        </div>
        <div role="columnheader" aria-sort={oldest ? "ascending" : "descending"}>
          <button type="button" onClick={() => onSort(!oldest)} className="-ml-1.5 flex min-h-7 items-center gap-1.5 rounded-xs px-1.5 hover:bg-hover hover:text-fg coarse:min-h-11">
            {t("columns.date")}
            <Arrow size={13} aria-hidden />
          </button>
        </div>
      </div>
    </div>
  );
}
