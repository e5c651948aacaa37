/** Draws the value of a box field over its picture: dragged, pulled by eight handles, or moved by keys. */

import "@/i18n/edit";
import { Trash2 } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { Frame, Pixels, useStage } from "@/features/compare";
import type { Take } from "@/engine/hands";
import type { Rect } from "@/engine/view";
import { Button, cx } from "@/ui";
import { middling, type Grip } from "./box";
import { ARROWS, Chips, Dot, Ground, HABITS } from "./Ground";
import { drawn, largest, pulledIn, ratioOf, RATIOS, upright, within } from "./shape";

interface BoxEditorProps {
  asset: Asset;
  title: string;
  value: Rect | null;
  onChange: (box: Rect | null) => void;
  /** What stays of the picture: with shapes, thirds, and a turn of the picture under it. */
  crop?: { tilt: number; onTilt: ((degrees: number) => void) | undefined };
  /** What stands in the box, drawn as it will be. */
  children?: ReactNode;
  /** Whether what is beside the box lies in the dark. */
  dark?: boolean;
}

const GRIPS: readonly { grip: Grip; place: string }[] = [
  { grip: { across: -1, down: -1 }, place: "left-0 top-0 cursor-nwse-resize" },
  { grip: { across: 0, down: -1 }, place: "left-1/2 top-0 cursor-ns-resize" },
  { grip: { across: 1, down: -1 }, place: "left-full top-0 cursor-nesw-resize" },
  { grip: { across: 1, down: 0 }, place: "left-full top-1/2 cursor-ew-resize" },
  { grip: { across: 1, down: 1 }, place: "left-full top-full cursor-nwse-resize" },
  { grip: { across: 0, down: 1 }, place: "left-1/2 top-full cursor-ns-resize" },
  { grip: { across: -1, down: 1 }, place: "left-0 top-full cursor-nesw-resize" },
  { grip: { across: -1, down: 0 }, place: "left-0 top-1/2 cursor-ew-resize" },
];
/** Where a frame stands, by the shares of the stage's picture that its editor writes at the stage. */
export const FRAMED = { left: "calc(var(--x) + var(--bx) * var(--w))", top: "calc(var(--y) + var(--by) * var(--h))", width: "calc(var(--bw) * var(--w))", height: "calc(var(--bh) * var(--h))" };
const FREE = "free";
const OWN = "own";
const MOST_TILT = 45;

/** Eight places by which a frame is pulled. */
export function Grips() {
  return GRIPS.map(({ grip, place }) => (
    <span key={place} data-grip={`${grip.across} ${grip.down}`} className={cx("absolute grid size-6 -translate-1/2 place-items-center coarse:size-11", place)}>
      <Dot />
    </span>
  ));
}

/** What a grip holds, as it is written at the element. */
export function gripOf(told: string): Grip {
  const [across, down] = told.split(" ").map(Number) as [Grip["across"], Grip["down"]];
  return { across, down };
}

export function BoxEditor({ asset, title, value, onChange, crop, children, dark = true }: BoxEditorProps) {
  const { t } = useTranslation("edit");
  const stage = useStage(asset, HABITS);
  const { camera } = stage;
  const [shape, setShape] = useState(FREE);
  const tilt = crop?.tilt ?? 0;
  // A crop begins with all of the picture that is left.
  const shown = value ?? (crop ? upright(asset, tilt) : null);
  const ratio = !crop || shape === FREE ? null : shape === OWN ? asset.width / asset.height : ratioOf(shape);

  const show = (on: HTMLElement, box = shown) => {
    on.toggleAttribute("data-boxed", box !== null);
    on.style.setProperty("--tilt", `${tilt}deg`);
    if (!box) return;
    on.style.setProperty("--bx", String(box.x / asset.width));
    on.style.setProperty("--by", String(box.y / asset.height));
    on.style.setProperty("--bw", String(box.width / asset.width));
    on.style.setProperty("--bh", String(box.height / asset.height));
  };
  const set = (box: Rect | null) => onChange(box && crop ? within(box, asset, tilt) : box);
  const take: Take = (from, grip, event) => {
    const on = event.currentTarget as HTMLElement;
    let now: Rect | null = null;
    return {
      move: (to) => {
        now = grip !== undefined && shown ? pulledIn(shown, gripOf(grip), to.x - from.x, to.y - from.y, ratio, asset) : drawn(from, to, ratio, asset);
        show(on, now);
      },
      end: (moved) => {
        if (moved && now) set(now);
        else {
          show(on);
          // A press on words is for them.
          on.querySelector("textarea")?.focus();
        }
      },
      drop: () => show(on),
    };
  };
  const key = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if ((event.key === "Enter" || event.key === " ") && !value) {
      event.preventDefault();
      set(middling(asset));
      return;
    }
    if ((event.key === "Delete" || event.key === "Backspace") && value) {
      event.preventDefault();
      event.stopPropagation();
      onChange(null);
      return;
    }
    const arrow = ARROWS[event.key];
    if (!arrow || !shown) return;
    event.preventDefault();
    // One step is a pixel of the screen, but never less than one of the picture.
    const step = Math.max(1, Math.round(1 / camera.view.scale));
    const grip: Grip = event.shiftKey ? { across: arrow[0] === 0 ? 0 : 1, down: arrow[1] === 0 ? 0 : 1 } : { across: 0, down: 0 };
    set(pulledIn(shown, grip, arrow[0] * step, arrow[1] * step, ratio, asset));
  };
  const pick = (next: string) => {
    setShape(next);
    if (next !== FREE) set(largest(next === OWN ? asset.width / asset.height : ratioOf(next), upright(asset, tilt)));
  };
  // A picture that is turned further may leave a corner of the box empty.
  useEffect(() => {
    if (!crop || !value) return;
    const fits = within(value, asset, tilt);
    if (fits !== value) onChange(fits);
  }, [crop, value, asset, tilt, onChange]);

  return (
    <Ground
      asset={asset}
      stage={stage}
      label={shown ? t("box.is", { title, ...shown }) : t("box.none", { title })}
      keys={t("box.keys")}
      take={take}
      show={show}
      onKeyDown={key}
      className="group/box"
      picture={
        crop && (
          <Frame asset={asset}>
            <div className="size-full rotate-(--tilt)">
              <Pixels key={asset.id} asset={asset} camera={camera} />
            </div>
          </Frame>
        )
      }
      bar={
        <>
          <span className="num shrink-0 px-1.5 text-xs whitespace-nowrap text-fg-2">{shown ? `${shown.width} × ${shown.height}` : t("box.hint")}</span>
          {crop && (
            <Chips
              label={t("crop.shape")}
              value={shape}
              onPick={pick}
              items={[{ value: FREE, label: t("crop.free") }, { value: OWN, label: t("crop.own") }, ...RATIOS.map((one) => ({ value: one, label: one }))]}
            />
          )}
          {crop?.onTilt && <Tilt degrees={tilt} onChange={crop.onTilt} />}
          {value && (
            <Button size="sm" look="ghost" onClick={() => onChange(null)} className="shrink-0">
              <Trash2 size={14} aria-hidden />
              {t("box.clear")}
            </Button>
          )}
        </>
      }
    >
      <div
        data-grip="0 0"
        className={cx("invisible absolute cursor-move border border-white group-data-boxed/box:visible", dark ? "shadow-[0_0_0_1px_oklch(0_0_0/.6),0_0_0_100vmax_oklch(0_0_0/.5)]" : "shadow-[0_0_0_1px_oklch(0_0_0/.6)]")}
        style={FRAMED}
      >
        {children}
        {crop && <Thirds />}
        <Grips />
      </div>
    </Ground>
  );
}

/** Lines that divide a frame into thirds, both ways. */
function Thirds() {
  return (
    <span aria-hidden className="pointer-events-none absolute inset-0">
      <span className="absolute inset-y-0 left-1/3 w-1/3 border-x border-white/40" />
      <span className="absolute inset-x-0 top-1/3 h-1/3 border-y border-white/40" />
    </span>
  );
}

/** Turns the picture while it is moved, and says so when it is let go. */
function Tilt({ degrees, onChange }: { degrees: number; onChange: (degrees: number) => void }) {
  const { t } = useTranslation("edit");
  const input = useRef<HTMLInputElement>(null);
  const told = useRef(onChange);
  useEffect(() => {
    told.current = onChange;
    if (input.current) input.current.value = String(degrees);
  }, [degrees, onChange]);
  useEffect(() => {
    const slider = input.current;
    const stage = slider?.closest("main")?.querySelector<HTMLElement>("[data-boxed]");
    if (!slider) return undefined;
    const over = new AbortController();
    slider.addEventListener("input", () => stage?.style.setProperty("--tilt", `${slider.value}deg`), { signal: over.signal });
    slider.addEventListener("change", () => told.current(Number(slider.value)), { signal: over.signal });
    return () => over.abort();
  }, []);
  return (
    <label className="flex shrink-0 items-center gap-1.5 px-1.5 text-xs text-fg-2">
      {t("crop.tilt")}
      <input ref={input} type="range" min={-MOST_TILT} max={MOST_TILT} step={0.1} defaultValue={degrees} aria-valuetext={`${degrees}°`} className="w-28 accent-accent" />
      <span className="num w-11">{`${degrees}°`}</span>
    </label>
  );
}
