/** How one picture is marked and where it is kept: its colour label, its collections, its stack. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Folder, Image, Layers, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { collectionsOf, type Asset } from "@/api";
import "@/i18n/organise";
import { say } from "@/ui";
import { carryOut, changeCollection, type Change } from "./acts";
import { Labels } from "./Labels";

const CHIP = "inline-flex min-h-6 max-w-full items-center gap-1.5 rounded-xs bg-hover px-1.5 text-xs text-fg-2 hover:bg-active hover:text-fg coarse:min-h-11";

export function Kept({ asset }: { asset: Asset }) {
  const { t } = useTranslation("organise");
  const navigate = useNavigate();
  const { data: within = [] } = useQuery(collectionsOf(asset.id));
  const change = (change: Change, words: "label" | "remove") => void carryOut({ ids: [asset.id], except: [] }, change, words);
  const show = (search: Record<string, string>) => void navigate({ to: "/library", search });
  const cover = async (id: string) => {
    if (await changeCollection(id, { cover: asset.id })) say({ title: t("coverSet") });
  };
  return (
    <section className="border-t border-line px-4 py-2.5">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-2xs font-medium whitespace-nowrap text-fg-3">{t("label")}</h3>
        <Labels label={t("label")} value={asset.label} onChange={(label) => change({ label }, "label")} />
      </div>
      {(within.length > 0 || asset.stack !== null) && (
        <ul aria-label={t("collections")} className="mt-1 flex flex-wrap gap-1">
          {asset.stack !== null && (
            <li className="max-w-full">
              <button type="button" className={CHIP} onClick={() => show({ stack: asset.stack!.id })}>
                <Layers size={12} className="shrink-0" aria-hidden />
                {t("stackOf", { count: asset.stack.count })}
              </button>
            </li>
          )}
          {within.map(({ id, name }) => (
            <li key={id} className="flex max-w-full items-center">
              <button type="button" className={CHIP} onClick={() => show({ collection: id })} title={t("inThis", { name })}>
                <Folder size={12} className="shrink-0" aria-hidden />
                <span className="min-w-0 truncate">{name}</span>
              </button>
              <button type="button" aria-label={t("cover", { name })} title={t("cover", { name })} onClick={() => void cover(id)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-hover hover:text-fg coarse:size-11">
                <Image size={12} aria-hidden />
              </button>
              <button type="button" aria-label={`${name}: ${t("takeOut")}`} title={t("takeOut")} onClick={() => change({ collection: { remove: id } }, "remove")} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-hover hover:text-fg coarse:size-11">
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
