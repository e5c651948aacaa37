/** The same recipe by another model: what it costs there, and what that one does not know of it, before anything. */

import "@/i18n/lineage";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, operations, recipeOf, type Asset } from "@/api";
import { useDrafts } from "@/features/forms/drafts";
import { said } from "@/features/forms/said";
import { written } from "@/features/forms/wild";
import { rerun } from "@/features/runs";
import { duration, price } from "@/lib/format";
import { pagesFor } from "@/shell/pages";
import { Button, cx, Dialog, say } from "@/ui";

export default function Elsewhere({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const { t } = useTranslation("lineage");
  const navigate = useNavigate();
  const known = useSuspenseQuery(operations).data;
  const { data: recipe } = useQuery(recipeOf(asset.id));
  const run = recipe?.run;
  const { data: offers, error } = useQuery({
    queryKey: ["elsewhere", run?.id],
    enabled: run !== undefined && run !== null,
    gcTime: 0,
    queryFn: ({ signal }) => body(api.GET("/api/runs/{run_id}/elsewhere", { params: { path: { run_id: run!.id } }, signal })),
  });
  const [picked, setPicked] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const chosen = offers?.find((one) => one.offer === picked) ?? offers?.find((one) => !one.own && one.trouble === "") ?? offers?.[0];
  const leave = chosen?.left.map((one) => one.name) ?? [];

  const make = async () => {
    if (!run || !chosen) return;
    setBusy(true);
    const again = await rerun(run, { offer: chosen.offer, leave });
    setBusy(false);
    if (!again) return;
    onClose();
    say({ title: t("elsewhere.making", { title: run.title, offer: said(chosen.title) }), action: { label: t("show"), perform: () => void navigate({ to: "/lineage", search: { asset: asset.id } }) } });
  };
  const change = () => {
    const operation = known.find((one) => one.op === run?.op);
    const page = operation && pagesFor([operation]).find((one) => one.capability === operation.capability);
    if (!run || !chosen || !operation || !page) return;
    const values = Object.fromEntries(Object.entries(written(run.input)).filter(([name]) => !leave.includes(name)));
    useDrafts.getState().put(operation.op, { offer: chosen.offer, values });
    const image = typeof values["image"] === "string" && operation.capability !== "create" ? values["image"] : undefined;
    onClose();
    void navigate({ to: page.to, search: image === undefined ? { op: operation.op } : { asset: image, op: operation.op } });
  };

  return (
    <Dialog
      title={t("elsewhere.title")}
      open
      onClose={onClose}
      className="max-w-xl"
      footer={
        <>
          <Button look="ghost" disabled={!chosen || chosen.trouble !== ""} onClick={change}>
            {t("elsewhere.change")}
          </Button>
          <Button look="primary" disabled={!chosen || chosen.trouble !== "" || busy} onClick={() => void make()}>
            {chosen && chosen.price !== null ? t("elsewhere.make", { price: price(chosen.price) }) : t("elsewhere.makePlain")}
          </Button>
        </>
      }
    >
      <p className="mb-3 text-sm text-fg-2">{t("elsewhere.text")}</p>
      {error && <p className="text-sm text-bad">{error.message}</p>}
      {!offers && !error && <div className="skeleton h-24" role="status" aria-label={t("loading")} />}
      <div role="radiogroup" aria-label={t("elsewhere.title")} className="flex flex-col gap-1.5">
        {offers?.map((one) => (
          <label key={one.offer} className={cx("flex cursor-pointer gap-3 rounded-md border p-3", one === chosen ? "border-ring bg-accent-soft" : "border-line hover:bg-hover", one.trouble !== "" && "cursor-default opacity-70")}>
            <input type="radio" name="offer" className="mt-1 accent-ring" disabled={one.trouble !== ""} checked={one === chosen} onChange={() => setPicked(one.offer)} />
            <span className="min-w-0 flex-1">
              <span className="block text-sm font-medium">
                {said(one.title)}
                {one.own && <span className="ml-2 text-2xs font-normal text-fg-3">{t("elsewhere.own")}</span>}
              </span>
              {one.trouble !== "" && <span className="block text-xs text-bad">{said(one.trouble)}</span>}
              {one.left.map((left) => (
                <span key={left.name} className="block text-xs break-words text-warn">
                  {t("elsewhere.left", { name: left.name, value: left.value })}
                </span>
              ))}
              {one.ignored.length > 0 && <span className="block text-xs text-fg-3">{t("elsewhere.ignored", { names: one.ignored.join(", ") })}</span>}
              {one.losses.map((loss) => (
                <span key={loss} className="block text-xs text-fg-3">
                  {said(loss)}
                </span>
              ))}
            </span>
            <span className="num shrink-0 text-right text-sm">
              {one.price === null ? "" : price(one.price)}
              {one.trouble === "" && <span className="block text-2xs text-fg-3">{duration(one.seconds)}</span>}
            </span>
          </label>
        ))}
      </div>
    </Dialog>
  );
}
