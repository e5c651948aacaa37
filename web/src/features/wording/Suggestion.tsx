import { Check, Dices } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Operation } from "@/api";
import { FormFields, ModelField, said, useForm, type Form } from "@/features/forms";
import { price } from "@/lib/format";
import { Button, IconButton, Segment, say } from "@/ui";
import { textOf, useAsking } from "./ask";
import { Around, type Context } from "./Around";
import { diff } from "./diff";

const PROMPT = "prompt";
const CONTEXT = "context";
const LARGEST_SEED = 2 ** 32;

interface Props {
  form: Form;
  operations: readonly Operation[];
  onClose: () => void;
}

export default function Suggestion({ form, operations, onClose }: Props) {
  const { t } = useTranslation("forms");
  const [op, setOp] = useState(operations[0]!.op);
  const operation = operations.find((one) => one.op === op) ?? operations[0]!;
  return (
    <div className="flex flex-col">
      <div className="p-3 pb-0">
        <Segment label={t("improve.what")} hideLabel value={operation.op} onChange={setOp} items={operations.map((one) => ({ value: one.op, label: said(one.title) }))} />
      </div>
      <One key={operation.op} {...{ form, operation, onClose }} />
    </div>
  );
}

/** What the page's own form has said already is not asked for again: the prompt, and the style. */
function shared(form: Form, operation: Operation): Record<string, string> {
  const asked = (operation.offers[0]?.input as { properties?: Record<string, unknown> } | undefined)?.properties ?? {};
  return Object.fromEntries(Object.entries(form.values).filter((entry): entry is [string, string] => entry[0] in asked && typeof entry[1] === "string" && entry[1] !== ""));
}

function One({ form, operation, onClose }: { form: Form; operation: Operation; onClose: () => void }) {
  const { t } = useTranslation("forms");
  // As they were when it was opened: what is shown beside a suggestion is what it was made of.
  const [given] = useState(() => shared(form, operation));
  const before = given[PROMPT] ?? "";
  const [context, setContext] = useState<Context>();
  const fixed = useMemo(() => ({ ...given, [CONTEXT]: context ?? null }), [given, context]);
  const own = useForm(operation, fixed);
  const { busy, run, trouble, ask } = useAsking(own);
  const hide = useMemo(() => [...Object.keys(given), "seed"], [given]);
  const after = textOf(run, PROMPT);
  const pieces = useMemo(() => (after === "" ? [] : diff(before, after)), [before, after]);
  // Of words the price is always known before.
  const cost = own.estimate?.price ?? undefined;
  // What is free is done at once; what costs waits for a hand.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || !own.fresh || cost !== 0) return;
    begun.current = true;
    void ask();
  }, [own.fresh, cost, ask]);
  const accept = () => {
    onClose();
    put(form, after);
    say({ title: t("improve.accepted"), action: { label: t("improve.undo"), perform: () => form.set(PROMPT, before) } });
  };
  const seeded = own.fields.some((field) => field.name === "seed");
  return (
    <>
      <div aria-live="polite" aria-busy={busy} className="mx-3 mt-3 max-h-64 min-h-24 overflow-auto rounded-md border border-line bg-sunken px-3 py-2.5 text-sm leading-5.5">
        {busy ? (
          <div role="status" aria-label={t("improve.asking")} className="flex flex-col gap-2.5 py-1">
            {["w-full", "w-11/12", "w-3/5"].map((width) => (
              <span key={width} className={`skeleton h-3 ${width} rounded-xs`} />
            ))}
          </div>
        ) : trouble !== undefined ? (
          <p role="alert" className="text-bad">
            {trouble}
          </p>
        ) : after === "" ? (
          <p className="text-fg-3">{cost === undefined || cost === 0 ? t("improve.hint") : t("improve.costs", { price: price(cost) })}</p>
        ) : (
          <p className="whitespace-pre-wrap">
            {pieces.map((piece, index) =>
              piece.kind === "same" ? (
                <span key={index}>{piece.text}</span>
              ) : piece.kind === "new" ? (
                <ins key={index} className="rounded-xs bg-accent-soft text-fg no-underline">
                  {piece.text}
                </ins>
              ) : (
                <del key={index} className="text-fg-3">
                  {piece.text}
                </del>
              ),
            )}
          </p>
        )}
      </div>
      {!busy && run && run.notes.length > 0 && <p className="px-3 pt-2 text-xs text-fg-3">{run.notes.map(said).join(" ")}</p>}
      {own.fields.some((field) => field.name === CONTEXT) && <Around form={form} onChange={setContext} />}
      <div className="[&>div]:gap-3.5 [&>div]:px-3 [&>div]:py-3">
        <FormFields form={own} hide={hide} model={<ModelField form={own} />} />
      </div>
      <div className="sticky bottom-0 flex flex-wrap items-center justify-end gap-1.5 border-t border-line bg-overlay p-3">
        <Button look="ghost" onClick={onClose}>
          {t("improve.keep")}
        </Button>
        <span className="flex-1" />
        {after !== "" && seeded && cost === 0 && (
          <IconButton label={t("improve.another")} disabled={busy} onClick={() => void ask({ seed: Math.floor(Math.random() * LARGEST_SEED) })}>
            <Dices size={17} aria-hidden />
          </IconButton>
        )}
        <Button look={after === "" ? "primary" : "default"} disabled={busy || !own.ready || own.estimate === undefined} onClick={() => void ask()}>
          {after === "" ? t("improve.go") : t("improve.again")}
          {cost !== undefined && <span className="num font-semibold">{price(cost)}</span>}
        </Button>
        {after !== "" && (
          <Button look="primary" disabled={busy || after === before} onClick={accept}>
            <Check size={15} aria-hidden />
            {t("improve.accept")}
          </Button>
        )}
      </div>
    </>
  );
}

/** As if it had been typed, so that the browser's own undo takes it back. */
function put(form: Form, text: string): void {
  // On a phone there is one that is not seen.
  const field = [...document.querySelectorAll<HTMLTextAreaElement>("textarea[data-prompt]")].find((one) => one.checkVisibility());
  requestAnimationFrame(() => {
    field?.focus();
    field?.select();
    // Old, and the one way to write so that Ctrl+Z knows of it.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (field !== document.activeElement || !document.execCommand("insertText", false, text)) form.set(PROMPT, text);
  });
}
