/** One of several kinds of value, each with a small form of its own: the schema says which kinds and which fields. */

import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Segment, Select, Slider } from "@/ui";
import ColourField from "./ColourField";
import { KNOWN } from "./known";
import { PictureField } from "./PictureField";
import { said } from "./said";
import { type Field, fieldsOf, humane, initialOf, limits, optionsOf, type Schema, stepOf, textOf, type Values } from "./schema";

interface BackdropProps {
  title: string;
  help: string | undefined;
  kinds: readonly Schema[];
  root: Schema;
  value: Values | null;
  onChange: (value: Values | null) => void;
}

const NOTHING = "none";
const COLOURS = ["#ffffff", "#dfe6ee", "#1f2a37", "#f4d6a0"];

export default function BackdropField({ title, help, kinds, root, value, onChange }: BackdropProps) {
  const { t } = useTranslation("forms");
  const known = useMemo(
    () =>
      kinds.map((schema) => {
        const kind = textOf(schema.properties?.["kind"]?.const);
        return { kind, fields: fieldsOf({ ...schema, ...(root.$defs ? { $defs: root.$defs } : {}) }, KNOWN).filter((field) => field.name !== "kind") };
      }),
    [kinds, root],
  );
  // Going back to a kind finds it as it was left.
  const left = useRef(new Map<string, Values>());
  const current = known.find(({ kind }) => kind === value?.["kind"]);
  const choose = (kind: string) => {
    if (kind === NOTHING) return onChange(null);
    const next = known.find((one) => one.kind === kind);
    if (next) onChange(left.current.get(kind) ?? { kind, ...firstOf(next.fields) });
  };
  const set = (name: string, next: unknown) => {
    if (!value) return;
    const changed = { ...value, [name]: next };
    left.current.set(textOf(value["kind"]), changed);
    onChange(changed);
  };
  const labels: Record<string, string> = { colour: t("backdrop.colour"), gradient: t("backdrop.gradient"), image: t("backdrop.image"), blur: t("backdrop.blur"), template: t("backdrop.template") };
  return (
    <div>
      <Segment
        label={title}
        value={current?.kind ?? NOTHING}
        onChange={choose}
        items={[{ value: NOTHING, label: t("backdrop.none") }, ...known.map(({ kind }) => ({ value: kind, label: labels[kind] ?? said(humane(kind)) }))]}
      />
      {current ? (
        <div className="mt-3 flex flex-col gap-3">
          {current.fields.map((field) => (
            <Part key={field.name} field={field} value={value?.[field.name]} onChange={(next) => set(field.name, next)} />
          ))}
        </div>
      ) : (
        help !== undefined && <p className="mt-1.5 text-xs text-fg-3">{help}</p>
      )}
    </div>
  );
}

/** What a kind begins with: its defaults, and a colour where a colour must be. */
function firstOf(fields: readonly Field[]): Values {
  const values: Values = {};
  const colours = fields.filter((field) => field.widget === "colour");
  colours.forEach((field, index) => (values[field.name] = COLOURS[index + (colours.length > 1 ? 1 : 0)] ?? COLOURS[0]));
  return { ...values, ...initialOf(fields) };
}

function Part({ field, value, onChange }: { field: Field; value: unknown; onChange: (value: unknown) => void }) {
  const title = said(field.title);
  switch (field.widget) {
    case "colour":
      return <ColourField title={title} value={typeof value === "string" ? value : null} onChange={onChange} />;
    case "image":
      return <PictureField title={title} value={typeof value === "string" ? value : null} onChange={onChange} optional={false} />;
    case "select":
      return <Select label={title} value={String(value)} onChange={onChange} items={optionsOf(field).map((option) => ({ value: String(option.value), label: said(option.title) }))} />;
    case "segments":
      return <Segment label={title} value={String(value)} onChange={(next) => onChange(next)} items={optionsOf(field).map((option) => ({ value: String(option.value), label: said(option.title) }))} />;
    default: {
      const { minimum = 0, maximum = 100 } = limits(field.schema);
      return <Slider label={title} value={typeof value === "number" ? value : minimum} min={minimum} max={maximum} step={stepOf(field)} unit={field.hint.unit && said(field.hint.unit)} onChange={onChange} />;
    }
  }
}
