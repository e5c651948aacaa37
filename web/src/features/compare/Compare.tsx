/** Two pictures in one place: cut by a line, side by side, or one for the other while a button is held. */

import "@/i18n/lineage";
import { Columns2, Eye, FileDiff, Flame, SquareSplitHorizontal } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Insets } from "@/engine/view";
import { typing, useActions } from "@/shell/actions";
import { cx, IconButton } from "@/ui";
import { Changes } from "./Changes";
import { Heat } from "./Heat";
import { Frame, Pixels } from "./Pixels";
import { type Stage, useStage } from "./stage";
import { STAGE } from "./Still";
import { useZoomActions, ZoomBar } from "./ZoomBar";

export type Mode = "slider" | "side" | "flip" | "heat";

interface CompareProps {
  before: Asset;
  after: Asset;
  labels?: { before: string; after: string };
  mode?: Mode;
  /** Whether the arrow keys move the picture; not where they turn pages. */
  arrows?: boolean;
  /** More beside the zoom. */
  actions?: ReactNode;
  className?: string;
}

const INSETS: Insets = { top: 24, right: 24, bottom: 68, left: 24 };
const HELD = "b";

/** The sizes may differ: both are shown as large as the second, so that an enlargement is compared honestly. */
export default function Compare({ before, after, labels, mode: first = "slider", arrows = true, actions, className }: CompareProps) {
  const { t } = useTranslation(["assets", "lineage"]);
  const [mode, setMode] = useState<Mode>(first);
  const [changes, setChanges] = useState(false);
  const stage = useStage(after, { insets: INSETS, arrows, hand: (event) => !(event.target instanceof HTMLInputElement) });
  useActions(useZoomActions(stage.camera));
  const root = useRef<HTMLDivElement>(null);
  const hold = useHeld(root);
  const words = labels ?? { before: t("compare.before"), after: t("compare.after") };
  const modes = [
    { value: "slider", name: t("compare.slider"), Icon: SquareSplitHorizontal },
    { value: "side", name: t("compare.sideBySide"), Icon: Columns2 },
    { value: "flip", name: t("compare.flip"), Icon: Eye },
    { value: "heat", name: t("lineage:heat.mode"), Icon: Flame },
  ] as const;
  return (
    <div ref={root} className={cx("group/compare relative size-full min-h-0 bg-canvas", className)}>
      {mode === "heat" ? (
        <Heat key={`${before.id} ${after.id}`} stage={stage} before={before} after={after} name={`${words.before}, ${words.after}`} />
      ) : mode === "side" ? (
        <div className="grid size-full grid-cols-2 gap-px bg-line portrait:grid-cols-1 portrait:grid-rows-2">
          <Half stage={stage} asset={before} name={words.before} />
          <Half stage={stage} asset={after} name={words.after} />
        </div>
      ) : (
        <Over key={mode} stage={stage} before={before} after={after} names={words} line={mode === "slider"} />
      )}
      <div className="pointer-events-none absolute inset-x-2 bottom-3 flex justify-center *:pointer-events-auto">
        <ZoomBar camera={stage.camera}>
          <div role="group" aria-label={t("compare.how")} className="flex gap-0.5">
            {modes.map(({ value, name, Icon }) => (
              <IconButton key={value} label={name} size="sm" side="top" on={mode === value} onClick={() => setMode(value)}>
                <Icon size={15} aria-hidden />
              </IconButton>
            ))}
          </div>
          <IconButton label={t("lineage:changes.title")} size="sm" side="top" on={changes} onClick={() => setChanges(!changes)}>
            <FileDiff size={15} aria-hidden />
          </IconButton>
          {mode !== "side" && mode !== "heat" && (
            <button type="button" {...hold} className="min-h-7 shrink-0 touch-none rounded-sm px-2.5 text-xs font-medium text-fg-2 select-none hover:bg-hover hover:text-fg active:bg-active coarse:min-h-9">
              {t("compare.hold", { before: words.before })}
            </button>
          )}
          {actions}
        </ZoomBar>
      </div>
      {changes && <Changes before={before} after={after} onClose={() => setChanges(false)} />}
    </div>
  );
}

/** While the button or the key is down, the root says so, and everything is as it was before. */
function useHeld(root: React.RefObject<HTMLDivElement | null>) {
  const set = useCallback((held: boolean) => root.current?.toggleAttribute("data-held", held), [root]);
  useEffect(() => {
    const over = new AbortController();
    const plain = (event: KeyboardEvent) => event.key.toLowerCase() === HELD && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    addEventListener("keydown", (event) => plain(event) && set(true), { signal: over.signal });
    for (const end of ["keyup", "blur", "pointerup", "pointercancel"]) addEventListener(end, () => set(false), { signal: over.signal });
    return () => over.abort();
  }, [set]);
  return useMemo(
    () => ({
      onPointerDown: () => void set(true),
      onKeyDown: (event: React.KeyboardEvent) => (event.key === " " || event.key === "Enter") && set(true),
    }),
    [set],
  );
}

/** Only the thumb, as wide as its travel goes beyond both ends, takes the pointer: elsewhere one moves the picture. */
const RANGE = cx(
  "peer pointer-events-none absolute inset-y-0 m-0 h-full cursor-ew-resize appearance-none bg-transparent outline-none",
  "[&::-webkit-slider-runnable-track]:h-full [&::-webkit-slider-thumb]:pointer-events-auto [&::-webkit-slider-thumb]:h-full [&::-webkit-slider-thumb]:w-11 [&::-webkit-slider-thumb]:appearance-none",
  "[&::-moz-range-thumb]:pointer-events-auto [&::-moz-range-thumb]:h-full [&::-moz-range-thumb]:w-11 [&::-moz-range-thumb]:border-0 [&::-moz-range-thumb]:bg-transparent",
);

interface OverProps {
  stage: Stage;
  before: Asset;
  after: Asset;
  names: { before: string; after: string };
  line: boolean;
}

/** `--cut` is where the line stands, from the left of the stage. It stays within what can be seen of the picture. */
const CUT = "calc(max(0px, var(--x)) + (min(100cqw, var(--x) + var(--w)) - max(0px, var(--x))) * var(--at))";

function Over({ stage, before, after, names, line }: OverProps) {
  const { t } = useTranslation("assets");
  const element = useRef<HTMLElement | null>(null);
  const attach = useCallback(
    (found: HTMLElement | null) => {
      element.current = found;
      found?.style.setProperty("--at", line ? "0.5" : "0");
      found?.style.setProperty("--cut", CUT);
      return stage.attach(found);
    },
    [stage, line],
  );
  const range = useCallback((input: HTMLInputElement | null) => {
    if (!input) return undefined;
    const over = new AbortController();
    // Its own keys are for nothing else: neither do they move the picture, nor turn the page.
    input.addEventListener("keydown", (event) => /^(Arrow|Page|Home|End)/.test(event.key) && event.stopPropagation(), { signal: over.signal });
    input.addEventListener("input", () => element.current?.style.setProperty("--at", String(input.valueAsNumber / 100)), { signal: over.signal });
    return () => over.abort();
  }, []);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys zoom and move what is in it
    <div ref={attach} role="group" aria-label={`${names.before}, ${names.after}`} tabIndex={0} className={cx(STAGE, "@container")}>
      <div className="absolute inset-0 group-data-held/compare:![clip-path:none]" style={{ clipPath: "inset(0 calc(100% - var(--cut)) 0 0)" }}>
        <Frame asset={before}>
          <Pixels key={before.id} asset={before} camera={stage.camera} />
        </Frame>
      </div>
      <div className="absolute inset-0 group-data-held/compare:invisible" style={{ clipPath: "inset(0 0 0 var(--cut))" }}>
        <Frame asset={after}>
          <Pixels key={after.id} asset={after} camera={stage.camera} />
        </Frame>
      </div>
      <Name className="left-3 group-data-held/compare:visible" hidden={!line}>
        {names.before}
      </Name>
      <Name className="right-3 group-data-held/compare:invisible">{names.after}</Name>
      {line && (
        <>
          <input
            ref={range}
            type="range"
            min={0}
            max={100}
            step="any"
            defaultValue={50}
            aria-label={t("compare.position")}
            className={RANGE}
            style={{ left: "calc(max(0px, var(--x)) - 22px)", width: "calc(min(100cqw, var(--x) + var(--w)) - max(0px, var(--x)) + 44px)" }}
          />
          <div className="pointer-events-none absolute inset-y-0 left-[var(--cut)] w-px -translate-x-1/2 bg-white shadow-[0_0_0_1px_oklch(0_0_0/.35)] group-data-held/compare:invisible peer-focus-visible:[&>span]:outline-3">
            <span className="absolute top-1/2 left-1/2 grid h-9 w-6 -translate-1/2 place-items-center rounded-full bg-white text-black shadow-pop outline-ring">
              <svg width="12" height="12" viewBox="0 0 12 12" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden>
                <path d="M4 3 1 6l3 3M8 3l3 3-3 3" />
              </svg>
            </span>
          </div>
        </>
      )}
    </div>
  );
}

function Half({ stage, asset, name }: { stage: Stage; asset: Asset; name: string }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys zoom and move what is in it
    <div ref={stage.attach} role="group" aria-label={name} tabIndex={0} className={STAGE}>
      <Frame asset={asset}>
        <Pixels key={asset.id} asset={asset} camera={stage.camera} />
      </Frame>
      <Name className="left-3">{name}</Name>
    </div>
  );
}

function Name({ children, className, hidden = false }: { children: string; className: string; hidden?: boolean }) {
  return <span className={cx("pointer-events-none absolute top-3 max-w-[45%] truncate rounded-sm bg-overlay px-2 py-1 text-2xs font-medium text-fg shadow-card", hidden && "invisible", className)}>{children}</span>;
}

