/** What a file is for, each with what it comes to for the picture that is shown. */

import "@/i18n/convert";
import { useQuery } from "@tanstack/react-query";
import { useId, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Asset } from "@/api";
import { said, type Form } from "@/features/forms";
import { bytes, fileKind, percent } from "@/lib/format";
import { cx } from "@/ui";
import { savedOf, usePresets } from "./made";

/** No preset is tried before the file with the settings as they are is there: `able`. */
export function Presets({ form, asset, able }: { form: Form; asset: Asset | undefined; able: boolean }) {
  const { t } = useTranslation("convert");
  const name = useId();
  const { data: known } = useQuery({ queryKey: ["file", "known"], queryFn: () => body(api.GET("/api/image-studio/compress/presets")), staleTime: Infinity });
  const names = useMemo(() => known?.presets.map(({ id }) => id) ?? [], [known]);
  const told = usePresets(asset?.id ?? "", form.input, names, able && asset !== undefined);
  const chosen = form.values["preset"];
  return (
    <fieldset className="px-4 pb-1" aria-busy={told.some(({ waiting }) => waiting)}>
      <legend className="mb-1.5 text-xs font-medium text-fg-2">{t("presets.label")}</legend>
      <div className="flex flex-col gap-1.5">
        {known?.presets.map((preset, index) => {
          const found = told[index]?.data?.chosen;
          return (
            <label
              key={preset.id}
              className={cx(
                "focus-within-ring relative flex min-h-11 items-center gap-3 rounded-md border px-3 py-1.5 transition-colors",
                chosen === preset.id ? "border-ring bg-accent-soft" : "border-line bg-raised hover:border-line-2",
              )}
            >
              <input type="radio" name={name} value={preset.id} checked={chosen === preset.id} onChange={() => form.change({ preset: preset.id })} className="absolute inset-0 m-0 appearance-none outline-none" />
              <span className="pointer-events-none min-w-0 flex-1">
                <span className="block truncate text-sm font-medium">{said(preset.title)}</span>
                <span className="num block truncate text-2xs text-fg-2">
                  {[fileKind(preset.format), t("presets.quality", { n: preset.quality }), ...(preset.long === null ? [] : [t("presets.long", { n: preset.long })]), ...(preset.most_bytes === null ? [] : [t("presets.most", { size: bytes(preset.most_bytes) })])].join(" · ")}
                </span>
              </span>
              <span className="num pointer-events-none shrink-0 text-right text-xs">
                {found?.bytes == null ? (
                  <span className={cx("inline-block h-3 w-10 rounded-sm", told[index]?.waiting && "skeleton")}>{found?.trouble ? "–" : ""}</span>
                ) : (
                  <>
                    <span className="block font-semibold">{bytes(found.bytes)}</span>
                    <span className="block text-2xs text-fg-2">{change(savedOf(told[index]?.data?.before ?? 0, found.bytes))}</span>
                  </>
                )}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

/** "−72 %" or "+8 %". */
export function change(saved: number): string {
  return `${saved > 0 ? "−" : saved < 0 ? "+" : "±"}${percent(Math.abs(saved))}`;
}
