/** Where the light comes from: a puck that is dragged around the picture; in the middle it shines from the front. */

import "@/i18n/edit";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Take } from "@/engine/hands";
import type { Point } from "@/engine/view";
import { useStage } from "@/features/compare";
import { lightAt, lightFrom } from "./corners";
import { ARROWS, Ground, HABITS } from "./Ground";

export interface Light {
  direction: number;
  height: number;
}

interface LightEditorProps {
  asset: Asset;
  title: string;
  value: Light;
  colour: string;
  /** 0..1. */
  strength: number;
  onChange: (light: Light) => void;
}

/** How far from the middle a light that skims the picture stands, as a share of its shorter side. */
const REACH = 0.46;
const TURN = 5;
const RISE = 0.05;

export function LightEditor({ asset, title, value, colour, strength, onChange }: LightEditorProps) {
  const { t } = useTranslation("edit");
  const stage = useStage(asset, HABITS);
  const reach = REACH * Math.min(asset.width, asset.height);
  const show = (on: HTMLElement, { direction, height } = value) => {
    const { x, y } = lightAt(direction, height);
    on.style.setProperty("--lx", String(0.5 + (x * reach) / asset.width));
    on.style.setProperty("--ly", String(0.5 + (y * reach) / asset.height));
    on.style.setProperty("--turn", `${direction}deg`);
  };
  const light = ({ x, y }: Point): Light => {
    const found = lightFrom({ x: (x - asset.width / 2) / reach, y: (y - asset.height / 2) / reach });
    // In the very middle there is no direction: the last one stays.
    return found.height >= 1 ? { ...value, height: 1 } : found;
  };
  const take: Take = (from, _grip, event) => {
    const on = event.currentTarget as HTMLElement;
    let now = light(from);
    show(on, now);
    return {
      move: (to) => {
        now = light(to);
        show(on, now);
      },
      end: () => onChange(now),
      drop: () => show(on),
    };
  };
  const key = (event: React.KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const times = event.shiftKey ? 5 : 1;
    const height = Math.min(1, Math.max(0, Math.round((value.height - arrow[1] * RISE * times) * 100) / 100));
    onChange({ direction: (value.direction + arrow[0] * TURN * times + 360) % 360, height });
  };
  const place = { left: "calc(var(--x) + var(--lx) * var(--w))", top: "calc(var(--y) + var(--ly) * var(--h))" };
  return (
    <Ground
      asset={asset}
      stage={stage}
      label={t("light.is", { title, direction: Math.round(value.direction), front: Math.round(value.height * 100) })}
      keys={t("light.keys")}
      take={take}
      show={show}
      onKeyDown={key}
      className="overflow-hidden"
      bar={<span className="num shrink-0 px-1.5 text-xs whitespace-nowrap text-fg-2">{t("light.bar", { direction: Math.round(value.direction), front: Math.round(value.height * 100) })}</span>}
    >
      <div
        aria-hidden
        className="pointer-events-none absolute mix-blend-soft-light"
        style={{
          left: "var(--x)",
          top: "var(--y)",
          width: "var(--w)",
          height: "var(--h)",
          opacity: 0.35 + 0.65 * strength,
          background: `radial-gradient(circle at calc(var(--lx) * 100%) calc(var(--ly) * 100%), ${colour}, transparent 45%, black 130%)`,
        }}
      />
      <div aria-hidden className="pointer-events-none absolute -translate-1/2 rounded-full border border-dashed border-white/60" style={{ left: "calc(var(--x) + var(--w) / 2)", top: "calc(var(--y) + var(--h) / 2)", width: `calc(${(2 * reach) / asset.width} * var(--w))`, aspectRatio: 1 }} />
      <div aria-hidden data-grip="light" className="absolute grid size-9 -translate-1/2 cursor-grab place-items-center coarse:size-12" style={place}>
        <span className="size-7 rounded-full border-2 border-white shadow-[0_0_0_1px_oklch(0_0_0/.7),0_0_24px_6px_currentColor]" style={{ backgroundColor: colour, color: colour }} />
      </div>
    </Ground>
  );
}
