/** The pictures of a prompt, inside its card: what to start from, and what to take the look of, each with how much. */

import { useQuery } from "@tanstack/react-query";
import { ImagePlus, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf } from "@/api";
import { percent } from "@/lib/format";
import { patient } from "@/lib/later";
import { Button, cx, Menu, Popover, Slider } from "@/ui";
import { draftOf } from "./drafts";
import { said } from "./said";
import { limits, stepOf, type Field } from "./schema";
import type { Form } from "./useForm";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

const WEIGHT = 0.5;

interface Reference {
  image: string;
  weight: number;
}

export interface Slots {
  start: Field | undefined;
  references: Field | undefined;
  /** How far the result may leave the start picture. */
  strength: Field | undefined;
}

/** Whether words describe the picture; other words say what they are for, and take no pictures. */
export function describes(field: Field): boolean {
  return field.widget === "prompt" && field.name === "prompt" && field.title === "Prompt";
}

/** Which fields of a form are pictures of its prompt; the form itself leaves them out. */
export function slotsOf(fields: readonly Field[]): Slots {
  if (!fields.some(describes)) return { start: undefined, references: undefined, strength: undefined };
  const start = fields.find((field) => field.widget === "image" && !field.required && field.hint.mode !== "end");
  return {
    start,
    references: fields.find((field) => field.widget === "references"),
    strength: start && fields.find((field) => field.widget === "slider" && field.hint.visible_if?.[start.name] === "set"),
  };
}

export function slotNames({ start, references, strength }: Slots): string[] {
  return [start, references, strength].flatMap((field) => (field ? [field.name] : []));
}

/** Takes a picture that was dropped or pasted on the prompt. */
export function takePicture(form: Form, slots: Slots, asset: string): void {
  if (slots.references) {
    // As the draft is now: of several that are dropped at once, each finds the ones before.
    const value = draftOf(form.operation.op).values[slots.references.name];
    const chosen = Array.isArray(value) ? (value as Reference[]) : [];
    if (chosen.length < (slots.references.schema.maxItems ?? 4)) return form.set(slots.references.name, [...chosen, { image: asset, weight: WEIGHT }]);
  }
  if (slots.start) form.set(slots.start.name, asset);
}

function referencesOf(form: Form, field: Field): Reference[] {
  const value = form.values[field.name];
  return Array.isArray(value) ? (value as Reference[]) : [];
}

export function PromptPictures({ form, slots }: { form: Form; slots: Slots }) {
  const { t } = useTranslation("forms");
  const [picking, setPicking] = useState<"start" | "reference" | null>(null);
  const { start, references, strength } = slots;
  if (!start && !references) return null;
  const first = start ? (form.values[start.name] as string | null | undefined) : undefined;
  const chosen = references ? referencesOf(form, references) : [];
  const room = references !== undefined && chosen.length < (references.schema.maxItems ?? 4);
  const ways = [
    ...(room ? [{ id: "reference", label: t("references.add"), onSelect: () => setPicking("reference") }] : []),
    ...(start && !first ? [{ id: "start", label: said(start.title), onSelect: () => setPicking("start") }] : []),
  ];
  const changed = (next: Reference[]) => references && form.set(references.name, next);
  const amount = strength ? Number(form.values[strength.name] ?? strength.initial ?? 0) : undefined;
  return (
    <div role="group" aria-label={t("picture.ofPrompt")} className="flex flex-wrap items-center gap-2 px-3 pb-2.5">
      {start && first && (
        <Thumb asset={first} badge={t("picture.start")} name={said(start.title)} onRemove={() => form.set(start.name, null)}>
          {strength && amount !== undefined && (
            <>
              <Slider label={said(strength.title)} value={amount} min={limits(strength.schema).minimum ?? 0} max={limits(strength.schema).maximum ?? 1} step={stepOf(strength)} onChange={(value) => form.set(strength.name, value)} />
              {strength.description !== undefined && <p className="mt-1 text-xs text-fg-3">{said(strength.description)}</p>}
            </>
          )}
        </Thumb>
      )}
      {chosen.map((reference, index) => (
        <Thumb key={`${reference.image}${index}`} asset={reference.image} badge={percent(reference.weight)} name={t("picture.reference", { n: index + 1 })} onRemove={() => changed(chosen.filter((_, other) => other !== index))}>
          <Slider label={t("references.weight")} value={reference.weight} min={0} max={1} step={0.05} onChange={(weight) => changed(chosen.with(index, { ...reference, weight }))} />
        </Thumb>
      ))}
      {ways.length > 0 && (
        <Menu
          placement="bottom-start"
          trigger={
            <button type="button" aria-label={t("picture.add")} title={t("picture.add")} className="grid size-11 place-items-center rounded-sm border border-dashed border-line-2 text-fg-3 hover:bg-hover hover:text-fg">
              <ImagePlus size={16} aria-hidden />
            </button>
          }
          items={ways}
        />
      )}
      <Suspense>
        {picking !== null && (
          <Picker
            title={picking === "start" && start ? said(start.title) : t("references.add")}
            onClose={() => setPicking(null)}
            onPick={(asset) => {
              if (picking === "start" && start) form.set(start.name, asset.id);
              else changed([...chosen, { image: asset.id, weight: WEIGHT }]);
              setPicking(null);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

interface ThumbProps {
  asset: string;
  badge: string;
  name: string;
  onRemove: () => void;
  children?: React.ReactNode;
}

function Thumb({ asset, badge, name, onRemove, children }: ThumbProps) {
  const { t } = useTranslation("forms");
  const { data, isError } = useQuery(assetOf(asset));
  return (
    <Popover
      title={name}
      placement="bottom-start"
      trigger={
        <button type="button" aria-label={`${name}: ${data?.title ?? ""}, ${badge}`} className="relative rounded-sm">
          {data ? <img src={`${data.thumbnail}?size=256`} alt="" className="checkered size-11 rounded-sm object-cover" /> : <span className={cx("block size-11 rounded-sm bg-hover", !isError && "skeleton")} />}
          <span className="num absolute bottom-0.5 left-0.5 rounded-xs bg-black/70 px-1 text-[10px] leading-3.5 text-white">{isError ? "?" : badge}</span>
        </button>
      }
    >
      <p className="mb-2 truncate text-sm font-medium">{isError ? t("kind.image.gone") : (data?.title ?? name)}</p>
      {children}
      <Button size="sm" className="mt-3" onClick={onRemove}>
        <X size={14} aria-hidden />
        {t("picture.remove", { what: name })}
      </Button>
    </Popover>
  );
}
