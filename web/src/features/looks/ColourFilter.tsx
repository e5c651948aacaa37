import "@/i18n/looks";
import { useTranslation } from "react-i18next";
import { cx, Label, Slider } from "@/ui";

/** Those that people look for by name. */
export const PALETTE = {
  red: "#d7263d",
  orange: "#f2802b",
  yellow: "#f6d13d",
  lime: "#a4cf4a",
  green: "#2e8b57",
  teal: "#1b9aaa",
  sky: "#7cc4f0",
  blue: "#2456c9",
  violet: "#7a3fbf",
  pink: "#e0529c",
  rose: "#f3bccb",
  brown: "#7a4a2b",
  beige: "#d9c3a0",
  white: "#fafafa",
  grey: "#8c8c8c",
  black: "#141414",
} as const;

export const CLOSE = 12;
const NEAREST = 4;
const WIDEST = 30;
const HEX = /^#?[0-9a-f]{6}$/i;

interface ColourFilterProps {
  value: string | undefined;
  tolerance: number | undefined;
  onChange: (colour: string | undefined, tolerance: number | undefined) => void;
}

/** A colour that a picture has: one of the usual ones, any other, or a code; and how close it must come. */
export default function ColourFilter({ value, tolerance, onChange }: ColourFilterProps) {
  const { t } = useTranslation("looks");
  const names = Object.keys(PALETTE) as (keyof typeof PALETTE)[];
  return (
    <div className="flex flex-col gap-3">
      <div role="group" aria-label={t("colour.palette")} className="grid grid-cols-8 gap-1.5">
        {names.map((name) => (
          <button
            key={name}
            type="button"
            aria-label={t(`colour.names.${name}`)}
            title={t(`colour.names.${name}`)}
            aria-pressed={value === PALETTE[name]}
            onClick={() => onChange(value === PALETTE[name] ? undefined : PALETTE[name], tolerance)}
            className={cx("aspect-square w-full rounded-full border border-line-2 coarse:min-h-9", value === PALETTE[name] && "ring-2 ring-ring ring-offset-2 ring-offset-overlay")}
            style={{ backgroundColor: PALETTE[name] }}
          />
        ))}
      </div>
      <div className="flex gap-2">
        <input
          type="color"
          aria-label={t("colour.pick")}
          value={value ?? "#808080"}
          onChange={(event) => onChange(event.target.value, tolerance)}
          className="h-9 w-12 shrink-0 rounded-md border border-line bg-raised p-1 coarse:h-11"
        />
        <input
          key={value ?? ""}
          aria-label={t("colour.code")}
          defaultValue={value ?? ""}
          placeholder="#rrggbb"
          maxLength={7}
          spellCheck={false}
          onChange={({ target }) => {
            if (HEX.test(target.value)) onChange(`#${target.value.replace("#", "").toLowerCase()}`, tolerance);
          }}
          className="num h-9 min-w-0 flex-1 rounded-md border border-line bg-raised px-3 text-sm hover:border-line-2 coarse:h-11"
        />
      </div>
      <div>
        <Label>{t("colour.reach")}</Label>
        <Slider bare label={t("colour.reach")} min={NEAREST} max={WIDEST} step={1} value={tolerance ?? CLOSE} onChange={(reach) => onChange(value, reach === CLOSE ? undefined : reach)} />
        <div className="flex justify-between text-2xs text-fg-3" aria-hidden>
          <span>{t("colour.near")}</span>
          <span>{t("colour.wide")}</span>
        </div>
      </div>
    </div>
  );
}
