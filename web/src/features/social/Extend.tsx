/** More picture instead of filled edges: one for all formats of a shape, each with its price before it is bought. */

import "@/i18n/social";
import { useQueries } from "@tanstack/react-query";
import { Expand, X } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Problem, type Asset, type Operation } from "@/api";
import { FormFields, ModelField, RunButton, said, useForm } from "@/features/forms";
import { pixels, price } from "@/lib/format";
import { Checkbox, Dialog, IconButton } from "@/ui";
import type { Format } from "./api";
import { shapesOf, type Shape } from "./shapes";
import type { Small } from "./plan";
import { extending } from "./store";

interface ExtendProps {
  asset: Asset;
  operation: Operation;
  /** Those that are to be extended, and all that could be. */
  wanted: readonly Format[];
  all: readonly Format[];
  /** Those whose edges would be filled. */
  padded: ReadonlySet<string>;
  smallOf: (id: string) => Small;
  called: (id: string) => string;
  onClose: () => void;
}

/** What the page says itself. */
const HIDE = ["image", "ratio", "anchor", "left", "top", "right", "bottom"];

export function Extend({ asset, operation, wanted, all, padded, smallOf, called, onClose }: ExtendProps) {
  const { t } = useTranslation(["social", "ui"]);
  // All formats of the same shapes: the same picture does for them.
  const shapes = useMemo(() => {
    const asked = new Set(wanted.map(({ id }) => id));
    return shapesOf(all, asset, smallOf).filter(({ formats }) => formats.some(({ id }) => asked.has(id)));
  }, [wanted, all, asset, smallOf]);
  const [picked, setPicked] = useState<ReadonlySet<string>>(
    () => new Set(shapes.flatMap(({ formats }) => (formats.every(({ id }) => padded.has(id)) ? formats : formats.filter((format) => wanted.includes(format)))).map(({ id }) => id)),
  );
  const pick = (formats: readonly Format[], on: boolean) =>
    setPicked((now) => {
      const next = new Set(now);
      for (const { id } of formats) {
        if (on) next.add(id);
        else next.delete(id);
      }
      return next;
    });
  const rows = useMemo(() => shapesOf(all.filter(({ id }) => picked.has(id)), asset, smallOf), [all, picked, asset, smallOf]);
  const form = useForm(
    operation,
    useMemo(() => ({ image: asset.id, anchor: "centre", ...(rows[0] ?? shapes[0])?.input }), [asset.id, rows, shapes]),
  );
  const { input, offer, prefer, fields } = form;
  const each = useMemo(() => {
    const names = new Set(fields.map(({ name }) => name));
    return rows.map((row) => Object.fromEntries(Object.entries(row.input).filter(([name]) => names.has(name))));
  }, [rows, fields]);
  const told = useQueries({
    queries: each.map((one) => {
      const asked = { op: operation.op, offer, prefer, input: { ...input, ...one } };
      return {
        queryKey: ["extended", JSON.stringify(asked)],
        queryFn: async () => {
          try {
            const found = await body(api.POST("/api/runs/estimate", { body: asked as never }));
            return { price: found.price, size: found.size ?? null, trouble: "" };
          } catch (error) {
            if (!(error instanceof Problem) || error.passing) throw error;
            return { price: null, size: null, trouble: error.fields[0]?.message ?? error.message };
          }
        },
        gcTime: 60_000,
        retry: false,
      };
    }),
  });
  const row = (shape: Shape) => {
    const at = rows.findIndex(({ formats }) => formats.some((format) => shape.formats.includes(format)));
    return at < 0 ? undefined : told[at]?.data;
  };
  return (
    <Dialog title={t("extend.title")} open onClose={onClose} sheet="right" look="bare" className="bg-panel">
      <div className="flex min-h-0 flex-1 flex-col">
        <div className="min-h-0 flex-1 overflow-auto">
          <div className="px-4 pt-3">
            <div className="flex items-center justify-between">
              <h2 className="text-md font-semibold">{t("extend.title")}</h2>
              <IconButton label={t("ui:close")} onClick={onClose}>
                <X size={18} aria-hidden />
              </IconButton>
            </div>
            <p className="mt-1 text-xs text-fg-3">{t("extend.text")}</p>
          </div>
          <ul className="flex flex-col gap-3 px-4 pt-4">
            {shapes.map((shape) => {
              const [first] = shape.formats as [Format];
              const some = shape.formats.filter(({ id }) => picked.has(id));
              const names = (formats: readonly Format[]) => formats.map(({ id }) => called(id)).join(", ");
              const facts = row(shape);
              const asked = shape.formats.filter((format) => wanted.includes(format));
              return (
                <li key={first.id} className="rounded-md border border-line p-3">
                  <div className="flex items-start gap-3">
                    <Outline width={first.width} height={first.height} />
                    <div className="min-w-0 flex-1">
                      {shapes.length > 1 ? (
                        <Checkbox label={names(asked)} checked={some.length > 0} onChange={(on) => pick(on ? asked : shape.formats, on)} />
                      ) : (
                        <p className="text-sm font-medium">{names(asked)}</p>
                      )}
                      <p className="num mt-0.5 text-2xs text-fg-3">
                        {[pixels(asset.width, asset.height) + (facts?.size ? ` → ${pixels(facts.size.width, facts.size.height)}` : ""), ...(facts?.price == null ? [] : [price(facts.price)])].join(" · ")}
                      </p>
                    </div>
                  </div>
                  {shape.formats.length > asked.length && some.length > 0 && (
                    <>
                      <Checkbox
                        className="mt-2.5"
                        label={t("extend.shape", { n: shape.formats.length })}
                        checked={some.length === shape.formats.length}
                        onChange={(on) => pick(on ? shape.formats : shape.formats.filter((format) => !asked.includes(format)), on)}
                      />
                      <p className="mt-0.5 pl-6.5 text-2xs text-fg-3">{names(shape.formats)}</p>
                    </>
                  )}
                  {facts !== undefined && facts.trouble !== "" && (
                    <p role="alert" className="mt-1.5 text-xs text-bad">
                      {said(facts.trouble)}
                    </p>
                  )}
                </li>
              );
            })}
          </ul>
          <FormFields form={form} hide={HIDE} source={asset} model={<ModelField form={form} />} />
        </div>
        <RunButton
          form={form}
          label={t("extend.run", { count: rows.length })}
          icon={Expand}
          each={each}
          prices={told.map(({ data }) => data?.price)}
          onRun={(_, promised) => {
            extending(
              asset.id,
              promised.map(({ id }, index) => ({ run: id, formats: rows[index]!.formats.map((format) => format.id) })),
            );
            onClose();
          }}
        />
      </div>
    </Dialog>
  );
}

/** The shape, as large as a thumb. */
function Outline({ width, height }: { width: number; height: number }) {
  const scale = 26 / Math.max(width, height);
  return (
    <span aria-hidden className="grid size-7 shrink-0 place-items-center">
      <span className="block rounded-xs border border-ring bg-hover" style={{ width: Math.max(6, width * scale), height: Math.max(6, height * scale) }} />
    </span>
  );
}
