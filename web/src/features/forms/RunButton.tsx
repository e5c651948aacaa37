/** The button is the price. Under it: how long, what is left, what will not be heeded. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CalendarClock, ChevronUp, Columns3, Copy, ListChecks, RotateCcw, Sparkles, Terminal, type LucideIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache, credits, Problem, type Run } from "@/api";
import { BrandFindings } from "@/features/brand/BrandFindings";
import { MadeFor } from "@/features/organise/MadeFor";
import { submit, submitAll, type Order } from "@/features/runs";
import { copyText } from "@/lib/clipboard";
import { dollars, price } from "@/lib/format";
import { patient } from "@/lib/later";
import { useActions, type Action } from "@/shell/actions";
import { Button, Dialog, Keys, Menu, say } from "@/ui";
import { asksFirst } from "./asks";
import { said } from "./said";
import { textOf } from "./schema";
import { newRoll, resolvedOf, spread } from "./wild";
import type { Form } from "./useForm";

const SendingNow = lazy(patient(() => import("./Sending")));

interface RunButtonProps {
  form: Form;
  /** What the button says; the operation's own title otherwise. */
  label?: string;
  icon?: LucideIcon;
  /** Completes the input just before it is sent: a painted mask becomes an asset then. */
  prepare?: (input: Record<string, unknown>) => Promise<Record<string, unknown>>;
  /** With the first of them, and all that were promised together. */
  onRun?: (run: Run, all: readonly Run[]) => void;
  /** Carries the same out side by side. */
  onCompare?: () => void;
  /** Carries the same out with many rows. */
  onBatch?: () => void;
  /** How often it is done at once, each time with another seed. */
  times?: number;
  /** Done once for each of these, with what differs: all of them are promised, or none. */
  each?: readonly Record<string, unknown>[];
  /** What each of these costs, where that is not the same; undefined as long as it is not known. */
  prices?: readonly (number | null | undefined)[];
  /** One line, for the floating bar of a phone. */
  bare?: boolean;
  /** What the price is made of, before it: "5 s × $0.10 =". */
  sum?: string | undefined;
}

/** Submits the form; a second call while the first is under way does nothing. */
export function useRun({ form, prepare, onRun, times = 1, each = ONCE }: RunButtonProps): { busy: boolean; run: () => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const { collection }: { collection?: string | undefined } = useSearch({ strict: false });
  const last = useRef<{ body: string; key: string; orders: readonly Order[] } | null>(null);
  const run = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const input = prepare ? await prepare(form.input) : form.input;
      const inputs = (await apart(form, input)).flatMap((one) => each.map((more) => ({ ...one, ...more })));
      const wanted = inputs.map((one): Order => ({ op: form.operation.op, offer: form.offer, prefer: form.prefer, input: one, ...(collection ? { collection } : {}) }));
      // An order whose answer was lost is repeated under the same key, and so is not paid twice.
      const text = JSON.stringify([wanted, times]);
      if (last.current?.body !== text) last.current = { body: text, key: crypto.randomUUID(), orders: wanted.length > 1 ? wanted : wanted.flatMap((order) => varied(order, times)) };
      const { key, orders } = last.current;
      const promised = orders.length === 1 ? [await submit(orders[0]!, key)] : await submitAll(orders, key);
      last.current = null;
      // The next time other words are drawn, as the next time another seed is.
      if (form.words?.open) form.set("roll", newRoll());
      if (promised[0]) onRun?.(promised[0], promised);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!error.passing) last.current = null;
      form.refuse(error);
      if (error.fields.length === 0) say({ title: said(error.title) || error.message, ...(error.title ? { detail: error.message } : {}), bad: true });
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}

const SEEDS = 2 ** 32;
const ONCE: readonly Record<string, unknown>[] = [{}];

/** The same with other seeds: those after the one that was chosen, or any. */
function varied(order: Order, times: number): Order[] {
  if (times === 1) return [order];
  const { seed } = order.input;
  const first = typeof seed === "number" ? seed : Math.floor(Math.random() * (SEEDS - times));
  return Array.from({ length: times }, (_, index) => ({ ...order, input: { ...order.input, seed: (first + index) % SEEDS } }));
}

/** What is ordered: one run, or one for each picture where each has words of its own. */
async function apart({ wish }: Form, input: Record<string, unknown>): Promise<Record<string, unknown>[]> {
  if (!wish || wish.count === 1) return [input];
  const words = await cache.query({ ...resolvedOf(wish), staleTime: "static" });
  return words.open ? spread(input, words.items.map(({ roll }) => roll)) : [input];
}

export function RunButton(props: RunButtonProps) {
  const { form, label, icon: Icon = Sparkles, bare, times = 1, each = ONCE, prices, sum } = props;
  const { t } = useTranslation(["forms", "ui"]);
  const { busy, run } = useRun(props);
  const purse = useQuery(credits).data;
  const [asking, setAsking] = useState(false);
  const [looking, setLooking] = useState(false);
  const name = label ?? said(form.operation.title);
  const cost = (prices ? prices.reduce<number>((all, one) => all + (one ?? 0), 0) : (form.estimate?.price ?? 0) * each.length) * times;
  // Nothing is bought whose price is not known.
  const waits = each.length === 0 || (prices?.includes(undefined) ?? false);
  const unpriced = prices ? prices.includes(null) : form.estimate?.price === null;
  // Two of these may stand on a page: one in a dialog.
  const facts = prices ? "run-facts-each" : "run-facts";
  const chosen = form.operation.offers.find((offer) => offer.id === form.estimate?.offer);
  const elsewhere = chosen?.lane === "remote" && form.ready ? chosen : undefined;
  const short = purse && !purse.unlimited && cost > purse.balance ? cost - purse.balance : 0;
  const left = purse && !purse.unlimited ? purse.balance - cost : null;
  const askable = asksFirst(cost, purse && !purse.unlimited ? purse.balance : null);
  // Without the throw of the dice: a page that finds marks in new words throws them itself, a moment later.
  const stands = JSON.stringify([form.offer, { ...form.input, roll: undefined }]);
  const [pressed, setPressed] = useState<{ cost: number; stood: string } | null>(null);
  const go = () => {
    if (!form.ready || unpriced || waits || short > 0) return;
    // What was seen is the price of what stood there a moment ago.
    if (!prices && !form.fresh) setPressed({ cost, stood: stands });
    else if (askable) setAsking(true);
    else void run();
  };
  useEffect(() => {
    if (pressed === null || (!form.fresh && pressed.stood === stands)) return;
    setPressed(null);
    // What was changed since is not what was pressed for.
    if (pressed.stood !== stands) return;
    if (cost <= pressed.cost) go();
    else say({ title: t("run.dearer", { amount: dollars(cost) }) });
  }, [pressed, form.fresh, stands]); // eslint-disable-line react-hooks/exhaustive-deps -- once for each time it is pressed
  useActions(
    useMemo<Action[]>(() => [{ id: "run", name, icon: Icon, keys: "mod+enter", perform: go, disabled: !form.ready || unpriced || waits || busy }], [name, Icon, form, busy, short, askable, times, each, prices]), // eslint-disable-line react-hooks/exhaustive-deps -- `go` is made of these
  );
  const images = times > 1 ? times : Number(form.values["count"] ?? 0);
  const amount = (
    <span className="num flex items-center gap-2.5 font-medium">
      {images > 0 && <span className={bare ? "max-[430px]:hidden" : ""}>{t("run.images", { count: images })}</span>}
      {images > 0 && <span className={bare ? "hidden" : "h-3.5 w-px bg-current opacity-30"} aria-hidden />}
      {sum !== undefined && <span className={bare ? "max-[430px]:hidden" : ""}>{sum}</span>}
      <span className="font-semibold">{form.estimate && !waits ? (unpriced ? "–" : price(cost)) : ""}</span>
    </span>
  );
  const button = (
    <Button
      look="primary"
      size="lg"
      className="min-w-0 flex-1 !justify-between"
      disabled={!form.ready || unpriced || waits || busy || short > 0}
      aria-describedby={bare ? undefined : facts}
      onClick={go}
    >
      <span className="flex min-w-0 items-center gap-2">
        <Icon size={17} aria-hidden className="shrink-0" />
        <span className="truncate">{short > 0 ? t("run.short", { amount: dollars(short) }) : busy ? t("run.sending") : name}</span>
      </span>
      {short === 0 && amount}
    </Button>
  );
  const sure = (
    <Dialog
      title={t("run.sure", { amount: dollars(cost) })}
      open={asking}
      onClose={() => setAsking(false)}
      footer={
        <>
          <Button onClick={() => setAsking(false)}>{t("ui:cancel")}</Button>
          <Button
            look="primary"
            onClick={() => {
              setAsking(false);
              void run();
            }}
          >
            {t("run.sureYes", { amount: dollars(cost) })}
          </Button>
        </>
      }
    >
      {left === null ? "" : t("run.sureText", { amount: dollars(cost), left: dollars(left) })}
    </Dialog>
  );
  // What leaves the studio is held against the brand before.
  const leaves = form.operation.capability === "export" ? textOf(form.values["image"]) || undefined : undefined;
  if (bare) {
    return (
      <>
        {button}
        {sure}
      </>
    );
  }
  return (
    <div className="border-t border-line bg-panel p-3.5">
      {leaves !== undefined && <BrandFindings asset={leaves} kit={form.values["brand"]} logo={form.values["logo"]} size={form.values["logo_size"]} className="mb-3" />}
      {form.trouble !== undefined && (
        <p role="alert" className="mb-2 text-xs text-bad">
          {form.trouble}
        </p>
      )}
      {form.estimate && form.estimate.ignored.length > 0 && form.missing.length === 0 && (
        <p className="mb-2 text-xs text-warn">{t("run.ignored", { words: form.estimate.ignored.join(", ") })}</p>
      )}
      {form.estimate && form.estimate.losses.length > 0 && form.missing.length === 0 && <p className="mb-2 text-xs text-warn">{form.estimate.losses.map(said).join(" ")}</p>}
      {form.estimate && (form.offer === null ? form.operation.offers.length > 1 : form.estimate.why.length > 0) && form.missing.length === 0 && (
        <p className="mb-2 text-xs text-fg-3">{[chosen && form.offer === null ? `${said(chosen.title)}.` : "", ...form.estimate.why.map(said)].join(" ")}</p>
      )}
      <MadeFor />
      <div className="flex gap-1.5">
        {button}
        <More form={form} onCompare={props.onCompare} onBatch={props.onBatch} />
      </div>
      <div id={facts} className="num mt-2 flex min-h-4 items-center justify-between gap-2 px-0.5 text-xs text-fg-3">
        <span className="min-w-0">
          {short > 0
            ? t("run.shortText")
            : form.missing.length > 0
              ? t("run.need", { fields: form.missing.map((field) => said(field.title)).join(", ") })
              : unpriced
                ? t("run.unpriced")
                : form.estimate
                  ? [t("run.about", { seconds: Math.max(1, Math.round(form.estimate.seconds * each.length)) }), ...(left !== null && cost > 0 ? [t("run.after", { amount: dollars(left) })] : [])].join(" · ")
                  : ""}
        </span>
        <span className="flex shrink-0 items-center gap-2">
          {elsewhere && (
            <button type="button" className="rounded underline decoration-line-2 underline-offset-2 hover:text-fg coarse:min-h-11" onClick={() => setLooking(true)}>
              {t("sending.title")}
            </button>
          )}
          <span className="coarse:hidden">
            <Keys keys="mod+enter" />
          </span>
        </span>
      </div>
      <Dialog title={t("sending.title")} open={looking} onClose={() => setLooking(false)}>
        {looking && elsewhere && (
          <Suspense>
            <SendingNow form={form} offer={elsewhere.id} {...(props.prepare ? { prepare: props.prepare } : {})} />
          </Suspense>
        )}
      </Dialog>
      {sure}
    </div>
  );
}

function More({ form, onCompare, onBatch }: { form: Form; onCompare: (() => void) | undefined; onBatch: (() => void) | undefined }) {
  const { t } = useTranslation(["forms", "comparison"]);
  const navigate = useNavigate();
  const order = { op: form.operation.op, ...(form.offer === null ? { prefer: form.prefer } : { offer: form.offer }), input: form.input };
  const call = `curl -H "Authorization: Bearer $GESSO_TOKEN" -H "Content-Type: application/json" -d '${JSON.stringify(order).replaceAll("'", "'\\''")}' ${location.origin}/api/runs`;
  const command = `gesso run ${form.operation.op} ${Object.entries(form.input)
    .map(([name, value]) => `${name}='${(typeof value === "object" ? JSON.stringify(value) : textOf(value)).replaceAll("'", "'\\''")}'`)
    .join(" ")}${form.offer === null ? ` --prefer ${form.prefer}` : ` --offer ${form.offer}`}`;
  return (
    <Menu
      placement="top-end"
      trigger={
        <button type="button" aria-label={t("run.more")} className="grid h-11 w-9 shrink-0 place-items-center rounded-lg border border-line bg-raised text-fg-2 hover:border-line-2 hover:text-fg coarse:w-11">
          <ChevronUp size={16} aria-hidden />
        </button>
      }
      items={[
        ...(onCompare ? [{ id: "compare", label: t("comparison:start"), icon: <Columns3 size={15} aria-hidden />, onSelect: onCompare }] : []),
        ...(onBatch ? [{ id: "batch", label: t("run.batch"), icon: <ListChecks size={15} aria-hidden />, onSelect: onBatch }] : []),
        ...(onCompare || onBatch ? ["-" as const] : []),
        { id: "call", label: t("run.copyCall"), icon: <Copy size={15} aria-hidden />, onSelect: () => void copyText(call) },
        { id: "command", label: t("run.copyCommand"), icon: <Terminal size={15} aria-hidden />, onSelect: () => void copyText(command) },
        { id: "schedule", label: t("run.schedule"), icon: <CalendarClock size={15} aria-hidden />, onSelect: () => void navigate({ to: "/batch/schedules", search: { edit: "new", op: form.operation.op } }) },
        "-",
        { id: "reset", label: t("run.reset"), icon: <RotateCcw size={15} aria-hidden />, onSelect: () => form.change(Object.fromEntries(form.fields.map((field) => [field.name, field.initial]))) },
      ]}
    />
  );
}
