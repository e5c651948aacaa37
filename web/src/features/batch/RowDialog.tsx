/** One row: its cells, which may be written anew, what it cost, and what became of it. */

import "@/i18n/batch";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Batch, type BatchRow } from "@/api";
import { said } from "@/features/forms";
import { count, dollars, duration, price } from "@/lib/format";
import { Button, Dialog, TextField } from "@/ui";
import { mend, resolve, retry } from "./api";
import { ENDED, textOf } from "./plan";
import { same } from "./Rows";
import { Sign } from "./States";

const LONG = 80;

export default function RowDialog({ batch, row: opened, onClose }: { batch: Batch; row: BatchRow; onClose: () => void }) {
  const { t } = useTranslation(["batch", "ui"]);
  const navigate = useNavigate();
  // As it is now, while it is looked at.
  const found = useQuery({
    queryKey: ["batch", batch.id, "rows", "one", opened.place],
    queryFn: ({ signal }) => body(api.GET("/api/batches/{batch_id}/rows", { params: { path: { batch_id: batch.id }, query: { after: opened.place - 1, limit: 1 } }, signal })),
  });
  const row = found.data?.items[0] ?? opened;
  const [cells, setCells] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const changed = Object.entries(cells).filter(([name, text]) => text !== textOf(row.data[name]));
  const begun = batch.begun_at !== null;
  const works = row.state === "running" || row.state === "unknown" || (row.state === "waiting" && row.step > 0) || batch.stopping;
  const open = !works;
  const done = row.state === "succeeded";
  // A row that waits in a batch that goes on is begun by itself.
  const goes = begun && (ENDED.has(batch.state) || row.state === "failed" || row.state === "refused" || row.state === "cancelled" || done || row.state === "invalid");
  const save = async (again: boolean) => {
    setBusy(true);
    const data = Object.fromEntries(changed.map(([name, text]) => [name, text === "" ? null : text]));
    const touches = changed.length > 0 || (again && done);
    const mended = touches ? await mend(batch.id, row.place, changed.length > 0 ? data : same(row, batch)) : row;
    if (mended && again && mended.state !== "invalid" && (touches || !done)) await retry(batch.id, "all", [row.place]);
    setBusy(false);
    if (!mended) return;
    setCells({});
    if (mended.state !== "invalid") onClose();
  };
  const errors = row.problems.filter(({ kind }) => kind === "error");
  const notes = row.problems.filter(({ kind }) => kind !== "error");
  return (
    <Dialog
      title={t("row.name", { n: count(row.place + 1) })}
      open
      onClose={onClose}
      className="w-[620px] max-w-full"
      footer={
        <>
          <Button onClick={onClose}>{t("ui:close")}</Button>
          {open && !goes && (
            <Button look="primary" disabled={busy || changed.length === 0} onClick={() => void save(false)}>
              {t("row.save")}
            </Button>
          )}
          {open && goes && (
            <Button look="primary" disabled={busy || (row.state === "invalid" && changed.length === 0)} onClick={() => void save(true)}>
              <span>{t(changed.length > 0 ? "row.saveRun" : done ? "row.anew" : "row.again")}</span>
              <span className="num font-semibold">{row.price > 0 ? price(row.price) : ""}</span>
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="num flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
          <Sign row={row} />
          <span className="font-medium">{t(`rowState.${row.state}`)}</span>
          <span className="text-xs text-fg-3">
            {[t("row.line", { n: count(row.line) }), row.offers.map((offer) => offer).join(" → "), row.spent > 0 ? t("row.spent", { amount: dollars(row.spent) }) : row.price > 0 ? t("row.price", { amount: dollars(row.price) }) : "", row.seconds > 0 ? duration(row.seconds) : ""].filter(Boolean).join(" · ")}
          </span>
        </p>
        {errors.map((each) => (
          <p key={`${each.column}${each.field}${each.message}`} className="rounded-md bg-bad-soft px-3 py-2 text-sm">
            <b className="font-medium">{each.column || each.field}</b> {each.message}
          </p>
        ))}
        {row.error && row.state !== "succeeded" && (
          <div className="rounded-md bg-warn-soft px-3 py-2 text-sm">
            <p className="font-medium">{said(row.error.title)}</p>
            <p className="mt-0.5 text-xs text-fg-2">{row.error.message}</p>
          </div>
        )}
        {row.state === "unknown" && row.run !== null && (
          <div className="flex flex-wrap items-center gap-2">
            <p className="w-full text-sm text-fg-2">{t("row.unknown", { amount: dollars(row.price) })}</p>
            <Button size="sm" onClick={() => void resolve(batch.id, row.run!, true)}>
              {t("row.charged")}
            </Button>
            <Button size="sm" onClick={() => void resolve(batch.id, row.run!, false)}>
              {t("row.free")}
            </Button>
          </div>
        )}
        {row.outputs.length > 0 && (
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(120px,1fr))] gap-2">
            {row.outputs.map((asset) => (
              <li key={asset.id}>
                <button
                  type="button"
                  aria-label={asset.title}
                  onClick={() => {
                    onClose();
                    void navigate({ to: ".", search: (now: object) => ({ ...now, view: asset.id }) });
                  }}
                  className="block aspect-square w-full overflow-hidden rounded-md border border-line"
                >
                  <img src={`${asset.thumbnail}?size=256`} alt="" className="checkered size-full object-contain" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="flex flex-col gap-3">
          {batch.columns.map(({ name }) => {
            const text = cells[name] ?? textOf(row.data[name]);
            return open ? (
              <TextField key={name} label={name} value={text} rows={text.length > LONG ? 3 : 1} onChange={(next) => setCells((now) => ({ ...now, [name]: next }))} />
            ) : (
              <div key={name}>
                <p className="mb-1 text-xs font-medium text-fg-2">{name}</p>
                <p className="text-sm break-words">{text === "" ? "–" : text}</p>
              </div>
            );
          })}
        </div>
        {notes.map((each) => (
          <p key={`${each.field}${each.message}`} className="text-xs text-fg-3">
            {[each.column || each.field, each.message].filter(Boolean).join(": ")}
          </p>
        ))}
      </div>
    </Dialog>
  );
}
