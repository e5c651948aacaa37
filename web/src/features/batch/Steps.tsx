/** What is done to each row: one operation, or several that feed each other; with the values that are the same for all. */

import "@/i18n/batch";
import { ArrowDown, ArrowUp, Plus, Table2, Workflow, X } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Batch, BatchRow, Operation, Problem } from "@/api";
import { FormFields, ModelField, said, type Form } from "@/features/forms";
import { KNOWN } from "@/features/forms/known";
import { carried, fieldsOf, humane, inputOf, lacking, type Schema, type Values } from "@/features/forms/schema";
import { Button, IconButton, Select } from "@/ui";
import { fedBy, MOST_STEPS, reordered, stepOf, usable, type Step } from "./plan";
import { withStep, type Setup } from "./useSetup";

const CAPABILITIES = ["create", "edit", "upscale", "control", "transform", "export"];

interface StepsProps {
  batch: Batch;
  setup: Setup;
  operations: readonly Operation[];
  /** The first row, as it was looked at: whose offer, at what price. */
  first: BatchRow | undefined;
}

export function Steps({ batch, setup, operations, first }: StepsProps) {
  const { t } = useTranslation("batch");
  const { draft } = setup;
  const { steps } = draft;
  const order = (next: readonly number[]) => setup.steps(reordered(draft, next));
  const moved = (from: number, to: number) => {
    const places = steps.map((_, index) => index);
    places.splice(to, 0, ...places.splice(from, 1));
    order(places);
  };
  // What the last one makes is what the next one takes.
  const add = () => {
    const makes = operations.find(({ op }) => op === steps.at(-1)?.op)?.makes ?? "image";
    const wanted = makes === "image" ? ["image.remove_background", "image.upscale"] : [];
    const next = wanted.find((op) => !steps.some((step) => step.op === op) && usable(operations).some((one) => one.op === op)) ?? "image.upscale";
    setup.steps({ steps: [...steps, stepOf(next)], columns: draft.columns });
  };
  return (
    <ol className="flex flex-col">
      {steps.map((step, index) => (
        <li key={`${index}${step.op}`} className="border-b border-line">
          <One
            {...{ batch, setup, operations, step, index }}
            first={setup.settled && batch.state === "ready" ? first : undefined}
            onUp={index > 0 ? () => moved(index, index - 1) : undefined}
            onDown={index < steps.length - 1 ? () => moved(index, index + 1) : undefined}
            onRemove={steps.length > 1 ? () => order(steps.flatMap((_, at) => (at === index ? [] : [at]))) : undefined}
          />
        </li>
      ))}
      {steps.length < MOST_STEPS && (
        <li className="p-4">
          <Button size="sm" onClick={add}>
            <Plus size={14} aria-hidden />
            {t("steps.add")}
          </Button>
        </li>
      )}
    </ol>
  );
}

interface OneProps extends StepsProps {
  step: Step;
  index: number;
  onUp: (() => void) | undefined;
  onDown: (() => void) | undefined;
  onRemove: (() => void) | undefined;
}

function One({ batch, setup, operations, step, index, first, onUp, onDown, onRemove }: OneProps) {
  const { t } = useTranslation("batch");
  const items = useMemo(
    () =>
      [...usable(operations)]
        .sort((one, other) => CAPABILITIES.indexOf(one.capability) - CAPABILITIES.indexOf(other.capability))
        .map(({ op, title, capability }) => ({ value: op, label: said(title), group: t(`steps.groups.${CAPABILITIES.includes(capability) ? (capability as "create") : "edit"}`) })),
    [operations, t],
  );
  const operation = operations.find(({ op }) => op === step.op);
  const several = setup.draft.steps.length > 1;
  return (
    <section aria-label={t("steps.one", { n: index + 1 })}>
      <div className="flex items-center gap-1 px-4 pt-4">
        {several && <span className="num grid size-6 shrink-0 place-items-center rounded-full bg-hover text-2xs font-semibold text-fg-2">{index + 1}</span>}
        <Select
          label={t("steps.op", { n: index + 1 })}
          hideLabel
          items={items}
          value={step.op}
          onChange={(op) => setup.steps({ steps: setup.draft.steps.map((one, at) => (at === index ? stepOf(op) : one)), columns: setup.draft.columns })}
          className="min-w-0 flex-1"
        />
        {several && (
          <>
            <IconButton size="sm" label={t("steps.up", { n: index + 1 })} disabled={!onUp} onClick={onUp}>
              <ArrowUp size={14} aria-hidden />
            </IconButton>
            <IconButton size="sm" label={t("steps.down", { n: index + 1 })} disabled={!onDown} onClick={onDown}>
              <ArrowDown size={14} aria-hidden />
            </IconButton>
            <IconButton size="sm" label={t("steps.remove", { n: index + 1 })} disabled={!onRemove} onClick={onRemove}>
              <X size={14} aria-hidden />
            </IconButton>
          </>
        )}
      </div>
      {operation ? <Fields key={step.op} {...{ batch, setup, operation, step, index, first }} /> : <p className="p-4 text-sm text-bad">{t("steps.gone", { op: step.op })}</p>}
    </section>
  );
}

function Fields({ batch, setup, operation, step, index, first }: { batch: Batch; setup: Setup; operation: Operation; step: Step; index: number; first: BatchRow | undefined }) {
  const { t } = useTranslation("batch");
  const columns = useMemo(() => fedBy(batch.columns, index), [batch.columns, index]);
  // Known as soon as the server was told of the chain.
  const feeds = batch.steps[index]?.op === step.op ? batch.steps[index].feeds : index > 0 ? "image" : null;
  const form = useStepForm(operation, step, index, setup, columns, feeds, first);
  const titles = new Map(fieldsOf((form.shown?.input ?? {}) as Schema, KNOWN).map(({ name, title }) => [name, said(title)]));
  const fed = [...(feeds !== null ? [{ field: feeds, text: t("steps.fed", { n: index }), Icon: Workflow }] : []), ...[...columns].map(([field, column]) => ({ field, text: t("steps.column", { column }), Icon: Table2 }))];
  const need = form.missing.filter(({ name }) => name !== feeds && !columns.has(name));
  return (
    <>
      {fed.length > 0 && (
        <ul className="flex flex-col gap-1 px-4 pt-3">
          {fed.map(({ field, text, Icon }) => (
            <li key={field} className="flex min-h-8 items-center gap-2 rounded-md bg-sunken px-2.5 py-1 text-xs">
              <Icon size={13} className="shrink-0 text-fg-3" aria-hidden />
              <span className="font-medium">{titles.get(field) ?? humane(field)}</span>
              <span className="ml-auto truncate text-fg-2">{text}</span>
            </li>
          ))}
        </ul>
      )}
      {need.length > 0 && <p className="px-4 pt-3 text-xs text-warn">{t("steps.need", { fields: need.map(({ title }) => said(title)).join(", ") })}</p>}
      {form.trouble !== undefined && (
        <p role="alert" className="px-4 pt-3 text-xs text-bad">
          {form.trouble}
        </p>
      )}
      <FormFields form={form} model={<ModelField form={form} />} />
    </>
  );
}

/** A form whose values are those of a step, and none of the drafts of the other rooms. */
function useStepForm(operation: Operation, step: Step, index: number, setup: Setup, columns: ReadonlyMap<string, string>, feeds: string | null, first: BatchRow | undefined): Form {
  const { draft, change: changeDraft, problem } = setup;
  const shown = operation.offers.find(({ id }) => id === step.offer) ?? operation.offers[0];
  const every = useMemo(() => (shown ? fieldsOf(shown.input as Schema, KNOWN) : []), [shown]);
  const fields = useMemo(() => every.filter(({ name }) => name !== feeds && !columns.has(name)), [every, feeds, columns]);
  const values = useMemo(() => ({ ...carried(step.input, every) }), [step.input, every]);
  const change = useCallback(
    (more: Values) => {
      const initial = new Map(every.map((field) => [field.name, field.initial]));
      const input = Object.fromEntries(Object.entries({ ...step.input, ...more }).filter(([name, value]) => value !== undefined && value !== null && JSON.stringify(value) !== JSON.stringify(initial.get(name))));
      changeDraft({ steps: withStep(draft.steps, index, { input }) });
    },
    [every, step.input, draft.steps, index, changeDraft],
  );
  const faults = useMemo(() => faultsOf(problem, index), [problem, index]);
  const price = first?.prices[index];
  const offer = first?.offers[index];
  return {
    operation,
    offer: step.offer,
    prefer: step.prefer,
    shown,
    fields,
    values,
    input: inputOf(fields, values),
    wish: undefined,
    words: undefined,
    estimate: first && offer !== undefined ? { offer, price: price ?? null, seconds: first.seconds / Math.max(1, draft.steps.length), ignored: [], losses: [], size: null, style: "", understood: [], why: [] } : undefined,
    fresh: true,
    faults,
    trouble: faults.get(""),
    missing: shown ? lacking(shown.input, every, { ...values, ...Object.fromEntries([...columns.keys(), ...(feeds === null ? [] : [feeds])].map((name) => [name, "…"])) }) : [],
    ready: true,
    set: (name, value) => change({ [name]: value }),
    change,
    choose: (next, by) => changeDraft({ steps: withStep(draft.steps, index, { offer: next, prefer: by ?? step.prefer }) }),
    refuse: () => undefined,
  };
}

/** What the server said of this step, by its fields; "" is of the step itself. */
function faultsOf(problem: Problem | null, index: number): Map<string, string> {
  const found = new Map<string, string>();
  for (const { field, message } of problem?.fields ?? []) {
    const [, at, rest] = /^steps\.(\d+)\.(?:input\.)?(.+)$/.exec(field) ?? [];
    if (at === undefined || Number(at) !== index) continue;
    found.set(rest === "op" ? "" : (rest ?? "").split(".")[0]!, message);
  }
  return found;
}
