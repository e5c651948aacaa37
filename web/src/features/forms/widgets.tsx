/** One control for each kind of field. Every control has a label, shows what does not fit, and works by keyboard. */

import { Dices, ImagePlus, Lock, LockOpen, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Kind } from "@/features/assets/kinds";
import { BrandField } from "@/features/brand/BrandField";
import { TypefaceField } from "@/features/brand/TypefaceField";
import { upload } from "@/features/library/uploads";
import { offer } from "@/features/recipes/recall";
import { pixels } from "@/lib/format";
import { patient } from "@/lib/later";
import { Button, cx, IconButton, Label, say, Segment, Select, Slider, Stepper, Switch, TextField } from "@/ui";
import { DRAGGED, PictureField } from "./PictureField";
import { describes, PromptPictures, slotsOf, takePicture } from "./PromptPictures";
import { ReferencesField } from "./ReferencesField";
import { said } from "./said";
import { type Field, humane, limits, optionsOf, resolve, type Schema, stepOf, textOf, type Values } from "./schema";
import { ShapeField } from "./ShapeField";
import { Writing } from "@/features/wording/Writing";
import { StylesField } from "./StylesField";
import type { Form } from "./useForm";

const GuidesField = lazy(patient(async () => ({ default: (await import("./GuidesField")).GuidesField })));
const BackdropField = lazy(patient(() => import("./BackdropField")));
const Wild = lazy(patient(() => import("@/features/wording/Wild")));
const ColourField = lazy(patient(() => import("./ColourField")));

export type Source = Pick<Asset, "id" | "width" | "height"> | undefined;

interface ControlProps {
  field: Field;
  form: Form;
  source: Source;
  tool?: ReactNode;
}

/** What a control knows: the field, its value, and how to change it. */
export interface WidgetProps {
  field: Field;
  title: string;
  value: unknown;
  values: Values;
  error: string | undefined;
  source: Source;
  set: (value: unknown) => void;
  change: (values: Values) => void;
  form: Form;
  tool?: ReactNode;
}

export function Control({ field, form, source, tool }: ControlProps) {
  const Widget = WIDGETS[field.widget] ?? WIDGETS["text"]!;
  const error = form.faults.get(field.name);
  const props: WidgetProps = {
    field,
    title: said(field.title),
    value: form.values[field.name],
    values: form.values,
    error,
    source,
    set: (value) => form.set(field.name, value),
    change: form.change,
    form,
    tool,
  };
  return (
    <Suspense fallback={<div className="skeleton h-14" />}>
      <Widget {...props} />
      {error !== undefined && !OWN_ERROR.has(field.widget) && (
        <p role="alert" className="mt-1 text-xs text-bad">
          {error}
        </p>
      )}
    </Suspense>
  );
}

/** Controls whose text field shows the error itself. */
const OWN_ERROR = new Set(["text", "prompt"]);

const help = (field: Field) => (field.description === undefined ? undefined : said(field.description));
const unit = (field: Field) => (field.hint.unit === undefined ? undefined : said(field.hint.unit));
const asText = (value: unknown): string => (typeof value === "string" ? value : "");
const asNumber = (value: unknown): number | null => (typeof value === "number" ? value : null);

function Text({ field, title, value, error, set }: WidgetProps) {
  return (
    <TextField
      label={title}
      value={asText(value)}
      onChange={(next) => set(next === "" && field.nullable ? null : next)}
      rows={field.schema.maxLength !== undefined && field.schema.maxLength > 300 ? 2 : 1}
      maxLength={field.schema.maxLength}
      help={help(field)}
      error={error}
    />
  );
}

function Prompt({ field, title, value, error, set, form, tool }: WidgetProps) {
  const { t } = useTranslation("forms");
  const slots = useMemo(() => slotsOf(form.fields), [form.fields]);
  const [over, setOver] = useState(false);
  const text = asText(value);
  const most = field.schema.maxLength;
  const plain = describes(field);
  const clear = () => {
    set("");
    say({ title: t("prompt.cleared"), action: { label: t("improve.undo"), perform: () => set(text) } });
  };
  const takes = slots.start !== undefined || slots.references !== undefined;
  const add = async (files: readonly File[]) => {
    for (const asset of await upload(files)) {
      takePicture(form, slots, asset.id);
      offer(asset);
    }
  };
  const pictures = takes
    ? {
        "data-takes-files": true,
        onDragOver: (event: React.DragEvent) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        },
        onDragLeave: () => setOver(false),
        onDrop: (event: React.DragEvent) => {
          setOver(false);
          const dragged = event.dataTransfer.getData(DRAGGED);
          const files = [...event.dataTransfer.files];
          if (dragged === "" && files.length === 0) return;
          event.preventDefault();
          event.stopPropagation();
          if (dragged !== "") takePicture(form, slots, dragged);
          else void add(files);
        },
        onPaste: (event: React.ClipboardEvent) => {
          const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
          if (files.length === 0) return;
          event.preventDefault();
          event.stopPropagation();
          void add(files);
        },
      }
    : {};
  return (
    <div>
      {!plain && (
        <Label>
          <span id="prompt-title">{title}</span>
        </Label>
      )}
      <div
        {...pictures}
        className={cx(
          "rounded-lg border bg-raised transition-[border-color,box-shadow] focus-within:border-ring focus-within:shadow-[0_0_0_3px_var(--accent-soft)]",
          error === undefined ? "border-line" : "border-bad",
          over && "!border-ring bg-accent-soft",
        )}
      >
        {plain && (
          <label htmlFor="prompt" className="sr-only">
            {title}
          </label>
        )}
        <Writing
          id="prompt"
          suggests={plain}
          aria-labelledby={plain ? undefined : "prompt-title"}
          rows={4}
          value={text}
          maxLength={most}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : "prompt-error"}
          placeholder={plain ? t("prompt.hint") : help(field)}
          onWrite={set}
          className="field-sizing-content block max-h-72 min-h-28 w-full resize-none bg-transparent px-3.5 pt-3 pb-2 text-md leading-[1.45rem] outline-none placeholder:text-fg-3"
        />
        <PromptPictures form={form} slots={slots} />
        {text !== "" && (
          <div className="flex items-center justify-between gap-1 border-t border-line px-1.5 py-1">
            {plain && tool}
            <Button look="ghost" size="sm" onClick={clear} className="mr-auto">
              {t("prompt.clear")}
            </Button>
            <span className="num pr-1.5 text-2xs text-fg-3">{most !== undefined && text.length > most * 0.8 ? `${text.length} / ${most}` : ""}</span>
          </div>
        )}
      </div>
      {field.name === "prompt" && form.wish && (
        <Suspense>
          <Wild form={form} wish={form.wish} />
        </Suspense>
      )}
      {error !== undefined && (
        <p id="prompt-error" role="alert" className="mt-1 text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

function Numeric({ field, title, value, set }: WidgetProps) {
  const { t } = useTranslation("forms");
  const { minimum, maximum } = limits(field.schema);
  return (
    <Stepper
      label={title}
      value={asNumber(value)}
      onChange={(next) => set(next ?? (field.nullable ? null : field.initial))}
      min={minimum}
      max={maximum}
      step={stepOf(field)}
      placeholder={field.nullable ? t("automatic") : undefined}
      more={t("more", { what: title })}
      less={t("less", { what: title })}
    />
  );
}

function Sliding({ field, title, value, set }: WidgetProps) {
  const { minimum = 0, maximum = 1 } = limits(field.schema);
  return <Slider label={title} value={asNumber(value) ?? minimum} onChange={set} min={minimum} max={maximum} step={stepOf(field)} unit={unit(field)} />;
}

function Toggle({ field, title, value, set }: WidgetProps) {
  return <Switch label={title} checked={value === true} onChange={set} help={help(field)} />;
}

function Segments({ field, title, value, set, form }: WidgetProps) {
  const options = optionsOf(field);
  if (field.hint.mode === "typeface") return <TypefaceField name={field.name} title={title} value={value === null || value === undefined ? null : textOf(value)} options={options} onChange={set} op={form.operation.op} />;
  return (
    <Segment
      label={title}
      value={value === null || value === undefined ? null : textOf(value)}
      onChange={(next) => set(options.find((option) => String(option.value) === next)?.value)}
      items={options.map((option) => ({ value: String(option.value), label: said(option.title) }))}
    />
  );
}

function Selecting({ field, title, value, set }: WidgetProps) {
  const { t } = useTranslation("forms");
  const options = optionsOf(field);
  const items = options.map((option) => ({ value: String(option.value), label: said(option.title) }));
  return (
    <Select
      label={title}
      value={value === null || value === undefined ? (field.nullable ? "" : null) : textOf(value)}
      onChange={(next) => set(next === "" ? null : options.find((option) => String(option.value) === next)?.value)}
      items={field.nullable ? [{ value: "", label: t("automatic") }, ...items] : items}
    />
  );
}

function Chips({ field, title, value, set }: WidgetProps) {
  const chosen = Array.isArray(value) ? (value as unknown[]) : [];
  const full = field.schema.maxItems !== undefined && chosen.length >= field.schema.maxItems;
  return (
    <div role="group" aria-label={title}>
      <Label>{title}</Label>
      <div className="flex flex-wrap gap-1.5">
        {(field.schema.items?.enum ?? []).map((option) => {
          const on = chosen.includes(option);
          return (
            <button
              key={String(option)}
              type="button"
              aria-pressed={on}
              disabled={!on && full}
              onClick={() => set(on ? chosen.filter((one) => one !== option) : [...chosen, option])}
              className={cx("min-h-7 rounded-full border px-2.5 text-xs font-medium coarse:min-h-11", on ? "border-ring bg-accent-soft text-fg" : "border-line text-fg-2 hover:border-line-2 disabled:text-fg-3")}
            >
              {said(humane(String(option)))}
            </button>
          );
        })}
      </div>
    </div>
  );
}

/** Several values in one line, with commas between them; pages that know what they are draw more. */
function Listed({ field, title, value, set }: WidgetProps) {
  const chosen = Array.isArray(value) ? (value as unknown[]) : [];
  const numbers = field.schema.items?.type === "number";
  const [text, setText] = useState(chosen.join(", "));
  const take = (next: string) => {
    setText(next);
    const parts = next.split(/[,;]\s*/).filter((part) => part.trim() !== "");
    set(numbers ? parts.map(Number).filter((number) => !Number.isNaN(number)) : parts.map((part) => part.trim()));
  };
  return <TextField label={title} value={text} onChange={take} help={help(field)} />;
}

const LARGEST_SEED = 2 ** 32;

/** A die throws a seed and keeps it; unlocked, every run gets a new one. */
function Seed({ field, title, value, set }: WidgetProps) {
  const { t } = useTranslation("forms");
  const seed = asNumber(value);
  const { minimum, maximum } = limits(field.schema);
  const thrown = () => set(Math.floor(Math.random() * Math.min(LARGEST_SEED, (maximum ?? LARGEST_SEED - 1) + 1)));
  return (
    <div>
      <div className="flex items-end gap-1">
        <Stepper label={title} value={seed} onChange={set} min={minimum} max={maximum} placeholder={t("seed.random")} className="min-w-0 flex-1" more={t("more", { what: title })} less={t("less", { what: title })} />
        <IconButton label={t("seed.throw")} onClick={thrown}>
          <Dices size={17} aria-hidden />
        </IconButton>
        <IconButton label={seed === null ? t("seed.lock") : t("seed.unlock")} on={seed !== null} onClick={() => (seed === null ? thrown() : set(null))}>
          {seed === null ? <LockOpen size={16} aria-hidden /> : <Lock size={16} aria-hidden />}
        </IconButton>
      </div>
      <p className="mt-1 text-xs text-fg-3">{seed === null ? t("seed.new") : help(field)}</p>
    </div>
  );
}

function Picture({ field, title, value, set }: WidgetProps) {
  return <PictureField title={title} help={help(field)} value={asText(value) || null} onChange={set} optional={!field.required} />;
}

function Other({ field, title, value, set, kind }: WidgetProps & { kind: Kind }) {
  return <PictureField title={title} help={help(field)} value={asText(value) || null} onChange={set} optional={!field.required} kind={kind} />;
}

function Mask({ field, title, value, set }: WidgetProps) {
  return <PictureField title={title} help={help(field)} value={asText(value) || null} onChange={set} optional={!field.required} purpose="mask" />;
}

interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

function Region({ field, title, value, set, source }: WidgetProps) {
  const { t } = useTranslation("forms");
  const box = value as Region | null;
  if (!box) {
    return (
      <div>
        <Label>{title}</Label>
        <Button size="sm" disabled={!source} onClick={() => source && set({ x: Math.round(source.width * 0.1), y: Math.round(source.height * 0.1), width: Math.round(source.width * 0.8), height: Math.round(source.height * 0.8) })}>
          {t("box.set")}
        </Button>
        <p className="mt-1 text-xs text-fg-3">{help(field)}</p>
      </div>
    );
  }
  const part = (name: keyof Region, least: number, most: number | undefined) => (
    <Stepper key={name} label={t(`box.${name}`)} value={box[name]} onChange={(next) => set({ ...box, [name]: next ?? least })} min={least} max={most} more={t("more", { what: t(`box.${name}`) })} less={t("less", { what: t(`box.${name}`) })} />
  );
  return (
    <fieldset>
      <legend className="mb-1.5 flex w-full items-center justify-between text-xs font-medium text-fg-2">
        {title}
        <IconButton label={t("box.clear")} size="sm" onClick={() => set(null)}>
          <X size={14} aria-hidden />
        </IconButton>
      </legend>
      <div className="grid grid-cols-2 gap-2">
        {part("x", 0, source && source.width - 1)}
        {part("y", 0, source && source.height - 1)}
        {part("width", 1, source?.width)}
        {part("height", 1, source?.height)}
      </div>
    </fieldset>
  );
}

function Images({ field, title, value, set }: WidgetProps) {
  const { t } = useTranslation("forms");
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  const [adding, setAdding] = useState(false);
  const full = field.schema.maxItems !== undefined && chosen.length >= field.schema.maxItems;
  return (
    <div role="group" aria-label={title} className="flex flex-col gap-2">
      <Label>{title}</Label>
      {chosen.map((id, index) => (
        <PictureField key={`${id}${index}`} title={t("picture.nth", { n: index + 1 })} value={id} onChange={(next) => set(next === null ? chosen.filter((_, other) => other !== index) : chosen.with(index, next))} optional small />
      ))}
      {!full &&
        (adding || chosen.length === 0 ? (
          <PictureField title={t("picture.add")} value={null} onChange={(next) => next !== null && (set([...chosen, next]), setAdding(false))} optional small />
        ) : (
          <Button size="sm" onClick={() => setAdding(true)}>
            <ImagePlus size={14} aria-hidden />
            {t("picture.add")}
          </Button>
        ))}
    </div>
  );
}

const Colour = ({ field, title, value, set, source }: WidgetProps) => <ColourField title={title} value={asText(value) || null} onChange={set} optional={field.nullable} source={source?.id} />;
const Styles = ({ field, title, value, set, form }: WidgetProps) => (
  <StylesField title={title} value={asText(value) || null} onChange={set} optional={field.nullable} presets={form.shown?.styles} worn={form.fresh ? form.estimate?.style : undefined} />
);
const Brand = ({ field, title, value, set, form }: WidgetProps) => <BrandField title={title} value={asText(value)} onChange={set} op={field.hint.advanced ? undefined : form.operation.op} />;
const References = ({ field, title, value, set }: WidgetProps) => <ReferencesField title={title} value={value} onChange={set} most={field.schema.maxItems ?? 4} />;

function Guides({ field, title, value, set, form }: WidgetProps) {
  const root = form.shown?.input as Schema;
  const kind = resolve(field.schema.items ?? {}, root).schema;
  return <GuidesField title={title} help={help(field)} kind={kind} root={root} value={value} onChange={set} most={field.schema.maxItems ?? 4} />;
}

function Backdrop({ field, title, value, set, form }: WidgetProps) {
  const root = form.shown?.input as Schema;
  const kinds = (field.schema.oneOf ?? field.schema.anyOf ?? []).map((one) => resolve(one, root).schema);
  return <BackdropField title={title} kinds={kinds} root={root} value={value as Values | null} onChange={set} help={help(field)} />;
}

function Shape({ field, values, change, form }: WidgetProps) {
  const { t } = useTranslation("forms");
  const pair = form.fields.filter((other) => other.widget === "size" && other.hint.group === field.hint.group);
  const [across, up] = pair;
  if (!across || !up) return <Numeric field={field} title={said(field.title)} value={values[field.name]} values={values} error={undefined} source={undefined} set={(value) => change({ [field.name]: value })} change={change} form={form} />;
  const width = asNumber(values[across.name]) ?? 1024;
  const height = asNumber(values[up.name]) ?? 1024;
  return (
    <>
      <ShapeField title={t("shape.title")} shown={pixels(width, height)} width={width} height={height} across={limits(across.schema)} up={limits(up.schema)} step={Math.max(stepOf(across), stepOf(up))} onChange={(size) => change({ [across.name]: size.width, [up.name]: size.height })} />
      {[across, up].map(
        (one) =>
          form.faults.has(one.name) &&
          one !== field && (
            <p key={one.name} role="alert" className="mt-1 text-xs text-bad">
              {form.faults.get(one.name)}
            </p>
          ),
      )}
    </>
  );
}

const WIDGETS: Record<string, (props: WidgetProps) => ReactNode> = {
  text: Text,
  brand: Brand,
  prompt: Prompt,
  number: Numeric,
  slider: Sliding,
  switch: Toggle,
  segments: Segments,
  select: Selecting,
  list: Listed,
  chips: Chips,
  seed: Seed,
  image: Picture,
  images: Images,
  audio: (props) => <Other {...props} kind="audio" />,
  video: (props) => <Other {...props} kind="video" />,
  mesh: (props) => <Other {...props} kind="mesh" />,
  mask: Mask,
  box: Region,
  size: Shape,
  styles: Styles,
  colour: Colour,
  references: References,
  guides: Guides,
  // The page asks for it on the picture.
  region: () => null,
  backdrop: Backdrop,
};
