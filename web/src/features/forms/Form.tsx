/** The form of an operation, drawn from its schema. */

import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Disclosure } from "@/ui";
import { slotNames, slotsOf } from "./PromptPictures";
import { said } from "./said";
import { type Field, visible } from "./schema";
import type { Form } from "./useForm";
import { Control, type Source } from "./widgets";

interface FormProps {
  form: Form;
  /** Fields that the page itself asks for: the picture on its canvas, the mask painted over it. */
  hide?: readonly string[];
  /** The picture that is worked on, for controls that need to know it. */
  source?: Source;
  /** The choice of the model, which stands before the numbers. */
  model?: ReactNode;
  /** What belongs to the fields and is drawn by the page, before the advanced ones. */
  more?: ReactNode;
  /** What else can be done with the prompt, in its card. */
  tool?: ReactNode;
}

export function FormFields({ form, hide = NOTHING, source, model, more, tool }: FormProps) {
  const { t } = useTranslation("forms");
  const fields = useMemo(() => {
    // A prompt carries its pictures in its own card.
    const inPrompt = slotNames(slotsOf(form.fields));
    return form.fields.filter((field) => field.widget !== "hidden" && !hide.includes(field.name) && !inPrompt.includes(field.name) && visible(field, form.values));
  }, [form.fields, form.values, hide]);
  const main = fields.filter((field) => !field.hint.advanced);
  const advanced = fields.filter((field) => field.hint.advanced);
  const every = rows(main);
  const first = every.findIndex(([field]) => !WORDS.has(field?.widget ?? ""));
  const [before, after] = [every.slice(0, first < 0 ? every.length : first), first < 0 ? [] : every.slice(first)];
  const row = (fields: Field[]) => (
    <div key={fields[0]!.name} className="flex gap-3 has-[[data-nothing]]:hidden">
      {fields.map((field) => (
        <div key={field.name} className={fields.length > 1 && field.widget === "number" ? "w-32 shrink-0" : "min-w-0 flex-1"}>
          <Control field={field} form={form} source={source} tool={tool} />
        </div>
      ))}
    </div>
  );
  return (
    <>
      <div className="flex flex-col gap-4.5 p-4">
        {before.map(row)}
        {model}
        {after.map(row)}
        {more}
      </div>
      {advanced.length > 0 && (
        <Disclosure title={t("advanced")} hint={summary(advanced, form)} open={advanced.some((field) => form.faults.has(field.name))}>
          {advanced.map((field) => (
            <Control key={field.name} field={field} form={form} source={source} tool={tool} />
          ))}
        </Disclosure>
      )}
    </>
  );
}

const NOTHING: readonly string[] = [];
/** What is said rather than measured. */
const WORDS = new Set(["prompt", "brand", "styles"]);

/** A number and the segments after it stand side by side; sizes are one control. */
function rows(fields: readonly Field[]): Field[][] {
  const found: Field[][] = [];
  for (const field of fields) {
    const last = found.at(-1);
    if (field.widget === "size" && fields.some((other) => other.widget === "size" && other.hint.group === field.hint.group && other !== field && fields.indexOf(other) < fields.indexOf(field))) continue;
    if (last?.length === 1 && last[0]!.widget === "number" && field.widget === "segments") last.push(field);
    else found.push([field]);
  }
  return found;
}

/** What differs from the beginning, in a few words. */
function summary(fields: readonly Field[], form: Form): string {
  return fields
    .filter((field) => {
      const value = form.values[field.name];
      return value !== undefined && value !== null && value !== "" && value !== field.initial && typeof value !== "object";
    })
    .map((field) => (typeof form.values[field.name] === "boolean" ? said(field.title) : `${said(field.title)} ${String(form.values[field.name])}`))
    .join(" · ");
}
