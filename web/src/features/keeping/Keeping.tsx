/** How long an asset is kept, what forbids that it goes, how it fares, how often it was used, and letting it go with all that came of it. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Scale } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, me, type Asset } from "@/api";
import { telling } from "@/features/runs";
import "@/i18n/keeping";
import { count, day } from "@/lib/format";
import { Button, Dialog, TextField } from "@/ui";
import { holdsOf, trashNow, usageOf } from "./queries";
import { TreeDialog } from "./TreeDialog";

const WHAT = ["views", "downloads", "shares", "uses"] as const;

export default function Keeping({ asset }: { asset: Asset }) {
  const { t } = useTranslation("keeping");
  const may = useSuspenseQuery(me).data.permissions;
  const [tree, setTree] = useState(false);
  const trashed = asset.deleted_at !== null;
  const goes = trashed ? may.includes("library.manage") : may.includes("library.write");
  return (
    <>
      {(asset.trouble === "missing" || asset.trouble === "changed") && (
        <p role="alert" className="mx-4 mb-3 rounded-sm bg-bad-soft px-2.5 py-2 text-xs text-fg">
          {t(`trouble.${asset.trouble}`)}
        </p>
      )}
      <Hold asset={asset} may={may.includes("library.manage")} />
      {!trashed && <Used id={asset.id} />}
      <div className="border-t border-line px-4 py-3">
        {trashed && <Expires asset={asset} />}
        {goes && (
          <Button size="sm" look="danger" onClick={() => setTree(true)} className="-ml-2.5 !whitespace-normal text-left">
            {trashed ? t("tree.erase") : t("tree.open")}
          </Button>
        )}
        {tree && <TreeDialog asset={asset} where={trashed ? "trash" : "kept"} onClose={() => setTree(false)} />}
      </div>
    </>
  );
}

function Expires({ asset }: { asset: Asset }) {
  const { t } = useTranslation("keeping");
  const days = useQuery(trashNow).data?.days;
  if (days === undefined || asset.deleted_at === null) return null;
  const at = new Date(Date.parse(asset.deleted_at) + days * 86_400_000).toISOString();
  return (
    <p className="num flex justify-between gap-4 pb-2 text-xs">
      <span className="text-fg-3">{t("trash.expires")}</span>
      <span>{asset.held ? t("trash.stays") : days === 0 ? t("trash.never") : t("trash.on", { day: day(at) })}</span>
    </p>
  );
}

function Hold({ asset, may }: { asset: Asset; may: boolean }) {
  const { t } = useTranslation(["keeping", "ui"]);
  const holds = useQuery({ ...holdsOf(asset.id), enabled: asset.held || may }).data ?? [];
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const act = asset.held ? "lift" : "put";
  const settle = async () => {
    const ask = { body: { select: { ids: [asset.id] }, reason } };
    const done = await telling(() => body(asset.held ? api.POST("/api/assets/hold/lift", ask) : api.POST("/api/assets/hold", ask)));
    if (!done) return;
    setAsking(false);
    setReason("");
    void cache.invalidateQueries({ queryKey: ["holds", asset.id] });
    void cache.invalidateQueries({ queryKey: ["asset", asset.id] });
  };
  if (!asset.held && !may && holds.length === 0) return null;
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 flex items-center gap-1.5 text-2xs font-medium text-fg-3">
        <Scale size={13} aria-hidden />
        {t("hold.title")}
      </h3>
      {asset.held && <p className="rounded-sm bg-warn-soft px-2.5 py-2 text-xs text-fg">{t("hold.held")}</p>}
      {holds.length > 0 && (
        <ul className="mt-2 flex flex-col gap-1.5 text-xs break-words text-fg-2">
          {holds.map((hold) => (
            <li key={hold.id}>
              {t("hold.by", { who: hold.by, when: day(hold.created_at), why: hold.reason })}
              {hold.lifted_at && <span className="block text-fg-3">{t("hold.lifted", { who: hold.lifted_by ?? "", when: day(hold.lifted_at), why: hold.lifted_why ?? "" })}</span>}
            </li>
          ))}
        </ul>
      )}
      {may && (
        <Button size="sm" look="ghost" onClick={() => setAsking(true)} className="mt-1 -ml-2.5">
          {t(`hold.${act}`)}
        </Button>
      )}
      <Dialog
        title={t(`hold.${act}Title`)}
        open={asking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t("ui:cancel")}</Button>
            <Button look="primary" disabled={reason.trim() === ""} onClick={() => void settle()}>
              {asset.held ? t("hold.doLift") : t("hold.doPut")}
            </Button>
          </>
        }
      >
        <p className="mb-4 text-sm text-fg-2">{t(`hold.${act}Text`)}</p>
        <TextField label={t("hold.reason")} value={reason} onChange={setReason} rows={2} maxLength={1000} />
      </Dialog>
    </section>
  );
}

/** Four numbers, and when in the last month. */
function Used({ id }: { id: string }) {
  const { t } = useTranslation("keeping");
  const found = useQuery(usageOf(id)).data;
  if (!found || WHAT.every((what) => found.total[what] === 0)) return null;
  const recent = (what: (typeof WHAT)[number]) => found.days.reduce((sum, one) => sum + one[what], 0);
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-2 text-2xs font-medium text-fg-3">{t("usage.title")}</h3>
      <ul className="grid grid-cols-4 gap-2" title={t("usage.explain")}>
        {WHAT.map((what) => (
          <li key={what} className="min-w-0" title={t("usage.ever", { n: count(found.total[what]) })}>
            <span className="num block text-md font-semibold">{count(recent(what))}</span>
            <span className="block truncate text-2xs text-fg-3">{t(`usage.${what}`, { count: recent(what) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
