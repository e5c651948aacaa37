import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Segment, Stepper, TextField } from "@/ui";

interface Limits {
  minimum: number | undefined;
  maximum: number | undefined;
}

interface ShapeProps {
  title: string;
  shown: string;
  width: number;
  height: number;
  across: Limits;
  up: Limits;
  step: number;
  onChange: (size: { width: number; height: number }) => void;
}

const RATIOS = ["1:1", "3:2", "16:9", "4:5", "2:3", "9:16"] as const;
const CUSTOM = "custom";
/** About this many pixels, whatever the ratio. */
const AREA = 1024 * 1024;
const GRID = 64;

export function ShapeField({ title, shown, width, height, across, up, step, onChange }: ShapeProps) {
  const { t } = useTranslation("forms");
  const current = RATIOS.find((ratio) => {
    const size = sized(ratio, across, up);
    return size.width === width && size.height === height;
  });
  const [custom, setCustom] = useState(false);
  const free = custom || current === undefined;
  return (
    <div>
      <Segment
        label={title}
        right={shown}
        value={free ? CUSTOM : current}
        onChange={(value) => {
          setCustom(value === CUSTOM);
          if (value !== CUSTOM) onChange(sized(value, across, up));
        }}
        items={[
          ...RATIOS.map((ratio) => ({ value: ratio, label: <Drawn ratio={ratio} /> })),
          { value: CUSTOM, label: <span className="text-2xs">{t("shape.own")}</span> },
        ]}
      />
      {free && (
        <div className="mt-2 flex items-end gap-2">
          <Stepper label={t("box.width")} value={width} min={across.minimum} max={across.maximum} step={step} onChange={(next) => next !== null && onChange({ width: next, height })} className="min-w-0 flex-1" more={t("more", { what: t("box.width") })} less={t("less", { what: t("box.width") })} />
          <Stepper label={t("box.height")} value={height} min={up.minimum} max={up.maximum} step={step} onChange={(next) => next !== null && onChange({ width, height: next })} className="min-w-0 flex-1" more={t("more", { what: t("box.height") })} less={t("less", { what: t("box.height") })} />
          <Button size="md" onClick={() => onChange({ width: height, height: width })}>
            {t("shape.turn")}
          </Button>
        </div>
      )}
      {free && <Ratio width={width} up={up} onChange={onChange} />}
    </div>
  );
}

/** Any ratio, decimals and all: the width stays, and the height follows. */
function Ratio({ width, up, onChange }: Pick<ShapeProps, "width" | "up" | "onChange">) {
  const { t } = useTranslation("forms");
  const [text, setText] = useState("");
  const take = (next: string) => {
    setText(next);
    const [, w = 0, h = 0] = (RATIO.exec(next.trim().replaceAll(",", ".")) ?? []).map(Number);
    if (w > 0 && h > 0) onChange({ width, height: Math.min(up.maximum ?? Infinity, Math.max(up.minimum ?? 1, Math.round((width * h) / w))) });
  };
  return <TextField label={t("shape.ratio")} value={text} placeholder={t("shape.ratioHint")} onChange={take} maxLength={20} autoComplete="off" className="mt-2" />;
}

const RATIO = /^(\d+(?:\.\d+)?)\s*[:/x×]\s*(\d+(?:\.\d+)?)$/;

function Drawn({ ratio }: { ratio: string }) {
  const [w = 1, h = 1] = ratio.split(":").map(Number);
  const scale = 15 / Math.max(w, h);
  return (
    <>
      <span className="grid h-4 place-items-center" aria-hidden>
        <span className="rounded-[2px] border-[1.5px] border-current" style={{ width: Math.max(7, w * scale), height: Math.max(7, h * scale) }} />
      </span>
      <span className="num text-2xs">{ratio}</span>
    </>
  );
}

/** The size of this ratio with about `AREA` pixels, on a grid that models like, within the limits. */
function sized(ratio: string, across: Limits, up: Limits): { width: number; height: number } {
  const [w = 1, h = 1] = ratio.split(":").map(Number);
  const side = Math.sqrt(AREA / (w * h));
  const fit = (length: number, { minimum = GRID, maximum = Infinity }: Limits) => Math.min(maximum, Math.max(minimum, Math.round(length / GRID) * GRID));
  return { width: fit(w * side, across), height: fit(h * side, up) };
}
