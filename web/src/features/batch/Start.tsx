/** The button is the price of all rows. */

import "@/i18n/batch";
import { useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { credits, type Batch } from "@/api";
import { asksFirst } from "@/features/forms/asks";
import { count, dollars, duration, price } from "@/lib/format";
import { useActions, type Action } from "@/shell/actions";
import { Button, Dialog, Keys } from "@/ui";
import { tell } from "./api";

export function Start({ batch, able }: { batch: Batch; able: boolean }) {
  const { t } = useTranslation(["batch", "forms", "ui"]);
  const purse = useQuery(credits).data;
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const balance = purse && !purse.unlimited ? purse.balance : null;
  // What goes beyond the limit or the purse is not begun, and not spent.
  const most = Math.min(batch.price, batch.cap ?? Infinity, balance ?? Infinity);
  const every = batch.waiting - batch.exceeding;
  const ready = able && batch.state === "ready" && every > 0 && !busy;
  const rows = batch.canary > 0 ? Math.min(batch.canary, every) : every;
  const run = async () => {
    setAsking(false);
    setBusy(true);
    await tell(batch.id, "start");
    setBusy(false);
  };
  const go = () => {
    if (!ready) return;
    if (asksFirst(most, balance)) setAsking(true);
    else void run();
  };
  const name = batch.canary > 0 ? t("start.first", { count: rows, n: count(rows) }) : t("start.go", { count: rows, n: count(rows) });
  useActions(useMemo<Action[]>(() => [{ id: "run", name, icon: Play, keys: "mod+enter", disabled: !ready, perform: go }], [name, ready, most, balance])); // eslint-disable-line react-hooks/exhaustive-deps -- `go` is made of these
  return (
    <div className="border-t border-line bg-panel p-3.5">
      <Button look="primary" size="lg" className="w-full !justify-between" disabled={!ready} aria-describedby="start-facts" onClick={go}>
        <span className="flex min-w-0 items-center gap-2">
          <Play size={17} className="shrink-0" aria-hidden />
          <span className="truncate">{able && batch.state === "ready" && every > 0 ? name : t("start.plain")}</span>
        </span>
        <span className="num font-semibold">{able && batch.state === "ready" && every > 0 ? (batch.exceeding > 0 ? t("start.most", { amount: dollars(most) }) : price(batch.price)) : ""}</span>
      </Button>
      <div id="start-facts" className="num mt-2 flex min-h-4 items-center justify-between gap-2 px-0.5 text-xs text-fg-3">
        <span className="min-w-0">
          {!able || batch.state !== "ready"
            ? t("start.waits")
            : every === 0
              ? t(batch.waiting === 0 ? "start.none" : "start.poor")
              : [t("start.work", { time: duration(batch.seconds) }), ...(balance !== null && most > 0 ? [t("forms:run.after", { amount: dollars(Math.max(0, balance - most)) })] : [])].join(" · ")}
        </span>
        <span className="coarse:hidden">
          <Keys keys="mod+enter" />
        </span>
      </div>
      <Dialog
        title={t("forms:run.sure", { amount: dollars(most) })}
        open={asking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t("ui:cancel")}</Button>
            <Button look="primary" onClick={() => void run()}>
              {t("forms:run.sureYes", { amount: dollars(most) })}
            </Button>
          </>
        }
      >
        <p className="text-sm text-fg-2">
          {[t("start.sure", { count: every, n: count(every) }), ...(balance === null ? [] : [t("forms:run.sureText", { amount: dollars(most), left: dollars(Math.max(0, balance - most)) })])].join(" ")}
        </p>
      </Dialog>
    </div>
  );
}
