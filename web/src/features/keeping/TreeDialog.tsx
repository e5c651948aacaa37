/** What was made from an asset, shown as the tree that would go; then gone as one step. */

import "@/i18n/keeping";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, type Asset } from "@/api";
import { telling } from "@/features/runs";
import { bytes, count } from "@/lib/format";
import { Button, Checkbox, Dialog, say } from "@/ui";
import { treeOf, type Where } from "./queries";

const NOTES = ["held", "shared", "mixed", "favourites"] as const;

export function TreeDialog({ asset, where, onClose }: { asset: Asset; where: Where; onClose: () => void }) {
  const { t } = useTranslation(["keeping", "ui"]);
  const [itself, setItself] = useState(true);
  const { data: tree, error, refetch } = useQuery(treeOf(asset.id, where, itself));
  const erases = where === "trash";
  const go = async () => {
    if (!tree) return;
    const path = { params: { path: { asset_id: asset.id } } };
    const gone = await telling(() => body(api.POST("/api/assets/{asset_id}/derived", { ...path, body: { count: tree.count, where, itself } })));
    if (!gone) return void refetch();
    onClose();
    void cache.invalidateQueries({ queryKey: ["asset"] });
    const title = erases ? t("trash.done", { count: gone.changed, n: count(gone.changed) }) : t("tree.done", { count: gone.changed, n: count(gone.changed) });
    const back = () => telling(() => body(api.POST("/api/assets/bulk", { body: { select: { ids: gone.ids }, change: { deleted: false } } }))).then(() => cache.invalidateQueries({ queryKey: ["asset"] }));
    say({ title, ...(erases ? {} : { action: { label: t("ui:undo"), perform: () => void back() } }) });
  };
  return (
    <Dialog
      title={erases ? t("tree.eraseTitle") : t("tree.title")}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button look="danger" disabled={!tree || tree.count === 0 || tree.held > 0} onClick={() => void go()}>
            {erases ? t("tree.doErase", { count: tree?.count ?? 0, n: count(tree?.count ?? 0) }) : t("tree.do", { count: tree?.count ?? 0, n: count(tree?.count ?? 0) })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p className="text-fg-2">{erases ? t("tree.eraseText") : t("tree.text")}</p>
        <Checkbox label={t("tree.itself")} checked={itself} onChange={setItself} />
        {error && (
          <p role="alert" className="text-bad">
            {error.message}
          </p>
        )}
        {!tree && !error && <div className="skeleton h-24" />}
        {tree && tree.count === 0 && <p>{t("tree.nothing")}</p>}
        {tree && tree.count > 0 && (
          <>
            <p role="status">
              <span className="num font-medium">{t("tree.count", { count: tree.count, n: count(tree.count), size: bytes(tree.bytes) })}</span>{" "}
              <span className="text-fg-2">
                {Object.entries(tree.kinds)
                  .map(([kind, many]) => t(`tree.kinds.${kind as "image"}`, { count: many, n: count(many) }))
                  .join(", ")}
              </span>
            </p>
            <ul className="flex flex-col gap-1 text-xs text-fg-2">
              {NOTES.filter((note) => tree[note] > 0).map((note) => (
                <li key={note} className={note === "held" ? "rounded-sm bg-warn-soft px-2.5 py-2 text-fg" : ""}>
                  {t(`tree.${note}`, { count: tree[note], n: count(tree[note]) })}
                </li>
              ))}
              {tree.elsewhere > 0 && <li>{erases ? t("tree.outside", { count: tree.elsewhere, n: count(tree.elsewhere) }) : t("tree.elsewhere", { count: tree.elsewhere, n: count(tree.elsewhere) })}</li>}
            </ul>
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls can be reached by the keyboard */}
            <ul tabIndex={0} aria-label={t("tree.title")} className="max-h-60 overflow-auto rounded-md border border-line py-1">
              {tree.leaves.map(({ asset: leaf, depth }) => (
                <li key={leaf.id} className="flex items-center gap-2.5 px-2 py-1" style={{ paddingLeft: 8 + Math.min(depth, 8) * 16 }}>
                  <img src={`${leaf.thumbnail}?size=256`} alt="" loading="lazy" className="size-8 shrink-0 rounded-xs bg-hover object-cover" />
                  <span className="min-w-0 flex-1 truncate text-xs">{leaf.title}</span>
                </li>
              ))}
            </ul>
            {tree.count > tree.leaves.length && <p className="text-xs text-fg-3">{t("tree.more", { n: count(tree.leaves.length) })}</p>}
          </>
        )}
      </div>
    </Dialog>
  );
}
