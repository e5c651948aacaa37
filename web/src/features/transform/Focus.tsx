/** The picture that will move, with a puck where the camera looks. */

import "@/i18n/footage";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { percent } from "@/lib/format";

interface FocusProps {
  asset: Asset;
  x: number;
  y: number;
  onChange: (x: number, y: number) => void;
}

const STEP = 0.02;

export function Focus({ asset, x, y, onChange }: FocusProps) {
  const { t } = useTranslation("footage");
  const picture = useRef<HTMLDivElement>(null);
  const held = useRef(false);
  const set = (across: number, down: number) => onChange(...([across, down].map((share) => Math.round(Math.min(1, Math.max(0, share)) * 100) / 100) as [number, number]));
  const move = (event: React.PointerEvent) => {
    const box = picture.current?.getBoundingClientRect();
    if (box) set((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  const keys: Record<string, [number, number]> = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  return (
    <div className="grid size-full place-items-center p-6 max-md:p-2">
      <div
        ref={picture}
        className="relative max-h-full max-w-full cursor-crosshair touch-none"
        style={{ aspectRatio: `${asset.width} / ${asset.height}`, width: `min(100%, ${asset.width}px, calc(100cqh * ${asset.width / asset.height}))` }}
        onPointerDown={(event) => {
          held.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          move(event);
        }}
        onPointerMove={(event) => held.current && move(event)}
        onPointerUp={() => (held.current = false)}
        onPointerCancel={() => (held.current = false)}
      >
        <img src={asset.facts["preview"] ? asset.preview : asset.file} alt={asset.title} draggable={false} className="size-full rounded-md object-contain shadow-card select-none" />
        <div
          role="slider"
          tabIndex={0}
          aria-label={t("focus.label")}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(x * 100)}
          aria-valuetext={t("focus.at", { across: percent(x), down: percent(y) })}
          onKeyDown={(event) => {
            const by = keys[event.key];
            if (!by) return;
            event.preventDefault();
            set(x + by[0], y + by[1]);
          }}
          className="absolute -mt-4 -ml-4 grid size-8 cursor-grab place-items-center rounded-full border-2 border-white bg-black/35 shadow-pop outline-none focus-visible:ring-2 focus-visible:ring-ring active:cursor-grabbing coarse:-mt-5.5 coarse:-ml-5.5 coarse:size-11"
          style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
        >
          <span aria-hidden className="size-1.5 rounded-full bg-white" />
        </div>
      </div>
    </div>
  );
}
