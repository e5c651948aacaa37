/** What is to be compared: one axis or two, and what all of it costs before anything begins. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { credits, Problem, type Plan } from "@/api";
import { said, type Form } from "@/features/forms";
import { telling } from "@/features/runs";
import { dollars, duration, price } from "@/lib/format";
import { Button, Checkbox, Dialog, Select, TextField } from "@/ui";
import { begin, estimate, type Wanted } from "./api";
import { axisOf, choices, comparable, names, NOTHING, OFFER, WORDS, type Draft } from "./axes";

const PAUSE_MS = 250;
/** So many models are chosen at the beginning. */
const FIRST = 8;
const SOME_WORDS = "…";

export default function Setup({ form, onClose }: { form: Form; onClose: () => void }) {
  const { t } = useTranslation(["comparison", "ui"]);
  const navigate = useNavigate();
  const { offers } = form.operation;
  const [axes, setAxes] = useState<readonly Draft[]>(() => [{ ...NOTHING, of: OFFER, chosen: offers.slice(0, FIRST).map((offer) => offer.id) }, NOTHING]);
  const set = (at: number, more: Partial<Draft>) => setAxes(axes.map((axis, index) => (index === at ? { ...axis, ...more } : axis)));
  const wanted = useMemo(() => wantedOf(form, axes), [form, axes]);
  const { plan, trouble, fresh } = usePlan(form, wanted);
  const purse = useQuery(credits).data;
  const short = plan !== undefined && plan.fits < plan.possible;
  const [busy, setBusy] = useState(false);
  const last = useRef<{ text: string; key: string } | null>(null);
  const ready = plan !== undefined && fresh && plan.price !== null && plan.possible > 0 && form.missing.length === 0 && !short;
  const go = async () => {
    if (!wanted || !ready || busy) return;
    setBusy(true);
    // What was sent and never answered is sent again under the same key: it is not begun twice.
    const text = JSON.stringify(wanted);
    if (last.current?.text !== text) last.current = { text, key: crypto.randomUUID() };
    const { key } = last.current;
    const begun = await telling(() => begin(wanted, key));
    setBusy(false);
    if (!begun) return;
    onClose();
    void navigate({ to: "/create", search: (now) => ({ ...now, compare: begun.id }) });
  };
  return (
    <Dialog
      title={t("setup.title")}
      open
      onClose={onClose}
      className="w-[560px] max-w-full"
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button look="primary" disabled={!ready || busy} onClick={() => void go()}>
            <span>{t("setup.go")}</span>
            {plan !== undefined && (
              <span className="num font-medium">
                {[t("setup.cells", { count: plan.possible }), plan.price === null ? "–" : price(plan.price)].join(" · ")}
              </span>
            )}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p>{t("setup.text")}</p>
        {axes.map((axis, index) => (
          <Axis key={index} form={form} axis={axis} label={index === 0 ? t("setup.across") : t("setup.down")} optional={index > 0} onChange={(more) => set(index, more)} />
        ))}
        <div role="status" className="min-h-10 text-xs text-fg-2">
          {form.missing.length > 0 ? (
            <p>{t("setup.need", { fields: form.missing.map((field) => said(field.title)).join(", ") })}</p>
          ) : trouble !== undefined ? (
            <p className="text-bad">{trouble}</p>
          ) : plan !== undefined ? (
            <Told plan={plan} form={form} left={purse && !purse.unlimited ? purse.balance : undefined} />
          ) : null}
        </div>
      </div>
    </Dialog>
  );
}

interface AxisProps {
  form: Form;
  axis: Draft;
  label: string;
  optional: boolean;
  onChange: (more: Partial<Draft>) => void;
}

function Axis({ form, axis, label, optional, onChange }: AxisProps) {
  const { t } = useTranslation("comparison");
  const fields = useMemo(() => comparable(form.fields), [form.fields]);
  const { offers } = form.operation;
  const prompt = fields.find((field) => field.widget === "prompt");
  const field = fields.find((one) => one.name === axis.of);
  const listed: { value: unknown; title: string; hint: string }[] =
    axis.of === OFFER
      ? offers.map((offer) => ({ value: offer.id, title: said(offer.title), hint: offer.price == null ? "" : price(offer.price) }))
      : field
        ? choices(field).map((option) => ({ value: option.value, title: said(option.title), hint: "" }))
        : [];
  const items = [
    ...(optional ? [{ value: "", label: t("setup.none") }] : []),
    { value: OFFER, label: t("setup.model") },
    ...(prompt ? [{ value: WORDS, label: t("setup.words") }] : []),
    ...fields.map((one) => ({ value: one.name, label: said(one.title) })),
  ];
  const take = (of: string) => onChange({ ...NOTHING, of, chosen: of === OFFER ? offers.slice(0, FIRST).map((offer) => offer.id) : [] });
  const toggle = (value: unknown) => onChange({ chosen: axis.chosen.includes(value) ? axis.chosen.filter((one) => one !== value) : listed.map((one) => one.value).filter((one) => one === value || axis.chosen.includes(one)) });
  return (
    <fieldset className="flex flex-col gap-2.5">
      <Select label={label} items={items} value={axis.of} onChange={take} />
      {listed.length > 0 && (
        <div className="max-h-44 overflow-auto rounded-md border border-line bg-sunken p-1.5" role="group" aria-label={t("setup.values")}>
          {listed.length > 2 && (
            <Checkbox
              label={t("setup.all")}
              checked={axis.chosen.length === listed.length ? true : axis.chosen.length === 0 ? false : "indeterminate"}
              onChange={() => onChange({ chosen: axis.chosen.length === listed.length ? [] : listed.map((one) => one.value) })}
              className="min-h-8 px-1.5 text-fg-2 coarse:min-h-11"
            />
          )}
          {listed.map((one) => (
            <div key={String(one.value)} className="flex items-center justify-between gap-3 rounded-sm px-1.5 hover:bg-hover">
              <Checkbox label={one.title} checked={axis.chosen.includes(one.value)} onChange={() => toggle(one.value)} className="min-h-8 flex-1 coarse:min-h-11" />
              <span className="num text-xs text-fg-3">{one.hint}</span>
            </div>
          ))}
        </div>
      )}
      {axis.of === WORDS && <TextField label={t("setup.find")} value={axis.find} onChange={(find) => onChange({ find })} />}
      {(axis.of === WORDS || (field && listed.length === 0)) && (
        <TextField
          label={axis.of === WORDS ? t("setup.by") : t("setup.values")}
          value={axis.typed}
          rows={axis.of === WORDS || field?.widget === "prompt" || field?.widget === "text" ? 3 : 1}
          placeholder={field && field.widget !== "prompt" && field.widget !== "text" ? t("setup.numbers") : t("setup.texts")}
          help={axis.of === WORDS || field?.widget === "prompt" || field?.widget === "text" ? t("setup.texts") : t("setup.numbers")}
          onChange={(typed) => onChange({ typed })}
        />
      )}
    </fieldset>
  );
}

/** How long, what cannot be, and who will not heed what. */
function Told({ plan, form, left }: { plan: Plan; form: Form; left: number | undefined }) {
  const { t } = useTranslation("comparison");
  const called = names(plan.axes);
  const title = (id: string | null) => said(form.operation.offers.find((offer) => offer.id === id)?.title ?? id ?? "");
  const impossible = plan.cells.filter((cell) => cell.trouble !== "");
  const deaf = new Map<string, Set<string>>();
  for (const cell of plan.cells) {
    const words = [...cell.ignored, ...cell.dropped];
    if (words.length > 0) deaf.set(title(cell.offer), new Set([...(deaf.get(title(cell.offer)) ?? []), ...words]));
  }
  return (
    <div className="flex flex-col gap-1.5">
      <p className="num">{plan.price === null ? t("setup.unpriced") : t("setup.about", { time: duration(plan.seconds) })}</p>
      {plan.fits < plan.possible && left !== undefined && <p className="text-bad">{t("setup.short", { left: dollars(left), fits: plan.fits, possible: plan.possible })}</p>}
      {impossible.length > 0 && (
        <div className="text-warn">
          <p>{t("setup.impossible", { count: impossible.length })}</p>
          <ul className="max-h-24 overflow-auto pl-3">
            {impossible.map((cell) => (
              <li key={cell.place}>{`${said(called[cell.place] ?? "")}: ${cell.trouble}`}</li>
            ))}
          </ul>
        </div>
      )}
      {[...deaf].map(([offer, words]) => (
        <p key={offer}>{t("setup.ignores", { offer, words: [...words].join(", ") })}</p>
      ))}
    </div>
  );
}

function wantedOf(form: Form, drafts: readonly Draft[]): Wanted | undefined {
  const fields = comparable(form.fields);
  const axes = drafts.flatMap((draft) => axisOf(draft, fields) ?? []);
  const asked = drafts.filter((draft) => draft.of !== "").length;
  if (axes.length === 0 || axes.length < asked) return undefined;
  return { op: form.operation.op, offer: form.offer, prefer: form.prefer, input: form.input, axes };
}

function usePlan(form: Form, wanted: Wanted | undefined): { plan: Plan | undefined; trouble: string | undefined; fresh: boolean } {
  // Words that are still to be written do not hide the price.
  const askable = form.missing.every((field) => field.required && field.schema.type === "string" && field.schema.format === undefined);
  const filled = wanted && { ...wanted, input: { ...wanted.input, ...Object.fromEntries(form.missing.map((field) => [field.name, SOME_WORDS])) } };
  const asking = filled && askable ? JSON.stringify(filled) : "";
  const [settled, setSettled] = useState(asking);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(asking), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asking]);
  const found = useQuery({
    queryKey: ["plan", settled],
    queryFn: ({ signal }) => estimate(JSON.parse(settled) as Wanted, signal),
    enabled: settled !== "",
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
  });
  const fresh = settled === asking && !found.isPlaceholderData;
  if (asking === "") return { plan: undefined, trouble: undefined, fresh };
  return {
    plan: found.isError ? undefined : found.data,
    trouble: found.error instanceof Problem ? found.error.message : undefined,
    fresh,
  };
}
