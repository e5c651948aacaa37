import type { TFunction } from "i18next";
import { AudioLines, Box as Box3d, Check, Film, Heart, Images, Layers, PenLine, Star, Type } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import "@/i18n/organise";
import { cx } from "@/ui";
import { Dot } from "@/features/organise/Labels";
import { blurOf, colourOf } from "./blur";
import { Glance } from "./Glance";

interface TileProps {
  index: number;
  asset: Asset | undefined;
  on: boolean;
  active: boolean;
  opened: boolean;
  fast: boolean;
  x: number;
  width: number;
  tall: number;
  column: number;
}

/** One picture of the grid. Nothing in it takes the focus: its keys are the grid's. */
export const Tile = memo(function Tile({ index, asset, on, active, opened, fast, x, width, tall, column }: TileProps) {
  const { t } = useTranslation(["library", "organise"]);
  return (
    <div
      role="gridcell"
      data-index={index}
      aria-colindex={column}
      aria-selected={on}
      aria-label={asset ? nameOf(asset, t) : t("loading")}
      tabIndex={active ? 0 : -1}
      className={cx(
        "group/tile absolute top-0 overflow-hidden rounded-sm bg-hover outline-offset-2 max-md:rounded-xs",
        "data-over:before:absolute data-over:before:inset-y-0 data-over:before:left-0 data-over:before:z-3 data-over:before:w-1 data-over:before:bg-accent",
        on ? "ring-2 ring-ring ring-offset-2 ring-offset-canvas" : opened && "ring-2 ring-line-2 ring-offset-2 ring-offset-canvas",
      )}
      style={{ left: x, width, height: tall }}
    >
      {asset && <Picture asset={asset} width={width} tall={tall} fast={fast} />}
      {asset && !fast && (
        <>
          <span
            data-check
            aria-hidden
            className={cx(
              "absolute top-0 left-0 z-2 grid size-10 place-items-center transition-opacity coarse:hidden",
              on ? "opacity-100" : "opacity-0 group-hover/tile:opacity-100 group-focus-visible/tile:opacity-100",
            )}
          >
            <Box on={on} />
          </span>
          {on && (
            <span aria-hidden className="absolute top-1.5 left-1.5 z-2 hidden coarse:block">
              <Box on />
            </span>
          )}
          {asset.favorite && <Heart size={14} aria-hidden className="absolute right-2 bottom-2 z-2 fill-white text-white drop-shadow-[0_1px_2px_oklch(0_0_0/.7)]" />}
          <Kind asset={asset} />
          <Marks asset={asset} />
          {(asset.kind === "video" || asset.kind === "mesh") && <Glance asset={asset} />}
        </>
      )}
    </div>
  );
});

function nameOf(asset: Asset, t: TFunction<["library", "organise"]>): string {
  const { favorite, label, rating, stack, title } = asset;
  return [
    title,
    favorite && t("favourite"),
    rating !== null && t("organise:stars", { count: rating }),
    label !== null && t("organise:labelled", { colour: t(`organise:labels.${label}`) }),
    stack !== null && t("organise:stackOf", { count: stack.count }),
  ]
    .filter(Boolean)
    .join(", ");
}

/** Over a picture, or on the page itself. */
export function Box({ on, plain }: { on: boolean; plain?: boolean }) {
  const off = plain ? "border-line-2 bg-raised text-transparent" : "border-white/80 bg-black/35 text-transparent shadow-card";
  return (
    <span className={cx("grid size-5 place-items-center rounded-xs border", on ? "border-accent bg-accent text-accent-fg" : off)}>
      <Check size={14} strokeWidth={3} />
    </span>
  );
}

/** What was decided of it, its label, its stars, and how many lie under it. */
function Marks({ asset }: { asset: Asset }) {
  if (asset.review === null && asset.label === null && asset.rating === null && asset.stack === null) return null;
  return (
    <span aria-hidden className="absolute bottom-1.5 left-1.5 z-2 flex items-center gap-1.5 text-2xs font-semibold text-white drop-shadow-[0_1px_2px_oklch(0_0_0/.7)]">
      {asset.stack !== null && (
        <span data-stack={asset.stack.id} className="num flex items-center gap-1 rounded-xs bg-black/55 px-1.5 py-0.5">
          <Layers size={11} />
          {asset.stack.count}
        </span>
      )}
      {asset.review !== null && (asset.review === "approved" ? <Check size={15} strokeWidth={3} /> : <PenLine size={14} />)}
      {asset.label !== null && <Dot label={asset.label} />}
      {asset.rating !== null && (
        <span className="num flex items-center gap-0.5">
          <Star size={11} className="fill-current" />
          {asset.rating}
        </span>
      )}
    </span>
  );
}

const ICONS: Record<string, typeof Film> = { video: Film, audio: AudioLines, mesh: Box3d, text: Type };

function Kind({ asset }: { asset: Asset }) {
  const pages = typeof asset.facts["pages"] === "number" ? asset.facts["pages"] : 1;
  if (asset.kind === "image" && pages <= 1) return null;
  const Icon = ICONS[asset.kind] ?? Images;
  return <Icon size={14} aria-hidden className="absolute top-2 right-2 z-2 text-white drop-shadow-[0_1px_2px_oklch(0_0_0/.7)]" />;
}

const FADE_AFTER_MS = 250;

/** First its blur, then itself; in a flight only its colour. What comes at once does not fade: a fade is a layer. */
export function Picture({ asset, width, tall, fast }: { asset: Asset; width: number; tall: number; fast: boolean }) {
  const [there, setThere] = useState<"no" | "at once" | "late">("no");
  const [begun] = useState(() => performance.now());
  const long = Math.max(width, tall) * Math.min(2, devicePixelRatio);
  const blur = fast || there !== "no" ? null : blurOf(asset);
  const clear = asset.facts["alpha"] === true;
  return (
    <span
      aria-hidden
      className={cx("absolute inset-0 bg-cover bg-center", clear && there !== "no" && "checkered")}
      style={there !== "no" && clear ? undefined : { backgroundColor: clear ? undefined : colourOf(asset), backgroundImage: blur === null ? undefined : `url(${blur})` }}
    >
      {!fast && (
        <img
          src={`${asset.thumbnail}?size=${long > 300 ? 512 : 256}`}
          alt=""
          draggable={false}
          decoding="async"
          onLoad={() => setThere(performance.now() - begun < FADE_AFTER_MS ? "at once" : "late")}
          className={cx("size-full object-cover", there === "no" ? "opacity-0" : "opacity-100", there === "late" && "animate-[fade_.15s]")}
        />
      )}
    </span>
  );
}
