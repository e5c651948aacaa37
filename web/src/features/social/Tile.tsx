/** One format as it will be: the picture is cut by the page, from the one preview that all tiles share. */

import "@/i18n/social";
import { Expand, Minus, Plus, RotateCcw, SlidersHorizontal, TriangleAlert, X } from "lucide-react";
import { memo, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { grip, type Lines } from "@/engine/grip";
import { behind, moved, nearness, shown, WHOLE, zoomed, type Box, type Size, type Spot } from "@/engine/crop";
import { said } from "@/features/forms";
import { day, fileKind, percent, pixels } from "@/lib/format";
import { cx, IconButton, Popover } from "@/ui";
import type { Format } from "./api";
import { Missed, Underway } from "./Extending";
import { Above, Below, Over } from "./Frame";
import { Overlays, type Over as Laying } from "./Overlays";
import { ratioOf, type Laid, type Override, type Small, type Warning } from "./plan";
import type { Sight } from "./store";
import { Zones } from "./Zones";

export interface Ground {
  kind: "blur" | "colour";
  colour: string;
}

interface TileProps {
  format: Format;
  /** Where the picture is fetched from, and its own size. */
  preview: string;
  size: Size;
  box: Box | null;
  byHand: boolean;
  follows: boolean;
  /** What a moved crop is drawn to, on the picture. */
  points: readonly Spot[];
  ground: Ground;
  small: Small;
  drawn: Size;
  sight: Sight;
  over: Laying;
  own: Override | undefined;
  warnings: readonly Warning[];
  /** Drawn when they are open. */
  settings: (id: string) => ReactNode;
  /** The settings are open: the address says so. */
  open: boolean;
  onOpen: (id: string, open: boolean) => void;
  onBox: (id: string, box: Box, gesture: string) => void;
  onFollow: (id: string) => void;
  onGrow: (id: string) => void;
  onRemove: (id: string) => void;
  /** The run that extends the picture for it. */
  extending: string | undefined;
  /** Edges would be filled that more picture could take the place of. */
  extendable: boolean;
  onExtend: (id: string) => void;
  onForget: (run: string) => void;
}

const NEARER = 1.15;
const STEP = 0.02;
const ARROWS: Record<string, Spot> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const Tile = memo(Drawn, alike);

/** A box, and the lists, are the same when what is in them is: a crop that is dragged draws its own tile alone. */
function alike(before: TileProps, now: TileProps): boolean {
  return (Object.keys(now) as (keyof TileProps)[]).every((name) => before[name] === now[name] || (VALUES.has(name) && JSON.stringify(before[name]) === JSON.stringify(now[name])));
}

const VALUES = new Set<keyof TileProps>(["box", "points", "ground", "drawn", "warnings", "over", "own"]);

function Drawn({ format, preview, size, box, byHand, follows, points, ground, small, drawn, sight, over, own, warnings, settings, open, onOpen, onBox, onFollow, onGrow, onRemove, extending, extendable, onExtend, onForget }: TileProps) {
  const { t } = useTranslation("social");
  const stage = useRef<HTMLDivElement>(null);
  const [lines, setLines] = useState<Lines>(null);
  const [active, setActive] = useState(false);
  const ratio = ratioOf(format);
  const now = useRef({ box, size, ratio, points, put: (next: Box, gesture: string) => onBox(format.id, next, gesture) });
  useEffect(() => {
    now.current = { box, size, ratio, points, put: (next, gesture) => onBox(format.id, next, gesture) };
  });
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    return grip(element, {
      now: () => (now.current.box ? { ...now.current, box: now.current.box } : null),
      put: (next, gesture) => now.current.put(next, gesture),
      lines: setLines,
      mine: () => document.activeElement === element,
    });
  }, []);
  const zoom = (factor: number, gesture = "") => box && onBox(format.id, zoomed(box, size, ratio, factor), gesture);
  const keyed = (event: React.KeyboardEvent) => {
    if (event.target !== stage.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    // A key that is held is one step back.
    const gesture = event.repeat ? `${format.id} keys` : "";
    if (arrow && box) onBox(format.id, moved(box, arrow[0] * STEP * box[2] * (event.shiftKey ? 5 : 1), arrow[1] * STEP * box[3] * (event.shiftKey ? 5 : 1)), gesture);
    else if (event.key === "+" || event.key === "=") zoom(NEARER, gesture);
    else if (event.key === "-" || event.key === "_") zoom(1 / NEARER, gesture);
    else if (event.key === "0") onFollow(format.id);
    else if (event.key === "Enter") onOpen(format.id, true);
    else if (event.key === "Delete") onRemove(format.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const name = said(format.title);
  const label = box ? t("tile.crop", { name, x: percent(box[0]), y: percent(box[1]), zoom: percent(nearness(box, size, ratio)) }) : t("tile.whole", { name });
  return (
    <figure className="group/tile flex min-w-0 flex-col gap-1.5" style={{ width: drawn.width }}>
      <div className={cx("overflow-hidden rounded-md border bg-panel", byHand ? "border-line-2" : "border-line")}>
        {sight.frames && <Above kind={format.kind} />}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a group whose value is set by hands and keys, as the boxes of the benches are */}
        <div
          ref={stage}
          role="group"
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
          tabIndex={0}
          aria-label={label}
          data-tip={active ? undefined : t("tile.keys")}
          onKeyDown={keyed}
          onFocus={() => setActive(true)}
          onBlur={() => setActive(false)}
          onDoubleClick={() => onFollow(format.id)}
          className={cx("relative w-full overflow-hidden bg-sunken -outline-offset-2 select-none", box ? "cursor-grab active:cursor-grabbing" : "", active ? "touch-none" : "touch-pan-y")}
          style={{ aspectRatio: `${format.width} / ${format.height}` }}
        >
          <Cut preview={preview} size={size} box={box} target={format} grow={small === "enlarge"} ground={ground} />
          {sight.laid && <Overlays format={format} over={over} own={own} drawn={drawn} />}
          {sight.zones && <Zones format={format} />}
          {/* What the app draws is named by its zones, where it has some and they are shown. */}
          {sight.frames && (format.round || !sight.zones || format.zones.length === 0) && <Over kind={format.kind} round={format.round} />}
          {extending !== undefined && <Underway run={extending} name={name} />}
          {lines?.across && <span aria-hidden className="pointer-events-none absolute inset-y-0 left-1/2 w-px bg-accent" />}
          {lines?.down && <span aria-hidden className="pointer-events-none absolute inset-x-0 top-1/2 h-px bg-accent" />}
          <div className="absolute top-1 right-1 flex rounded-sm bg-overlay/95 opacity-0 shadow-card transition-opacity group-focus-within/tile:opacity-100 group-hover/tile:opacity-100">
            {box && (
              <>
                <IconButton size="sm" label={t("tile.further")} onClick={() => zoom(1 / NEARER)}>
                  <Minus size={14} aria-hidden />
                </IconButton>
                <IconButton size="sm" label={t("tile.nearer")} onClick={() => zoom(NEARER)}>
                  <Plus size={14} aria-hidden />
                </IconButton>
              </>
            )}
            {!follows && (
              <IconButton size="sm" label={t("tile.follow")} keys="0" onClick={() => onFollow(format.id)}>
                <RotateCcw size={14} aria-hidden />
              </IconButton>
            )}
            <IconButton size="sm" label={t("tile.remove", { name })} onClick={() => onRemove(format.id)}>
              <X size={14} aria-hidden />
            </IconButton>
          </div>
        </div>
        {sight.frames && <Below kind={format.kind} />}
      </div>
      <figcaption className="flex min-w-0 items-start gap-1">
        <span className="min-w-0 flex-1">
          <span className="block truncate text-xs font-medium" title={name}>
            {name}
          </span>
          <span className="num block text-2xs text-fg-3">
            {pixels(format.width, format.height)}
            {own?.picture !== undefined ? ` · ${t("tile.extended")}` : byHand && ` · ${t("tile.hand")}`}
          </span>
        </span>
        <Popover
          title={t("tile.settings", { name })}
          open={open}
          onOpenChange={(next) => onOpen(format.id, next)}
          placement="bottom-end"
          className="w-76"
          trigger={
            <button type="button" aria-label={t("tile.settings", { name })} className="grid size-7 shrink-0 place-items-center rounded-sm text-fg-2 hover:bg-hover hover:text-fg coarse:size-11">
              <SlidersHorizontal size={14} aria-hidden />
            </button>
          }
        >
          {open && settings(format.id)}
        </Popover>
      </figcaption>
      {warnings.length > 0 && <Warnings all={warnings} onGrow={() => onGrow(format.id)} />}
      {extending !== undefined && <Missed run={extending} onAgain={() => onExtend(format.id)} onForget={() => onForget(extending)} />}
      {extendable && extending === undefined && (
        <button
          type="button"
          aria-label={t("extend.of", { name })}
          onClick={() => onExtend(format.id)}
          className="flex items-center gap-1 self-start rounded-xs text-2xs leading-4 font-medium text-fg-2 underline decoration-line-2 underline-offset-2 hover:text-fg min-h-6"
        >
          <Expand size={11} className="shrink-0" aria-hidden />
          {t("extend.one")}
        </button>
      )}
    </figure>
  );
}

interface CutProps {
  preview: string;
  size: Size;
  box: Box | null;
  target: Size;
  grow: boolean;
  ground: Ground;
}

/** The picture behind its window, with what is around it where it does not fill it. */
export function Cut({ preview, size, box, target, grow, ground }: CutProps) {
  const { part, frame } = shown(box, size, target, grow);
  const [x, y, width, height] = frame;
  const percent = (value: number) => `${value * 100}%`;
  const full = frame === WHOLE || (width > 0.999 && height > 0.999);
  return (
    <>
      {!full &&
        (ground.kind === "blur" ? (
          <img src={preview} alt="" draggable={false} className="pointer-events-none absolute inset-0 size-full scale-115 object-cover blur-md brightness-85" />
        ) : (
          <div className="absolute inset-0" style={{ background: ground.colour }} />
        ))}
      <div className={cx("pointer-events-none absolute overflow-hidden", full && "checkered")} style={{ left: percent(x), top: percent(y), width: percent(width), height: percent(height) }}>
        <img src={preview} alt="" draggable={false} className="absolute max-w-none" style={behind(part)} />
      </div>
    </>
  );
}

function Warnings({ all, onGrow }: { all: readonly Warning[]; onGrow: () => void }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {all.map((warning) => (
        <Warned key={JSON.stringify(warning)} warning={warning} onGrow={onGrow} />
      ))}
    </ul>
  );
}

function Warned({ warning, onGrow }: { warning: Warning; onGrow: () => void }) {
  const { t } = useTranslation("social");
  const words = useWords()(warning);
  return (
    <li className="flex items-start gap-1 text-2xs leading-4 text-warn">
      <TriangleAlert size={11} className="mt-0.5 shrink-0" aria-hidden />
      <span className="min-w-0">
        {words}
        {warning.kind === "small" && warning.then !== "enlarge" && (
          <button type="button" onClick={onGrow} className="ml-1.5 rounded-xs font-medium text-fg-2 underline decoration-line-2 underline-offset-2 hover:text-fg coarse:min-h-6">
            {t("tile.grow")}
          </button>
        )}
      </span>
    </li>
  );
}

/** A warning as a sentence. */
export function useWords(): (warning: Warning) => string {
  const { t } = useTranslation("social");
  const what = (name: Laid["name"]) => t(`warn.${name}`);
  return (warning) => {
    switch (warning.kind) {
      case "small":
        return t(`warn.${warning.then}`, { times: warning.times.toFixed(1) });
      case "face":
        return t("warn.face");
      case "under":
        return t("warn.under", { what: what(warning.what), zone: said(warning.zone) });
      case "edge":
        return t("warn.edge", { what: what(warning.what) });
      case "alpha":
        return t("warn.alpha", { type: fileKind(warning.type) });
      case "stale":
        return t("warn.stale", { date: day(warning.since) });
    }
  };
}
