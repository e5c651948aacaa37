/** The same done to many pictures at once: what it costs all together first, then how far each is. */

import { keepPreviousData, useQueries, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Check, CircleAlert, RotateCcw } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, credits, operations, OVER, Problem, runOf, type Operation, type Run } from "@/api";
import { said } from "@/features/forms";
import { KNOWN } from "@/features/forms/known";
import { fieldsOf, initialOf, inputOf, lacking, type Schema } from "@/features/forms/schema";
import { cancelRun, rerun, submitAll, telling, type Order } from "@/features/runs";
import { count, dollars, price } from "@/lib/format";
import { Button, Dialog, IconButton, Progress, Ring, Select } from "@/ui";

interface BatchProps {
  ids: readonly string[];
  onClose: () => void;
}

const IMAGE = "image";
const KINDS = new Set(["edit", "upscale"]);

/** What an operation is asked for where nothing is told but the picture; null where it asks for more than that. */
function inputFor(operation: Operation, image: string): Record<string, unknown> | null {
  const schema = operation.offers[0]?.input as Schema | undefined;
  if (!schema || !KINDS.has(operation.capability) || operation.makes !== "image") return null;
  const fields = fieldsOf(schema, KNOWN);
  if (!fields.some((field) => field.name === IMAGE)) return null;
  const values = { ...initialOf(fields), [IMAGE]: image };
  return lacking(schema, fields, values).length === 0 ? inputOf(fields, values) : null;
}

export default function Batch({ ids, onClose }: BatchProps) {
  const { t } = useTranslation(["library", "ui"]);
  const { data: known } = useSuspenseQuery(operations);
  const able = useMemo(() => known.filter((operation) => inputFor(operation, ids[0] ?? "") !== null), [known, ids]);
  const [op, setOp] = useState(able[0]?.op ?? "");
  const operation = able.find((one) => one.op === op);
  const orders = useMemo<Order[]>(() => (operation ? ids.map((id) => ({ op: operation.op, offer: null, input: inputFor(operation, id) ?? {} })) : []), [operation, ids]);
  const { data: told, error, isPlaceholderData } = useQuery({
    queryKey: ["estimate", "many", op, ids],
    queryFn: ({ signal }) => body(api.POST("/api/runs/many/estimate", { body: { orders } as never, signal })),
    enabled: orders.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const purse = useQuery(credits).data;
  const short = told && told.price !== null && purse && !purse.unlimited && told.price > purse.balance ? told.price - purse.balance : 0;
  const [begun, setBegun] = useState<readonly Run[]>([]);
  const [busy, setBusy] = useState(false);
  const key = useRef({ op, key: crypto.randomUUID() });
  const go = async () => {
    setBusy(true);
    // An answer that was lost is asked for again under the same key: nothing is bought twice.
    if (key.current.op !== op) key.current = { op, key: crypto.randomUUID() };
    const promised = await telling(() => submitAll(orders, key.current.key));
    setBusy(false);
    if (promised) setBegun(promised);
  };
  return (
    <Dialog
      title={t("batch.title", { count: ids.length, n: count(ids.length) })}
      open
      onClose={onClose}
      className="w-[min(560px,calc(100vw-24px))]"
      footer={
        begun.length > 0 ? (
          <Button look="primary" onClick={onClose}>
            {t("ui:close")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("ui:cancel")}</Button>
            <Button look="primary" disabled={!told || told.price === null || isPlaceholderData || busy || short > 0 || error !== null} onClick={() => void go()}>
              {told && !isPlaceholderData && told.price !== null ? t("batch.go", { what: operation ? said(operation.title) : "", amount: price(told.price) }) : t("batch.asking")}
            </Button>
          </>
        )
      }
    >
      {begun.length > 0 ? (
        <Going runs={begun} onAgain={(old, next) => setBegun((now) => now.map((run) => (run.id === old ? next : run)))} />
      ) : (
        <div className="flex flex-col gap-3">
          <Select label={t("batch.what")} value={op} onChange={setOp} items={able.map((one) => ({ value: one.op, label: said(one.title) }))} />
          {operation && <p className="text-xs text-fg-3">{said(operation.description)}</p>}
          {error instanceof Problem ? (
            <p role="alert" className="text-sm text-bad">
              {error.message}
            </p>
          ) : (
            told && (
              <dl className="num flex flex-col gap-1 text-sm">
                <div className="flex justify-between">
                  <dt className="text-fg-2">{t("batch.total", { count: ids.length, n: count(ids.length) })}</dt>
                  <dd className="font-semibold">{told.price === null ? "–" : price(told.price)}</dd>
                </div>
                <div className="flex justify-between text-fg-2">
                  <dt>{t("batch.time")}</dt>
                  <dd>{t("details.seconds", { n: count(Math.max(1, Math.round(told.seconds))) })}</dd>
                </div>
              </dl>
            )
          )}
          {short > 0 && <p className="text-sm text-warn">{t("batch.short", { amount: dollars(short) })}</p>}
          <p className="text-xs text-fg-3">{t("batch.text")}</p>
        </div>
      )}
    </Dialog>
  );
}

function Going({ runs, onAgain }: { runs: readonly Run[]; onAgain: (old: string, next: Run) => void }) {
  const { t } = useTranslation(["library", "ui"]);
  const now = useQueries({ queries: runs.map((run) => runOf(run.id)), combine: (found) => found.map(({ data }, index) => data ?? runs[index]!) });
  const over = now.filter((run) => OVER.has(run.state) || run.state === "unknown");
  const done = now.filter((run) => run.state === "succeeded");
  const lost = now.filter((run) => run.state === "failed" || run.state === "cancelled" || run.state === "unknown");
  const spent = over.reduce((sum, run) => sum + run.spent, 0);
  const waiting = now.filter((run) => !OVER.has(run.state) && run.state !== "unknown");
  return (
    <div className="flex flex-col gap-3">
      <Progress value={over.length / now.length} label={t("batch.progress")} />
      <p role="status" className="num text-sm">
        {t("batch.state", { done: count(done.length), n: count(now.length) })}
        {lost.length > 0 && ` · ${t("batch.lost", { count: lost.length, n: count(lost.length) })}`}
        {over.length === now.length && ` · ${price(spent)}`}
      </p>
      <ul className="grid max-h-[46dvh] grid-cols-[repeat(auto-fill,minmax(72px,1fr))] gap-2 overflow-auto">
        {now.map((run) => (
          <li key={run.id} className="checkered relative aspect-square overflow-hidden rounded-md border border-line">
            <img src={run.outputs[0] ? `${run.outputs[0].thumbnail}?size=256` : `/api/assets/${String(run.input[IMAGE])}/thumbnail?size=256`} alt={run.title} className={run.outputs[0] ? "size-full object-cover" : "size-full object-cover opacity-40"} />
            <span className="absolute right-1 bottom-1 grid size-6 place-items-center rounded-full bg-overlay">
              {run.state === "succeeded" ? <Check size={14} className="text-accent-text" aria-label={t("batch.done")} /> : lost.includes(run) ? <CircleAlert size={14} className="text-bad" aria-label={t("batch.failed")} /> : <Ring value={Math.max(0.04, run.progress)} size={14} />}
            </span>
          </li>
        ))}
      </ul>
      {lost.length > 0 && (
        <ul className="flex flex-col gap-1">
          {lost.map((run) => (
            <li key={run.id} className="flex items-center gap-2 text-xs">
              <span className="min-w-0 flex-1">{`${run.title}: ${run.error?.message ?? t("batch.failed")}`}</span>
              {run.state !== "unknown" && (
                <IconButton size="sm" label={t("batch.again", { title: run.title })} onClick={() => void rerun(run).then((next) => next && onAgain(run.id, next))}>
                  <RotateCcw size={14} aria-hidden />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {waiting.length > 0 && (
        <Button size="sm" look="ghost" className="self-start" onClick={() => void Promise.all(waiting.map(cancelRun))}>
          {t("batch.stop")}
        </Button>
      )}
    </div>
  );
}
