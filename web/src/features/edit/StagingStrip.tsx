/** Variations side by side: looked at, kept as versions, or discarded into the trash. */

import "@/i18n/edit";
import { Check, Trash2, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Asset, Run } from "@/api";
import { remove } from "@/features/assets/actions";
import { price } from "@/lib/format";
import { useNow } from "@/live/now";
import { useActions, type Action } from "@/shell/actions";
import { announce } from "@/shell/announce";
import { Button, cx, IconButton, Ring } from "@/ui";
import { type Staged, useStaging } from "./staging";

interface StagingStripProps {
  source: Asset;
  staged: readonly Staged[];
  coming: readonly Run[];
  failed: readonly Run[];
  shown: string;
  /** Null: the picture itself. */
  onShow: (asset: Asset | null) => void;
  /** Its keys are for looking, not for painting. */
  active: boolean;
}

export function StagingStrip({ source, staged, coming, failed, shown, onShow, active }: StagingStripProps) {
  const { t } = useTranslation("edit");
  const at = staged.findIndex(({ asset }) => asset.id === shown);
  const here = staged[at];
  const done = (asset: Asset) => {
    const rest = staged.filter((one) => one.asset.id !== asset.id);
    if (rest.length === 0 && coming.length === 0) useStaging.getState().clear(source.id);
    return rest[Math.min(Math.max(0, staged.findIndex((one) => one.asset.id === asset.id)), rest.length - 1)]?.asset;
  };
  const keep = (asset: Asset) => {
    useStaging.getState().keep([asset.id]);
    announce(t("staging.kept"));
    done(asset);
    onShow(asset);
  };
  const discard = (asset: Asset) => {
    const next = done(asset);
    void remove([asset]);
    if (asset.id === shown) onShow(next ?? null);
  };
  const all = staged.map(({ asset }) => asset);
  useActions(
    useMemo<Action[]>(() => {
      const group = t("staging.label");
      const step = (way: 1 | -1) => () => {
        const next = staged[at < 0 ? 0 : (at + way + staged.length) % staged.length];
        if (next) onShow(next.asset);
      };
      return [
        { id: "staging.next", name: t("staging.next"), group, keys: "]", perform: step(1), disabled: staged.length === 0 },
        { id: "staging.previous", name: t("staging.previous"), group, keys: "[", perform: step(-1), disabled: staged.length === 0 },
        ...(here
          ? [
              { id: "staging.keep", name: t("staging.keep"), group, icon: Check, keys: "shift+enter", perform: () => keep(here.asset) },
              { id: "staging.discard", name: t("staging.discard"), group, icon: Trash2, keys: "shift+delete", perform: () => discard(here.asset) },
            ]
          : []),
      ];
    }, [t, staged, at, here]), // eslint-disable-line react-hooks/exhaustive-deps -- what they do is made of these
    { when: active },
  );
  if (staged.length + coming.length === 0) return null;
  return (
    <nav aria-label={t("staging.label")} className="shrink-0 border-t border-line bg-raised">
      <div className="flex items-center gap-1.5 px-3 pt-2">
        <h2 className="mr-auto text-xs font-medium">{t("staging.waiting", { count: staged.length })}</h2>
        {failed.length > 0 && (
          <span className="flex items-center gap-1 text-xs text-warn">
            <TriangleAlert size={13} aria-hidden />
            {t("staging.failed", { count: failed.length })}
          </span>
        )}
        {staged.length > 1 && (
          <>
            <Button
              size="sm"
              look="ghost"
              onClick={() => {
                useStaging.getState().keep(all.map(({ id }) => id));
                if (coming.length === 0) useStaging.getState().clear(source.id);
              }}
            >
              {t("staging.keepAll")}
            </Button>
            <Button
              size="sm"
              look="ghost"
              onClick={() => {
                if (coming.length === 0) useStaging.getState().clear(source.id);
                void remove(all);
                onShow(null);
              }}
            >
              {t("staging.discardAll")}
            </Button>
          </>
        )}
      </div>
      <ul className="flex gap-2.5 overflow-x-auto px-3 pt-2 pb-2.5">
        {staged.map(({ asset, price: amount }, index) => {
          const on = asset.id === shown;
          const name = t("staging.nth", { n: index + 1 });
          return (
            <li key={asset.id} className={cx("w-[116px] shrink-0 overflow-hidden rounded-md border bg-panel", on ? "border-ring ring-1 ring-ring" : "border-line")}>
              <button type="button" aria-label={name} aria-current={on ? "true" : undefined} onClick={() => onShow(asset)} className="checkered block h-18 w-full -outline-offset-2">
                <img src={`${asset.thumbnail}?size=256`} alt="" draggable={false} className="size-full object-cover" />
              </button>
              <div className="flex items-center pl-2">
                <span className="num mr-auto text-2xs text-fg-2">{price(amount)}</span>
                <IconButton size="sm" label={t("staging.keepOne", { name })} onClick={() => keep(asset)} className="text-accent-text">
                  <Check size={15} aria-hidden />
                </IconButton>
                <IconButton size="sm" label={t("staging.discardOne", { name })} onClick={() => discard(asset)}>
                  <Trash2 size={14} aria-hidden />
                </IconButton>
              </div>
            </li>
          );
        })}
        {coming.map((run) => (
          <li key={run.id} className="grid w-[116px] shrink-0 place-items-center rounded-md border border-dashed border-line-2 text-accent-text">
            <Coming run={run} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Coming({ run }: { run: Run }) {
  const now = useNow(run.id);
  return (
    <span className="grid h-25 place-items-center gap-1">
      <Ring value={Math.max(run.progress, now?.progress ?? 0, 0.02)} size={22} />
      <span className="num text-2xs text-fg-3">{price(run.price)}</span>
    </span>
  );
}
