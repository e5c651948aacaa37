/** What one format has of its own: how it is cut, as which file it goes, where words and logo stand. */

import "@/i18n/social";
import { Expand, ExternalLink, RotateCcw, Shrink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { bytes, day, fileKind, pixels } from "@/lib/format";
import { said } from "@/features/forms";
import { optionsOf, type Field } from "@/features/forms/schema";
import { Button, Segment, Select } from "@/ui";
import type { Format } from "./api";
import { MODES, type Layout, type Override } from "./plan";
import { WITHOUT } from "./store";

interface OwnSettingsProps {
  format: Format;
  layout: Layout;
  /** The type that it has by itself. */
  type: string;
  has: { text: boolean; logo: boolean };
  /** Of all formats: what can be chosen for one of them stands there in the server's words. */
  fields: readonly Field[];
  onChange: (more: Partial<Record<keyof Override, unknown>>) => void;
  onReset: () => void;
  /** Extends the picture for it, where its shape is another. */
  onExtend: (() => void) | undefined;
}

const AS_ALL = "all";
/** Where a logo is not put. */
const NO_LOGO = new Set(["left", "right"]);
export const PLACES = ["top_left", "top", "top_right", "left", "centre", "right", "bottom_left", "bottom", "bottom_right"] as const;

export function OwnSettings({ format, layout, type, has, fields, onChange, onReset, onExtend }: OwnSettingsProps) {
  const { t } = useTranslation("social");
  const own = layout.overrides[format.id] ?? {};
  const places = [{ value: AS_ALL, label: t("format.asAll") }, ...PLACES.map((place) => ({ value: place, label: t(`places.${place}`) }))];
  return (
    <div className="flex flex-col gap-4 p-3">
      <div>
        <h3 className="text-sm font-semibold">{said(format.title)}</h3>
        <p className="num mt-0.5 text-xs text-fg-3">
          {t("format.size", { size: pixels(format.width, format.height), types: format.types.map(fileKind).join(", ") })}
          {format.max_bytes !== null && ` · ${t("format.limit", { bytes: bytes(format.max_bytes) })}`}
        </p>
        {format.source.startsWith("http") ? (
          <a href={format.source} target="_blank" rel="noreferrer" className="mt-1 inline-flex items-center gap-1 text-xs text-fg-2 underline decoration-line-2 underline-offset-2 hover:text-fg">
            {t("format.source", { date: day(format.as_of) })}
            <ExternalLink size={12} aria-hidden />
          </a>
        ) : (
          <p className="mt-1 text-xs text-fg-3">{`${said(format.source)} · ${day(format.as_of)}`}</p>
        )}
      </div>
      <Segment
        label={t("format.crop")}
        value={own.box ? null : (own.crop ?? AS_ALL)}
        onChange={(next) => onChange({ crop: next === AS_ALL ? undefined : (next), box: undefined, focal: undefined })}
        items={[{ value: AS_ALL, label: t("format.asAll") }, ...MODES.map((mode) => ({ value: mode, label: t(`bar.${mode}`) }))]}
      />
      <Select
        label={t("format.file")}
        value={own.file ?? AS_ALL}
        onChange={(next) => onChange({ file: next === AS_ALL ? undefined : next })}
        items={[{ value: AS_ALL, label: t("format.auto", { type: fileKind(type) }) }, ...format.types.map((one) => ({ value: one, label: fileKind(one) }))]}
      />
      {fields
        .filter(({ name }) => name === "small" || name === "pad")
        .map((field) => (
          <Select
            key={field.name}
            label={said(field.title)}
            value={own[field.name as "small" | "pad"] ?? AS_ALL}
            onChange={(next) => onChange({ [field.name]: next === AS_ALL ? undefined : next })}
            items={[{ value: AS_ALL, label: t("format.asAll") }, ...optionsOf(field).map((option) => ({ value: String(option.value), label: said(option.title) }))]}
          />
        ))}
      {own.picture !== undefined ? (
        <Button size="sm" onClick={() => onChange(WITHOUT)}>
          <Shrink size={14} aria-hidden />
          {t("extend.without")}
        </Button>
      ) : (
        onExtend && (
          <Button size="sm" onClick={onExtend}>
            <Expand size={14} aria-hidden />
            {t("extend.open")}
          </Button>
        )
      )}
      {has.text && <Select label={t("format.text")} value={own.text_place ?? AS_ALL} onChange={(next) => onChange({ text_place: next === AS_ALL ? undefined : next })} items={places} />}
      {has.logo && <Select label={t("format.logo")} value={own.logo_place ?? AS_ALL} onChange={(next) => onChange({ logo_place: next === AS_ALL ? undefined : next })} items={places.filter(({ value }) => !NO_LOGO.has(value))} />}
      <Button size="sm" disabled={Object.keys(own).length === 0} onClick={onReset}>
        <RotateCcw size={14} aria-hidden />
        {t("format.reset")}
      </Button>
    </div>
  );
}
