/** A place on the picture: a click, or the crosshair of the arrow keys. */

import "@/i18n/edit";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Take } from "@/engine/hands";
import type { Point } from "@/engine/view";
import { useStage } from "@/features/compare";
import { Button } from "@/ui";
import { pointIn } from "./corners";
import { ARROWS, Ground, HABITS } from "./Ground";

interface PointEditorProps {
  asset: Asset;
  title: string;
  value: string | null;
  onChange: (point: string | null) => void;
}

export function PointEditor({ asset, title, value, onChange }: PointEditorProps) {
  const { t } = useTranslation("edit");
  const stage = useStage(asset, HABITS);
  const point = pointIn(value);
  const written = ({ x, y }: Point) => `${Math.min(asset.width - 1, Math.max(0, Math.floor(x)))},${Math.min(asset.height - 1, Math.max(0, Math.floor(y)))}`;
  const show = (on: HTMLElement, at = point) => {
    on.toggleAttribute("data-pointed", at !== null);
    if (!at) return;
    on.style.setProperty("--px", String((at.x + 0.5) / asset.width));
    on.style.setProperty("--py", String((at.y + 0.5) / asset.height));
  };
  const take: Take = (from, _grip, event) => {
    const on = event.currentTarget as HTMLElement;
    let now = from;
    show(on, pointIn(written(now)));
    return {
      move: (to) => {
        now = to;
        show(on, pointIn(written(now)));
      },
      end: () => onChange(written(now)),
      drop: () => show(on),
    };
  };
  const key = (event: React.KeyboardEvent) => {
    if ((event.key === "Delete" || event.key === "Backspace") && point) {
      event.preventDefault();
      event.stopPropagation();
      onChange(null);
      return;
    }
    const arrow = ARROWS[event.key];
    const start = point ?? { x: asset.width / 2, y: asset.height / 2 };
    if (arrow || event.key === "Enter") {
      event.preventDefault();
      const step = Math.max(1, Math.round(1 / stage.camera.view.scale)) * (event.shiftKey ? 10 : 1);
      onChange(written({ x: start.x + (arrow?.[0] ?? 0) * step, y: start.y + (arrow?.[1] ?? 0) * step }));
    }
  };
  return (
    <Ground
      asset={asset}
      stage={stage}
      label={point ? t("point.is", { title, ...point }) : t("point.none", { title })}
      keys={t("point.keys")}
      take={take}
      show={show}
      onKeyDown={key}
      className="group/point"
      bar={
        <>
          <span className="num shrink-0 px-1.5 text-xs whitespace-nowrap text-fg-2">{point ? `${point.x}, ${point.y}` : t("point.hint")}</span>
          {point && (
            <Button size="sm" look="ghost" onClick={() => onChange(null)} className="shrink-0">
              {t("box.clear")}
            </Button>
          )}
        </>
      }
    >
      <span
        aria-hidden
        className="pointer-events-none invisible absolute size-5 -translate-1/2 rounded-full border-2 border-white shadow-[0_0_0_1px_oklch(0_0_0/.7),inset_0_0_0_1px_oklch(0_0_0/.7)] group-data-pointed/point:visible"
        style={{ left: "calc(var(--x) + var(--px) * var(--w))", top: "calc(var(--y) + var(--py) * var(--h))" }}
      />
    </Ground>
  );
}
