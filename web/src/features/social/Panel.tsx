/** How all of it is written: the files, words and logo on the picture, what is said beside it, and where it comes from. */

import "@/i18n/social";
import { ImagePlus, Plus, Send, X } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset, Run } from "@/api";
import { FormFields, PictureField, RunButton, said, type Form } from "@/features/forms";
import { fieldsOf, initialOf, optionsOf, resolve, visible, type Field, type Schema, type Values } from "@/features/forms/schema";
import { KNOWN } from "@/features/forms/known";
import { Control } from "@/features/forms/widgets";
import { patient } from "@/lib/later";
import { Button, Disclosure, IconButton } from "@/ui";
import type { Platform } from "./api";
import { Words } from "./Words";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

interface PanelProps {
  asset: Asset;
  /** All pictures of this set. */
  images: readonly string[];
  form: Form;
  /** As it was typed: also what is still to be written. */
  draft: Values;
  /** The platforms of the chosen formats, with those alone. */
  platforms: readonly Platform[];
  files: number;
  each: readonly Record<string, unknown>[];
  onPicture: (id: string) => void;
  onMore: (id: string) => void;
  onRun: (run: Run, all: readonly Run[]) => void;
}

/** Controls that do not say what their choice means. */
const CHOICES = new Set(["segments", "select"]);
const HIDE = ["image", "crop", "texts", "watermark", "caption", "captions", "alt_text", "formats", "focal", "overrides"];

export function Panel({ asset, images, form, draft, platforms, files, each, onPicture, onMore, onRun }: PanelProps) {
  const { t } = useTranslation("social");
  const [adding, setAdding] = useState(false);
  const origin = form.fields.filter((field) => (field.name === "metadata" || field.hint.group === "provenance") && !HIDE.includes(field.name));
  const texts = form.fields.find(({ name }) => name === "texts");
  const watermark = form.fields.find(({ name }) => name === "watermark");
  return (
    <>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="flex flex-col gap-2 p-4 pb-0">
          <PictureField title={t("panel.picture")} value={asset.id} onChange={(next) => next !== null && onPicture(next)} optional={false} />
          <Button size="sm" look="ghost" className="self-start" onClick={() => setAdding(true)}>
            <ImagePlus size={14} aria-hidden />
            {t("panel.more")}
          </Button>
        </div>
        <FormFields form={form} hide={[...HIDE, ...origin.map(({ name }) => name)]} source={asset} />
        {texts && <Texts field={texts} form={form} asset={asset} draft={draft} />}
        {watermark && <Mark field={watermark} form={form} asset={asset} draft={draft} />}
        <Disclosure title={t("panel.words")} open>
          <Words asset={asset} platforms={platforms} />
        </Disclosure>
        {origin.length > 0 && (
          <Disclosure title={t("panel.origin")} hint={told(origin, form)} open={origin.some(({ name }) => form.faults.has(name))}>
            {origin
              .filter((field) => field.widget !== "hidden" && visible(field, form.values))
              .map((field) => (
                <div key={field.name}>
                  <Control field={field} form={form} source={asset} />
                  {/* What a choice means is said where it is made. */}
                  {CHOICES.has(field.widget) && field.description !== undefined && <p className="mt-1.5 text-xs text-fg-3">{said(field.description)}</p>}
                </div>
              ))}
          </Disclosure>
        )}
      </div>
      <Export form={form} files={files} each={each} onRun={onRun} />
      <Suspense>
        {adding && (
          <Picker
            title={t("panel.more")}
            onClose={() => setAdding(false)}
            onPick={(picked) => {
              onMore(picked.id);
              if (images.includes(picked.id)) setAdding(false);
            }}
          />
        )}
      </Suspense>
    </>
  );
}

/** The first choices in a few words. */
function told(fields: readonly Field[], form: Form): string {
  return fields
    .filter((field) => field.widget === "segments" && visible(field, form.values))
    .slice(0, 2)
    .flatMap((field) => optionsOf(field).find(({ value }) => value === form.values[field.name])?.title ?? [])
    .map(said)
    .join(" · ");
}

export function Export({ form, files, each, onRun, bare }: Pick<PanelProps, "form" | "files" | "each" | "onRun"> & { bare?: boolean }) {
  const { t } = useTranslation("social");
  return <RunButton form={form} label={t("run.export", { count: files })} icon={Send} each={each} onRun={onRun} {...(bare ? { bare } : {})} />;
}

/** The form of a part of a request, drawn from the same schema as the whole. */
function usePart(field: Field, form: Form, deep: Schema | undefined): { fields: Field[]; initial: Values } {
  const root = form.shown?.input as Schema;
  return useMemo(() => {
    const kind = resolve(deep ?? field.schema, root).schema;
    const fields = fieldsOf({ ...kind, ...(root.$defs ? { $defs: root.$defs } : {}) }, KNOWN);
    return { fields, initial: initialOf(fields) };
  }, [field, root, deep]);
}

interface PartProps {
  fields: readonly Field[];
  form: Form;
  asset: Asset;
  values: Values;
  onChange: (values: Values) => void;
}

const FINE = new Map<string, string>();

function Part({ fields, form, asset, values, onChange }: PartProps) {
  const change = (more: Values) => onChange({ ...values, ...more });
  const part: Form = { ...form, fields, values, faults: FINE, set: (name, value) => change({ [name]: value }), change };
  return fields.filter(({ widget }) => widget !== "hidden").map((field) => <Control key={field.name} field={field} form={part} source={asset} />);
}

function Texts({ field, form, asset, draft }: { field: Field; form: Form; asset: Asset; draft: Values }) {
  const { t } = useTranslation("social");
  const { fields, initial } = usePart(field, form, field.schema.items);
  const all = (Array.isArray(draft[field.name]) ? draft[field.name] : []) as Values[];
  const put = (next: readonly Values[]) => form.set(field.name, next);
  return (
    <Disclosure title={t("panel.texts")} hint={all.length > 0 ? all.length : t("panel.none")} open={form.faults.has(field.name)}>
      {all.map((values, index) => (
        <fieldset key={index} className="flex flex-col gap-3 rounded-md border border-line p-3">
          <legend className="sr-only">{t("texts.nth", { n: index + 1 })}</legend>
          <div className="-mb-5 flex items-center justify-end">
            <IconButton size="sm" label={t("texts.remove", { n: index + 1 })} onClick={() => put(all.filter((_, other) => other !== index))}>
              <X size={14} aria-hidden />
            </IconButton>
          </div>
          <Part fields={fields} form={form} asset={asset} values={values} onChange={(next) => put(all.with(index, next))} />
        </fieldset>
      ))}
      {all.length < (field.schema.maxItems ?? 8) && (
        <Button size="sm" className="self-start" onClick={() => put([...all, { ...initial, text: "" }])}>
          <Plus size={14} aria-hidden />
          {t("texts.add")}
        </Button>
      )}
      {form.faults.has(field.name) && (
        <p role="alert" className="text-xs text-bad">
          {said(form.faults.get(field.name) ?? "")}
        </p>
      )}
    </Disclosure>
  );
}

function Mark({ field, form, asset, draft }: { field: Field; form: Form; asset: Asset; draft: Values }) {
  const { t } = useTranslation("social");
  const { fields, initial } = usePart(field, form, undefined);
  const values = (draft[field.name] ?? null) as Values | null;
  const text = values && typeof values["text"] === "string" ? values["text"] : "";
  return (
    <Disclosure title={t("panel.watermark")} hint={values ? text : t("panel.none")} open={form.faults.has(field.name)}>
      {values ? (
        <>
          <Part fields={fields} form={form} asset={asset} values={values} onChange={(next) => form.set(field.name, next)} />
          <Button size="sm" className="self-start" onClick={() => form.set(field.name, null)}>
            <X size={14} aria-hidden />
            {t("watermark.remove")}
          </Button>
        </>
      ) : (
        <Button size="sm" className="self-start" onClick={() => form.set(field.name, { ...initial, text: "" })}>
          <Plus size={14} aria-hidden />
          {t("watermark.add")}
        </Button>
      )}
      {form.faults.has(field.name) && (
        <p role="alert" className="text-xs text-bad">
          {said(form.faults.get(field.name) ?? "")}
        </p>
      )}
    </Disclosure>
  );
}
