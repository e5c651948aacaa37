/** What must be seen: a point on the whole picture, around which every format is cut that is not set by hand. */

import "@/i18n/social";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Box, Spot } from "@/engine/crop";
import { percent } from "@/lib/format";
import { Button, Dialog } from "@/ui";

interface FocalProps {
  asset: Asset;
  value: Spot | null;
  faces: readonly Box[];
  /** Whether the point is for all formats, or for one of them. */
  title: string;
  onChange: (spot: Spot | null, gesture: string) => void;
  onClose: () => void;
}

const ARROWS: Record<string, Spot> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 0.01;

export function FocalPicker({ asset, value, faces, title, onChange, onClose }: FocalProps) {
  const { t } = useTranslation("social");
  const gesture = useRef("");
  const point = useRef<HTMLDivElement>(null);
  const [x, y] = value ?? [0.5, 0.5];
  const to = (event: React.PointerEvent<HTMLElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const share = (at: number) => Math.min(1, Math.max(0, Math.round(at * 10_000) / 10_000));
    onChange([share((event.clientX - left) / width), share((event.clientY - top) / height)], gesture.current);
  };
  const keyed = (event: React.KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const by = (at: number, way: number) => Math.min(1, Math.max(0, Math.round((at + way * STEP * (event.shiftKey ? 5 : 1)) * 10_000) / 10_000));
    onChange([by(x, arrow[0]), by(y, arrow[1])], event.repeat ? "focal keys" : "");
  };
  const percentage = (at: number) => `${at * 100}%`;
  return (
    <Dialog
      title={title}
      open
      onClose={onClose}
      initialFocus={() => point.current}
      className="w-[min(860px,calc(100vw-24px))]"
      footer={
        <>
          <Button disabled={value === null} onClick={() => onChange(null, "")}>
            {t("focal.clear")}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t("focal.done")}
          </Button>
        </>
      }
    >
      <p className="mb-3 text-sm text-fg-2">{t("focal.text")}</p>
      <div className="flex justify-center rounded-md bg-canvas">
        <div
          className="checkered relative max-h-[56dvh] touch-none select-none"
          style={{ aspectRatio: `${asset.width} / ${asset.height}`, width: `min(100%, calc(56dvh * ${asset.width / asset.height}))` }}
          onPointerDown={(event) => {
            gesture.current = `focal ${event.timeStamp}`;
            event.currentTarget.setPointerCapture(event.pointerId);
            to(event);
          }}
          onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && to(event)}
        >
          <img src={asset.preview} alt={asset.title} draggable={false} className="size-full" />
          {faces.map((face) => (
            <span
              key={face.join(" ")}
              aria-hidden
              className="pointer-events-none absolute rounded-sm border border-white/80 shadow-[0_0_0_1px_rgb(0_0_0/.35)]"
              style={{ left: percentage(face[0]), top: percentage(face[1]), width: percentage(face[2]), height: percentage(face[3]) }}
            />
          ))}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a point that is moved by keys */}
          <div
            ref={point}
            role="group"
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
            tabIndex={0}
            aria-label={t("focal.at", { x: percent(x), y: percent(y) })}
            onKeyDown={keyed}
            className="absolute grid size-8 -translate-1/2 cursor-crosshair place-items-center rounded-full"
            style={{ left: percentage(x), top: percentage(y) }}
          >
            <span className={value === null ? "size-5 rounded-full border-2 border-dashed border-white shadow-[0_0_0_1px_rgb(0_0_0/.5)]" : "size-5 rounded-full border-2 border-white bg-accent/70 shadow-[0_0_0_1px_rgb(0_0_0/.5)]"} />
          </div>
        </div>
      </div>
    </Dialog>
  );
}
