/** A strip of styles, one's favourites first; all of them open in a gallery. */

import { useQuery } from "@tanstack/react-query";
import { Star, X } from "lucide-react";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { stylesOf, type Estimate, type Style } from "@/api";
import { patient } from "@/lib/later";
import { cx, Label } from "@/ui";
import { said } from "./said";

const StylesGallery = lazy(patient(() => import("./StylesGallery")));

export interface StylesProps {
  title: string;
  value: string | null;
  onChange: (value: string | null) => void;
  optional: boolean;
  /** Whose presets the model has, as in a style's `native`. */
  presets: string | undefined;
}

/** How many are seen without opening the gallery. */
const STRIP = 12;

export function StylesField({ worn, ...props }: StylesProps & { worn: Estimate["style"] | undefined }) {
  const { title, value, onChange, optional } = props;
  const { t } = useTranslation("presets");
  const styles = useQuery(stylesOf()).data;
  const [all, setAll] = useState(false);
  const chosen = styles?.find((style) => style.id === value);
  // The chosen one stands first among those that are seen, without moving while the person chooses.
  const strip = useRef<readonly Style[]>([]);
  const shown = useMemo(() => {
    const every = styles ?? [];
    const liked = every.filter((style) => style.favorite || style.own);
    const same = strip.current.filter((one) => every.some((style) => style.id === one.id));
    const known = same.length > 0 && same.length === every.length ? same : [...liked, ...every.filter((style) => !liked.includes(style))];
    strip.current = chosen && known.findIndex(({ id }) => id === chosen.id) > 5 ? [chosen, ...known.filter(({ id }) => id !== chosen.id)] : known;
    return strip.current.map((one) => every.find((style) => style.id === one.id) ?? one);
  }, [styles, chosen]);
  if (!styles) return <div className="skeleton h-26" />;
  return (
    <div role="group" aria-label={title}>
      <Label
        right={
          <button type="button" onClick={() => setAll(true)} className="rounded-xs hover:text-fg coarse:min-h-11">
            {t("styles.browse", { count: styles.length })}
          </button>
        }
      >
        {title}
      </Label>
      <div className="-mx-4 -mt-1 flex gap-2.5 overflow-x-auto px-4 pt-1 pb-1 [scrollbar-width:none]">
        {optional && <Tile style={null} on={value === null} onClick={() => onChange(null)} />}
        {shown.slice(0, STRIP).map((style) => (
          <Tile key={style.id} style={style} on={style.id === value} onClick={() => onChange(style.id)} />
        ))}
      </div>
      {value !== null && (chosen === undefined || (worn !== undefined && worn !== "")) && (
        <p className={cx("mt-1 text-xs", chosen === undefined || worn === "unsupported" ? "text-warn" : "text-fg-3")}>
          {chosen === undefined ? t("styles.gone") : t(`worn.${worn as "text"}`)}
        </p>
      )}
      {all && (
        <Suspense>
          <StylesGallery {...props} onClose={() => setAll(false)} />
        </Suspense>
      )}
    </div>
  );
}

interface TileProps {
  style: Style | null;
  on: boolean;
  onClick: () => void;
  wide?: boolean;
  /** Whether the model has a preset of it. */
  native?: boolean;
}

export function Tile({ style, on, onClick, wide, native }: TileProps) {
  const { t } = useTranslation(["ui", "presets"]);
  return (
    <button type="button" aria-pressed={on} onClick={onClick} title={native ? t("presets:styles.nativeHere") : undefined} className={cx("group text-left", wide ? "w-full" : "w-[68px] shrink-0")}>
      <span className={cx("relative block aspect-square overflow-hidden rounded-md ring-offset-2 ring-offset-panel transition-shadow", on ? "ring-2 ring-ring" : "ring-1 ring-line group-hover:ring-line-2")}>
        {style ? (
          <img src={style.picture} alt="" loading="lazy" className="size-full object-cover" />
        ) : (
          <span className="grid size-full place-items-center bg-raised text-fg-3">
            <X size={16} aria-hidden />
          </span>
        )}
        {!wide && style?.favorite && <Star size={12} aria-hidden className="absolute top-1 right-1 fill-white text-white drop-shadow" />}
      </span>
      <span className={cx("mt-1.5 flex items-center gap-1 text-2xs", on ? "font-medium text-fg" : "text-fg-2")}>
        <span className="truncate">{style ? (style.own ? style.title : said(style.title)) : t("ui:none")}</span>
        {native && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-ring" />}
      </span>
    </button>
  );
}
