/** The table: the first axis runs across, the second down; in each place what came of it. */

import { useQuery } from "@tanstack/react-query";
import { Check, Ellipsis, RotateCcw } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { OVER, runOf, type Asset, type Cell, type Comparison } from "@/api";
import { Still, type useStage } from "@/features/compare";
import { useAssetActions } from "@/features/assets/actions";
import { Coming, useOpen } from "@/features/create/Tile";
import { said } from "@/features/forms";
import { price } from "@/lib/format";
import { useNow } from "@/live/now";
import { Button, cx, Menu, Tip } from "@/ui";
import { accept, retry } from "./api";
import { names } from "./axes";
import { pictureOf } from ".";

type Stage = ReturnType<typeof useStage>;

export function Cells({ comparison, stage }: { comparison: Comparison; stage?: Stage }) {
  const { t } = useTranslation("comparison");
  const [across, down] = comparison.axes;
  const columns = across?.labels ?? [];
  const rows = down?.labels ?? [""];
  const called = names(comparison.axes);
  const pictures = useMemo(() => comparison.cells.flatMap((cell) => pictureOf(cell.run?.outputs) ?? []), [comparison.cells]);
  const open = useOpen(pictures);
  const wide = columns.length === 1 ? "min-w-40 max-w-xl" : "min-w-40";
  return (
    <div className="min-h-0 flex-1 overflow-auto px-5 pb-6 max-md:min-h-auto max-md:flex-none max-md:px-3">
      <table className="w-full border-separate border-spacing-2.5" aria-label={t("title")}>
        <thead>
          <tr>
            {down !== undefined && <td className="w-px" />}
            {columns.map((column) => (
              <th key={column} scope="col" style={{ width: `${100 / columns.length}%` }} className={cx("pb-0.5 text-left align-bottom text-xs font-medium text-fg-2", wide)}>
                {across?.field === "offer" ? said(column) : <Named title={across?.title ?? ""} value={column} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, y) => (
            <tr key={row}>
              {down !== undefined && (
                <th scope="row" className="max-w-32 min-w-16 text-right text-xs font-medium text-fg-2">
                  {down.field === "offer" ? said(row) : <Named title={down.title} value={row} />}
                </th>
              )}
              {columns.map((column, x) => {
                const place = y * columns.length + x;
                const cell = comparison.cells.find((one) => one.place === place);
                return (
                  <td key={column} className="p-0 align-top">
                    {cell && <Place comparison={comparison} cell={cell} name={said(called[place] ?? "")} stage={stage} onOpen={open} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Named({ title, value }: { title: string; value: string }) {
  return (
    <>
      <span className="block text-2xs font-normal text-fg-3">{said(title)}</span>
      <span className="num break-words">{said(value)}</span>
    </>
  );
}

interface PlaceProps {
  comparison: Comparison;
  cell: Cell;
  name: string;
  stage: Stage | undefined;
  onOpen: (asset: Asset) => void;
}

function Place({ comparison, cell, name, stage, onOpen }: PlaceProps) {
  const { t } = useTranslation("comparison");
  const first = cell.run;
  const { data: newest } = useQuery({ ...runOf(first?.id ?? ""), enabled: first !== null, ...(first ? { initialData: first } : {}) });
  const now = useNow(first?.id ?? "");
  const run = newest ?? first;
  const ratio = ratioOf(comparison, run?.input);
  if (!run) return <Blank ratio={ratio} title={t("cell.impossible")} text={cell.trouble} />;
  const over = OVER.has(run.state) || run.state === "unknown";
  const state = over ? run.state : (now?.state ?? run.state);
  const outputs = run.outputs.filter((asset) => asset.deleted_at === null);
  const picture = pictureOf(outputs);
  if (!over && !picture) {
    const progress = Math.max(run.progress, now?.progress ?? 0);
    return <Coming ratio={`${ratio}`} progress={state === "running" ? progress : null} like={undefined} stopping={run.stopping} />;
  }
  if (!picture) {
    if (run.state === "succeeded") return <Blank ratio={ratio} title={t("cell.gone")} text="" />;
    const again = run.state !== "unknown";
    return (
      <Blank ratio={ratio} title={t(`cell.${run.state as "failed"}`)} text={run.error?.message ?? ""}>
        {again && (
          <Button size="sm" onClick={() => void retry(comparison.id, cell.place)} className="mt-2">
            <RotateCcw size={13} aria-hidden />
            {run.price > 0 ? t("cell.retryFor", { price: price(run.price) }) : t("cell.retry")}
          </Button>
        )}
      </Blank>
    );
  }
  return (
    <figure className={cx("m-0 overflow-hidden rounded-lg border bg-raised", cell.accepted ? "border-ring" : "border-line")}>
      {stage ? (
        <div style={{ aspectRatio: ratio }}>
          <Still asset={picture} stage={stage} />
        </div>
      ) : (
        <div className={cx("grid gap-px", outputs.length > 1 && "grid-cols-2")}>
          {outputs.map((asset) => (
            <button key={asset.id} type="button" aria-label={name} onClick={() => onOpen(asset)} className={cx("block w-full -outline-offset-2", asset.facts["alpha"] === true && "checkered")} style={{ aspectRatio: ratio }}>
              <img src={`${asset.thumbnail}?size=512`} alt="" loading="lazy" className="size-full object-contain" />
            </button>
          ))}
        </div>
      )}
      <figcaption className="num flex min-h-9 items-center gap-0.5 pr-1 pl-2 text-2xs text-fg-3">
        <span className="mr-auto truncate">
          {[price(cell.spent), ...(cell.wins + cell.losses > 0 ? [`${cell.wins} : ${cell.losses}`] : []), ...(cell.tries > 1 ? [t("cell.tries", { count: cell.tries })] : [])].join(" · ")}
        </span>
        <Tip label={t("cell.accept", { name })} side="top">
          <button
            type="button"
            aria-label={t("cell.accept", { name })}
            aria-pressed={cell.accepted}
            onClick={() => void accept(comparison.id, cell.place, !cell.accepted)}
            className={cx("grid size-7 shrink-0 place-items-center rounded-sm coarse:size-11", cell.accepted ? "bg-accent text-accent-fg" : "text-fg-2 hover:bg-hover hover:text-fg")}
          >
            <Check size={15} strokeWidth={cell.accepted ? 3 : 2} aria-hidden />
          </button>
        </Tip>
        <More asset={picture} name={name} />
      </figcaption>
    </figure>
  );
}

/** All that can be done with what is in a cell, from where it stands. */
function More({ asset, name }: { asset: Asset; name: string }) {
  const { t } = useTranslation("comparison");
  const actions = useAssetActions(asset);
  return (
    <Menu
      placement="top-end"
      trigger={
        <button type="button" aria-label={t("cell.more", { name })} className="grid size-7 shrink-0 place-items-center rounded-sm text-fg-2 hover:bg-hover hover:text-fg coarse:size-11">
          <Ellipsis size={15} aria-hidden />
        </button>
      }
      items={actions.map((action) => ({ id: action.id, label: action.name, icon: action.icon && <action.icon size={15} aria-hidden />, danger: action.danger, onSelect: action.perform }))}
    />
  );
}

function Blank({ ratio, title, text, children }: { ratio: number; title: string; text: string; children?: React.ReactNode }) {
  return (
    <div className="flex min-h-32 flex-col items-center justify-center rounded-lg border border-dashed border-line-2 p-3 text-center" style={{ aspectRatio: Math.max(1, ratio) }}>
      <p className="text-xs font-medium">{title}</p>
      {text !== "" && <p className="mt-1 line-clamp-4 text-2xs text-fg-3">{text}</p>}
      {children}
    </div>
  );
}

/** The shape of a place: that of the first picture, else what is asked for. */
function ratioOf(comparison: Comparison, input: Record<string, unknown> | undefined): number {
  const made = comparison.cells.map((cell) => pictureOf(cell.run?.outputs)).find((asset) => asset !== undefined);
  const wanted = input ?? comparison.input;
  const [width, height] = made ? [made.width, made.height] : [Number(wanted["width"]), Number(wanted["height"])];
  return width > 0 && height > 0 ? width / height : 1;
}
