/** What is done to the picture: which operation, with which settings, for how much. */

import "@/i18n/edit";
import { Brush, Check } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Asset, Operation, Run } from "@/api";
import { FormFields, ModelField, PictureField, RunButton, said, type Form } from "@/features/forms";
import type { Size } from "@/engine/view";
import { Improve } from "@/features/wording/Improve";
import { visible } from "@/features/forms/schema";
import { onPaper, pixels } from "@/lib/format";
import { Button, Label, Segment, Select } from "@/ui";
import { IMAGE, modeOf, type OnPicture } from "./fields";
import type { Tool } from "./search";

export interface PanelProps {
  asset: Asset;
  form: Form;
  operations: readonly Operation[];
  places: OnPicture;
  painted: boolean;
  onOperation: (op: string) => void;
  onSource: (asset: string) => void;
  onTool: (tool: Tool) => void;
  onClearMask: () => void;
  prepare: (input: Record<string, unknown>) => Promise<Record<string, unknown>>;
  onRun: (run: Run, all: readonly Run[]) => void;
  /** How many variations are made at once, where another seed makes another one. */
  times: number;
  onTimes: ((times: number) => void) | undefined;
}

const TIMES = ["1", "2", "3", "4"] as const;

/** So many choices are all seen at once; more are a list. */
const SEGMENTS = 4;

/** How large the result will be, where the studio knows it before. */
function sizeOf(estimate: { offer: string; size?: Size | null } | undefined): Size | null {
  return estimate?.size ?? null;
}

/** How large that is on paper, where the form says how fine it is printed. */
function printed({ fields, values }: Form, size: Size): string[] {
  const fine = fields.find((field) => field.hint.unit === "dpi" && visible(field, values));
  const dots = fine && values[fine.name];
  return typeof dots === "number" && dots > 0 ? [onPaper(size.width / dots, size.height / dots, values["unit"] === "inch"), `${dots} dpi`] : [];
}

export function Panel({ asset, form, operations, places, painted, onOperation, onSource, onTool, onClearMask, prepare, onRun, times, onTimes }: PanelProps) {
  const { t } = useTranslation("edit");
  const hide = useMemo(() => [IMAGE, ...(places.mask ? [places.mask.name] : []), ...(places.region ? [places.region.name] : [])], [places]);
  const size = sizeOf(form.estimate);
  const choices = operations.map((one) => ({ value: one.op, label: said(one.title) }));
  return (
    <>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="flex flex-col gap-4.5 p-4 pb-0">
          <PictureField title={t("source")} value={asset.id} onChange={(next) => next !== null && onSource(next)} optional={false} />
          {operations.length > 1 &&
            (operations.length <= SEGMENTS ? (
              <Segment label={t("operation")} value={form.operation.op} onChange={onOperation} items={choices} />
            ) : (
              <Select label={t("operation")} value={form.operation.op} onChange={onOperation} items={choices} />
            ))}
          {operations.length === 1 && (
            <div>
              <h2 className="text-md font-semibold">{said(form.operation.title)}</h2>
              <p className="mt-0.5 text-xs text-fg-3">{said(form.operation.description)}</p>
            </div>
          )}
          {places.mask && (
            <div>
              <Label>{said(places.mask.title)}</Label>
              <div className="flex items-center gap-2">
                <Button size="sm" onClick={() => onTool("paint")}>
                  {painted ? <Check size={14} aria-hidden /> : <Brush size={14} aria-hidden />}
                  {painted ? t("mask.painted") : t("mask.paint")}
                </Button>
                {painted && (
                  <Button size="sm" look="ghost" onClick={onClearMask}>
                    {t("mask.clear")}
                  </Button>
                )}
              </div>
              {places.mask.description !== undefined && <p className="mt-1.5 text-xs text-fg-3">{modeOf(places.mask) === "trimap" ? t("mask.trimap") : said(places.mask.description)}</p>}
            </div>
          )}
        </div>
        <FormFields form={form} hide={hide} source={asset} model={<ModelField form={form} />} tool={<Improve form={form} />} />
        {onTimes && (
          <div className="px-4 pb-4">
            <Segment label={t("variations")} value={String(times)} onChange={(value) => onTimes(Number(value))} items={TIMES.map((value) => ({ value, label: value }))} />
          </div>
        )}
        {size && (
          <p className="num flex justify-between gap-3 px-4 pb-4 text-xs">
            <span className="font-medium text-fg-2">{t("size")}</span>
            <span>{[pixels(size.width, size.height), ...printed(form, size)].join(" · ")}</span>
          </p>
        )}
      </div>
      <RunButton form={form} prepare={prepare} onRun={onRun} times={times} />
    </>
  );
}
