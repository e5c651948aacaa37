/** Four corners around something slanted: each is dragged, or moved by keys. */

import "@/i18n/edit";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Take } from "@/engine/hands";
import type { Point } from "@/engine/view";
import { useStage } from "@/features/compare";
import { Button } from "@/ui";
import { cornersIn, middleCorners, writtenCorners } from "./corners";
import { ARROWS, Dot, Ground, HABITS } from "./Ground";

interface CornersEditorProps {
  asset: Asset;
  title: string;
  value: string | null;
  onChange: (corners: string | null) => void;
}

const NAMES = ["topLeft", "topRight", "bottomRight", "bottomLeft"] as const;

export function CornersEditor({ asset, title, value, onChange }: CornersEditorProps) {
  const { t } = useTranslation("edit");
  const stage = useStage(asset, HABITS);
  const { camera } = stage;
  const set = cornersIn(value);
  const corners = set ?? middleCorners(asset);
  const bound = ({ x, y }: Point): Point => ({ x: Math.min(asset.width, Math.max(0, Math.round(x))), y: Math.min(asset.height, Math.max(0, Math.round(y))) });
  const show = (on: HTMLElement, points: readonly Point[] = corners) => {
    for (const [index, { x, y }] of points.entries()) {
      on.style.setProperty(`--cx${index}`, String(x / asset.width));
      on.style.setProperty(`--cy${index}`, String(y / asset.height));
    }
    on.querySelector("polygon")?.setAttribute("points", points.map(({ x, y }) => `${x},${y}`).join(" "));
  };
  const take: Take = (from, grip, event) => {
    const index = Number(grip);
    const start = corners[index];
    if (grip === undefined || !start) return null;
    const on = event.currentTarget as HTMLElement;
    let now = corners;
    return {
      move: (to) => {
        now = corners.with(index, bound({ x: start.x + to.x - from.x, y: start.y + to.y - from.y }));
        show(on, now);
      },
      end: (moved) => {
        if (moved) onChange(writtenCorners(now));
      },
      drop: () => show(on),
    };
  };
  const key = (event: React.KeyboardEvent) => {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      event.stopPropagation();
      onChange(null);
      return;
    }
    const arrow = ARROWS[event.key];
    const index = event.target instanceof HTMLElement ? Number(event.target.dataset["grip"] ?? NaN) : NaN;
    const point = corners[index];
    if (event.key === "Enter" && !set) {
      event.preventDefault();
      onChange(writtenCorners(corners));
    }
    if (!arrow || !point) return;
    event.preventDefault();
    const step = Math.max(1, Math.round(1 / camera.view.scale)) * (event.shiftKey ? 10 : 1);
    onChange(writtenCorners(corners.with(index, bound({ x: point.x + arrow[0] * step, y: point.y + arrow[1] * step }))));
  };
  return (
    <Ground
      asset={asset}
      stage={stage}
      label={set ? t("corners.is", { title, corners: value ?? "" }) : t("corners.none", { title })}
      keys={t("corners.keys")}
      take={take}
      show={show}
      onKeyDown={key}
      bar={
        <>
          <span className="shrink-0 px-1.5 text-xs whitespace-nowrap text-fg-2">{t("corners.hint")}</span>
          {set && (
            <Button size="sm" look="ghost" onClick={() => onChange(null)} className="shrink-0">
              {t("box.clear")}
            </Button>
          )}
        </>
      }
    >
      <svg aria-hidden viewBox={`0 0 ${asset.width} ${asset.height}`} preserveAspectRatio="none" className="pointer-events-none absolute overflow-visible" style={{ left: "var(--x)", top: "var(--y)", width: "var(--w)", height: "var(--h)" }}>
        <polygon className="fill-white/10 stroke-white" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
      </svg>
      {NAMES.map((name, index) => (
        <button
          key={name}
          type="button"
          data-grip={index}
          aria-label={t(`corners.${name}`)}
          className="absolute grid size-7 -translate-1/2 cursor-move touch-none place-items-center rounded-full coarse:size-11"
          style={{ left: `calc(var(--x) + var(--cx${index}) * var(--w))`, top: `calc(var(--y) + var(--cy${index}) * var(--h))` }}
        >
          <Dot />
        </button>
      ))}
    </Ground>
  );
}
