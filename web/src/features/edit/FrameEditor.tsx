/** Where a picture goes on: a frame around it is pulled outwards at its sides, moved over it, or given a shape. */

import "@/i18n/edit";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Take } from "@/engine/hands";
import { Pixels, useStage } from "@/features/compare";
import { Button, cx } from "@/ui";
import { FRAMED, gripOf, Grips } from "./BoxEditor";
import { ARROWS, Chips, Ground, HABITS } from "./Ground";
import { extended, ratioOf, RATIOS, type Sides, stretched } from "./shape";

interface FrameEditorProps {
  asset: Asset;
  title: string;
  value: Sides;
  /** Of each side. */
  most: number;
  onChange: (sides: Sides) => void;
}

/** Of the picture's longer side: room to pull into. */
const ROOM = 0.3;

export function FrameEditor({ asset, title, value, most, onChange }: FrameEditorProps) {
  const { t } = useTranslation("edit");
  const [shape, setShape] = useState<string | null>(null);
  const pad = Math.ceil(Math.max(asset.width, asset.height) * ROOM);
  const room = { width: asset.width + value.left + value.right + 2 * pad, height: asset.height + value.top + value.bottom + 2 * pad };
  // Where the picture begins in it.
  const corner = { x: value.left + pad, y: value.top + pad };
  const stage = useStage(room, HABITS);
  const { camera } = stage;

  const show = (on: HTMLElement, sides = value) => {
    on.style.setProperty("--bx", String((corner.x - sides.left) / room.width));
    on.style.setProperty("--by", String((corner.y - sides.top) / room.height));
    on.style.setProperty("--bw", String((asset.width + sides.left + sides.right) / room.width));
    on.style.setProperty("--bh", String((asset.height + sides.top + sides.bottom) / room.height));
  };
  const set = (sides: Sides) => {
    setShape(null);
    onChange(sides);
  };
  const take: Take = (from, grip, event) => {
    if (grip === undefined) return null;
    const on = event.currentTarget as HTMLElement;
    const held = gripOf(grip);
    let now = value;
    return {
      move: (to) => {
        now = stretched(value, held, to.x - from.x, to.y - from.y, most);
        show(on, now);
      },
      end: (moved) => {
        if (moved) set(now);
      },
      drop: () => show(on),
    };
  };
  const key = (event: React.KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (arrow) {
      event.preventDefault();
      const step = Math.max(1, Math.round(8 / camera.view.scale)) * (event.shiftKey ? -1 : 1);
      set(stretched(value, { across: arrow[0] as -1 | 0 | 1, down: arrow[1] as -1 | 0 | 1 }, arrow[0] * step, arrow[1] * step, most));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      event.stopPropagation();
      set({ left: 0, top: 0, right: 0, bottom: 0 });
    }
  };
  const some = value.left + value.top + value.right + value.bottom > 0;
  const at = (x: number, y: number) => ({ left: `calc(var(--x) + ${x} * var(--w))`, top: `calc(var(--y) + ${y} * var(--h))` });
  return (
    <Ground
      asset={asset}
      stage={stage}
      label={t("frame.is", { title, ...value })}
      keys={t("frame.keys")}
      take={take}
      show={show}
      onKeyDown={key}
      picture={
        <>
          <div className="absolute bg-[repeating-linear-gradient(45deg,var(--line-2)_0_1px,transparent_1px_8px)]" style={FRAMED} />
          <div
            className={cx("absolute overflow-hidden", asset.facts["alpha"] === true && "checkered")}
            style={{ ...at(corner.x / room.width, corner.y / room.height), width: `calc(${asset.width / room.width} * var(--w))`, height: `calc(${asset.height / room.height} * var(--h))` }}
          >
            <Pixels key={asset.id} asset={asset} camera={camera} />
          </div>
        </>
      }
      bar={
        <>
          <span className="num shrink-0 px-1.5 text-xs whitespace-nowrap text-fg-2">{`${asset.width + value.left + value.right} × ${asset.height + value.top + value.bottom}`}</span>
          <Chips
            label={t("crop.shape")}
            value={shape}
            items={RATIOS.map((one) => ({ value: one, label: one }))}
            onPick={(one) => {
              const wanted = extended(asset, ratioOf(one));
              onChange({ left: Math.min(most, wanted.left), top: Math.min(most, wanted.top), right: Math.min(most, wanted.right), bottom: Math.min(most, wanted.bottom) });
              setShape(one);
            }}
          />
          {some && (
            <Button size="sm" look="ghost" onClick={() => set({ left: 0, top: 0, right: 0, bottom: 0 })} className="shrink-0">
              {t("box.clear")}
            </Button>
          )}
        </>
      }
    >
      <div data-grip="0 0" className="absolute cursor-move border border-white shadow-[0_0_0_1px_oklch(0_0_0/.6)]" style={FRAMED}>
        <Grips />
      </div>
    </Ground>
  );
}
