/** Draws the value of a box field over its picture: dragged, pulled by eight handles, or moved by keys. */

import { Trash2 } from "lucide-react";
import { useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { Frame, Pixels, STAGE, useStage, useZoomActions, ZoomBar } from "@/features/compare";
import { toImage, type Point, type Rect } from "@/engine/view";
import { useActions } from "@/shell/actions";
import { Button, cx } from "@/ui";
import { between, middling, pulled, type Grip } from "./box";

interface BoxEditorProps {
  asset: Asset;
  title: string;
  value: Rect | null;
  onChange: (box: Rect | null) => void;
}

const INSETS = { top: 24, right: 24, bottom: 68, left: 24 };
/** A press that moves less than this (CSS pixels) draws nothing. */
const STILL = 4;
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
const ARROWS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

interface Drag {
  pointer: number;
  from: Point;
  screen: Point;
  /** What was there when it began, and how it is held; null draws a new one. */
  before: Rect | null;
  grip: Grip | null;
  now: Rect | null;
}

export function BoxEditor({ asset, title, value, onChange }: BoxEditorProps) {
  const { t } = useTranslation("edit");
  const stage = useStage(asset, { insets: INSETS, arrows: false, doubleClick: false, hand: () => false });
  useActions(useZoomActions(stage.camera));
  const element = useRef<HTMLDivElement | null>(null);
  const told = useRef({ value, onChange });
  const { camera } = stage;

  /** Drawn without React: a hand moves faster than it. */
  const show = useCallback(
    (box: Rect | null) => {
      const on = element.current;
      if (!on) return;
      on.toggleAttribute("data-boxed", box !== null);
      if (!box) return;
      on.style.setProperty("--bx", String(box.x / asset.width));
      on.style.setProperty("--by", String(box.y / asset.height));
      on.style.setProperty("--bw", String(box.width / asset.width));
      on.style.setProperty("--bh", String(box.height / asset.height));
    },
    [asset],
  );
  useEffect(() => {
    told.current = { value, onChange };
    show(value);
  }, [value, onChange, show]);

  const attach = useCallback(
    (found: HTMLDivElement | null) => {
      element.current = found;
      if (!found) return undefined;
      show(told.current.value);
      const detach = stage.attach(found);
      const over = new AbortController();
      let drag: Drag | null = null;
      const at = (event: PointerEvent): Point => {
        const { left, top } = found.getBoundingClientRect();
        return { x: event.clientX - left, y: event.clientY - top };
      };
      const drop = () => {
        drag = null;
        show(told.current.value);
      };
      // A second finger: it was to be a pinch, not a box.
      found.addEventListener("pointerdown", (event) => drag && drag.pointer !== event.pointerId && drop(), { signal: over.signal, capture: true });
      found.addEventListener(
        "pointerdown",
        (event) => {
          if (event.button !== 0) return;
          const held = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-grip]")?.dataset["grip"] : undefined;
          const [across, down] = (held ?? "").split(" ").map(Number) as [Grip["across"], Grip["down"]];
          const screen = at(event);
          drag = { pointer: event.pointerId, from: toImage(camera.view, screen), screen, before: told.current.value, grip: held === undefined ? null : { across, down }, now: null };
          try {
            found.setPointerCapture(event.pointerId);
          } catch {
            // A pointer that is gone already cannot be captured; the drag works without.
          }
        },
        { signal: over.signal },
      );
      found.addEventListener(
        "pointermove",
        (event) => {
          if (drag?.pointer !== event.pointerId) return;
          const screen = at(event);
          if (!drag.now && Math.hypot(screen.x - drag.screen.x, screen.y - drag.screen.y) < STILL) return;
          const to = toImage(camera.view, screen);
          drag.now = drag.grip && drag.before ? pulled(drag.before, drag.grip, to.x - drag.from.x, to.y - drag.from.y, asset) : between(drag.from, to, asset);
          show(drag.now);
        },
        { signal: over.signal },
      );
      const end = (event: PointerEvent) => {
        if (drag?.pointer !== event.pointerId) return;
        const drawn = drag.now;
        drag = null;
        if (drawn) told.current.onChange(drawn);
      };
      found.addEventListener("pointerup", end, { signal: over.signal });
      found.addEventListener("pointercancel", drop, { signal: over.signal });
      return () => {
        over.abort();
        detach?.();
      };
    },
    [stage, camera, show, asset],
  );

  const key = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.key === "Enter" || event.key === " ") && !value) {
      event.preventDefault();
      onChange(middling(asset));
      return;
    }
    if ((event.key === "Delete" || event.key === "Backspace") && value) {
      event.preventDefault();
      event.stopPropagation();
      onChange(null);
      return;
    }
    const arrow = ARROWS[event.key];
    if (!arrow || !value) return;
    event.preventDefault();
    // One step is a pixel of the screen, but never less than one of the picture.
    const step = Math.max(1, Math.round(1 / camera.view.scale));
    const grip: Grip = event.shiftKey ? { across: arrow[0] === 0 ? 0 : 1, down: arrow[1] === 0 ? 0 : 1 } : { across: 0, down: 0 };
    onChange(pulled(value, grip, arrow[0] * step, arrow[1] * step, asset));
  };

  return (
    <div className="relative size-full">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its keys draw */}
      <div
        ref={attach}
        role="group"
        aria-label={value ? t("box.is", { title, ...value }) : t("box.none", { title })}
        aria-describedby="box-keys"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- its keys draw
        tabIndex={0}
        onKeyDown={key}
        className={cx(STAGE, "group/box !cursor-crosshair")}
      >
        <Frame asset={asset}>
          <Pixels key={asset.id} asset={asset} camera={camera} />
        </Frame>
        <div
          data-grip="0 0"
          className="invisible absolute cursor-move border border-white shadow-[0_0_0_1px_oklch(0_0_0/.6),0_0_0_100vmax_oklch(0_0_0/.5)] group-data-boxed/box:visible"
          style={{ left: "calc(var(--x) + var(--bx) * var(--w))", top: "calc(var(--y) + var(--by) * var(--h))", width: "calc(var(--bw) * var(--w))", height: "calc(var(--bh) * var(--h))" }}
        >
          {GRIPS.map(({ grip, place }) => (
            <span key={place} data-grip={`${grip.across} ${grip.down}`} className={cx("absolute grid size-6 -translate-1/2 place-items-center coarse:size-11", place)}>
              <span className="size-2.5 rounded-full border border-black bg-white coarse:size-3.5" />
            </span>
          ))}
        </div>
      </div>
      <p id="box-keys" className="sr-only">
        {t("box.keys")}
      </p>
      <div className="pointer-events-none absolute inset-x-2 bottom-3 flex justify-center *:pointer-events-auto">
        <ZoomBar camera={camera}>
          <span className="px-1.5 text-xs whitespace-nowrap text-fg-2">{value ? `${value.width} × ${value.height}` : t("box.hint")}</span>
          {value && (
            <Button size="sm" look="ghost" onClick={() => onChange(null)}>
              <Trash2 size={14} aria-hidden />
              {t("box.clear")}
            </Button>
          )}
        </ZoomBar>
      </div>
    </div>
  );
}
