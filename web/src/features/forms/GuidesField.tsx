import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton, Label, Segment, Slider } from "@/ui";
import { PictureField } from "./PictureField";
import { said } from "./said";
import { fieldsOf, limits, optionsOf, type Schema, stepOf } from "./schema";
import { KNOWN } from "./known";

type Guide = Record<string, unknown> & { image: string };

interface GuidesProps {
  title: string;
  help: string | undefined;
  /** What one of them is, as the server says it. */
  kind: Schema;
  root: Schema;
  value: unknown;
  onChange: (value: Guide[]) => void;
  most: number;
}

/** More pictures to keep to, each with what is taken of it, how strongly and when. */
export function GuidesField({ title, help, kind, root, value, onChange, most }: GuidesProps) {
  const { t } = useTranslation("forms");
  const chosen = (Array.isArray(value) ? value : []) as Guide[];
  const fields = fieldsOf({ ...kind, ...(root.$defs ? { $defs: root.$defs } : {}) }, KNOWN).filter((field) => field.name !== "image");
  const initial = Object.fromEntries(fields.map((field) => [field.name, field.initial]));
  const change = (index: number, more: Record<string, unknown>) => onChange(chosen.with(index, { ...chosen[index]!, ...more }));
  return (
    <div role="group" aria-label={title} className="flex flex-col gap-2">
      <Label right={chosen.length > 0 ? `${chosen.length} / ${most}` : undefined} className="mb-0">
        {title}
      </Label>
      {chosen.map((guide, index) => (
        <fieldset key={`${guide.image}${index}`} className="flex flex-col gap-2 rounded-md border border-line p-2">
          <legend className="sr-only">{t("picture.nth", { n: index + 1 })}</legend>
          <div className="flex items-center gap-1">
            <div className="min-w-0 flex-1">
              <PictureField title={t("picture.nth", { n: index + 1 })} value={guide.image} onChange={(image) => image !== null && change(index, { image })} optional={false} small />
            </div>
            <IconButton label={t("picture.remove", { what: t("picture.nth", { n: index + 1 }) })} size="sm" onClick={() => onChange(chosen.filter((_, other) => other !== index))}>
              <X size={14} aria-hidden />
            </IconButton>
          </div>
          {fields.map((field) => {
            const now = guide[field.name] ?? field.initial;
            if (field.widget === "segments")
              return <Segment key={field.name} label={said(field.title)} value={String(now)} onChange={(next) => change(index, { [field.name]: next })} items={optionsOf(field).map((option) => ({ value: String(option.value), label: said(option.title) }))} />;
            const { minimum = 0, maximum = 1 } = limits(field.schema);
            return <Slider key={field.name} label={said(field.title)} value={Number(now)} min={minimum} max={maximum} step={stepOf(field)} onChange={(next) => change(index, { [field.name]: next })} />;
          })}
        </fieldset>
      ))}
      {chosen.length < most && <PictureField title={t("guides.add")} value={null} onChange={(image) => image !== null && onChange([...chosen, { ...initial, image }])} optional small />}
      {help !== undefined && <p className="text-xs text-fg-3">{help}</p>}
    </div>
  );
}
