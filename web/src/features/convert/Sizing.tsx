/** How large the picture of a file is: as it is, or by one of three ways to say it. */

import "@/i18n/convert";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Form } from "@/features/forms";
import { Segment, Stepper, Switch } from "@/ui";

export const SIZING = ["long", "width", "height", "percent", "enlarge"] as const;

type Way = "own" | "long" | "box" | "percent";

const NONE = { long: null, width: null, height: null, percent: null };
const MOST = 16_384;

export function Sizing({ form, source }: { form: Form; source: Asset | undefined }) {
  const { t } = useTranslation("convert");
  const { values, change } = form;
  const number = (name: (typeof SIZING)[number]) => (typeof values[name] === "number" ? values[name] : null);
  const way: Way = number("long") !== null ? "long" : number("width") !== null || number("height") !== null ? "box" : number("percent") !== null ? "percent" : "own";
  const [width, height] = [source?.width ?? 1600, source?.height ?? 1200];
  const choose = (next: string) => {
    if (next === "long") change({ ...NONE, long: Math.min(MOST, Math.max(width, height)) });
    else if (next === "box") change({ ...NONE, width, height });
    else if (next === "percent") change({ ...NONE, percent: 100 });
    else change({ ...NONE, enlarge: false });
  };
  const stepper = (name: "long" | "width" | "height" | "percent", max: number, step: number, min = 1) => (
    <Stepper label={t(`size.${name}`)} value={number(name)} min={min} max={max} step={step} onChange={(next) => change({ [name]: next ?? (name === "width" || name === "height" ? null : (number(name) ?? min)) })} className="min-w-0 flex-1" />
  );
  return (
    <div className="flex flex-col gap-3">
      <Segment label={t("size.label")} value={way} onChange={choose} items={(["own", "long", "box", "percent"] as const).map((value) => ({ value, label: t(`size.ways.${value}`) }))} />
      {way === "long" && stepper("long", MOST, 10, 16)}
      {way === "box" && (
        <div className="flex gap-3">
          {stepper("width", MOST, 10)}
          {stepper("height", MOST, 10)}
        </div>
      )}
      {way === "percent" && stepper("percent", 800, 5)}
      {way !== "own" && <Switch label={t("size.enlarge")} help={t("size.enlargeText")} checked={values["enlarge"] === true} onChange={(enlarge) => change({ enlarge })} />}
      {form.faults.get("percent") !== undefined && (
        <p role="alert" className="text-xs text-bad">
          {form.faults.get("percent")}
        </p>
      )}
    </div>
  );
}
