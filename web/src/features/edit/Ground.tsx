/** A picture on which something is set by hand and by keys. What is set is drawn without React: hands are faster. */

import { type ReactNode, useCallback, useId, useLayoutEffect, useRef } from "react";
import type { Asset } from "@/api";
import { hands, type Take } from "@/engine/hands";
import { Frame, Pixels, STAGE, useZoomActions, ZoomBar } from "@/features/compare";
import type { Stage } from "@/features/compare/stage";
import { useActions } from "@/shell/actions";
import { cx } from "@/ui";

export const INSETS = { top: 24, right: 24, bottom: 68, left: 24 };
/** How a stage behaves whose plain drags and arrows set something. */
export const HABITS = { insets: INSETS, arrows: false, doubleClick: false, hand: () => false } as const;
export const ARROWS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

interface GroundProps {
  asset: Asset;
  stage: Stage;
  label: string;
  /** What the keys do, for those who do not see it. */
  keys: string;
  take: Take;
  /** Draws what is set now. It is called whenever that may have changed, unless a hand has it just then. */
  show: (on: HTMLElement) => void;
  onKeyDown: (event: React.KeyboardEvent) => void;
  /** Instead of the picture alone. */
  picture?: ReactNode;
  children?: ReactNode;
  /** Beside the zoom. */
  bar?: ReactNode;
  className?: string;
}

export function Ground({ asset, stage, label, keys, take, show, onKeyDown, picture, children, bar, className }: GroundProps) {
  const { camera } = stage;
  useActions(useZoomActions(camera));
  const element = useRef<HTMLDivElement | null>(null);
  const told = useRef(take);
  const held = useRef(false);
  const help = useId();
  useLayoutEffect(() => {
    told.current = take;
    if (element.current && !held.current) show(element.current);
  });
  const attach = useCallback(
    (found: HTMLDivElement | null) => {
      element.current = found;
      if (!found) return undefined;
      const detach = stage.attach(found);
      const deaf = hands(found, camera, (...hand) => told.current(...hand), (busy) => (held.current = busy));
      return () => {
        deaf();
        detach?.();
      };
    },
    [stage, camera],
  );
  return (
    <div className="relative size-full">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its keys set what is set by hand */}
      <div
        ref={attach}
        role="group"
        aria-label={label}
        aria-describedby={help}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- its keys set what is set by hand
        tabIndex={0}
        onKeyDown={(event) => {
          if (!event.ctrlKey && !event.metaKey && !event.altKey) onKeyDown(event);
        }}
        className={cx(STAGE, "!cursor-crosshair", className)}
      >
        {picture ?? (
          <Frame asset={asset}>
            <Pixels key={asset.id} asset={asset} camera={camera} />
          </Frame>
        )}
        {children}
      </div>
      <p id={help} className="sr-only">
        {keys}
      </p>
      <div className="pointer-events-none absolute inset-x-2 bottom-3 flex justify-center *:pointer-events-auto">
        <ZoomBar camera={camera}>{bar}</ZoomBar>
      </div>
    </div>
  );
}

/** What a hand finds: white, with a dark rim, larger for a finger. */
export function Dot({ className }: { className?: string }) {
  return <span className={cx("size-2.5 rounded-full border border-black bg-white coarse:size-3.5", className)} />;
}

interface ChipsProps {
  label: string;
  value: string | null;
  items: readonly { value: string; label: string }[];
  onPick: (value: string) => void;
}

/** Shapes to choose from, in the bar of a stage. */
export function Chips({ label, value, items, onPick }: ChipsProps) {
  return (
    <div role="group" aria-label={label} className="flex shrink-0">
      {items.map((item) => (
        <button
          key={item.value}
          type="button"
          aria-pressed={item.value === value}
          onClick={() => onPick(item.value)}
          className={cx("num min-h-7 shrink-0 rounded-sm px-1.5 text-xs whitespace-nowrap coarse:min-h-9 coarse:px-2.5", item.value === value ? "bg-active font-medium text-fg" : "text-fg-2 hover:bg-hover hover:text-fg")}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}
