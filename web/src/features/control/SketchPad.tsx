/** A sheet to draw on, by pen, mouse, finger or keys. What is drawn is kept in this browser until it is used. */

import "@/i18n/control";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Brush, Check, Eraser, Hand, ImageOff, ImagePlus, type LucideIcon, Redo2, Scan, Trash2, Undo2 } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { assetOf } from "@/api";
import type { State, Tool } from "@/engine/mask";
import { upload } from "@/features/library/uploads";
import { Easel } from "@/features/mask/easel";
import { patient } from "@/lib/later";
import { announce } from "@/shell/announce";
import { type Action, useActions } from "@/shell/actions";
import { Button, IconButton, say, Segment, Slider, Switch } from "@/ui";
import { keepPaper, lastPaper, type Paper, PAPERS, sheet, sizeOf } from "./paper";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

interface SketchPadProps {
  /** The drawing is an asset now. */
  onUse: (asset: string) => void;
  onBack: () => void;
}

const TOOLS: readonly { tool: Tool; icon: LucideIcon; keys: string; name: "draw" | "rub" | "move" }[] = [
  { tool: "brush", icon: Brush, keys: "b", name: "draw" },
  { tool: "erase", icon: Eraser, keys: "e", name: "rub" },
  { tool: "hand", icon: Hand, keys: "h", name: "move" },
];
const IDLE: State = { tool: "brush", size: 6, hardness: 0.9, opacity: 1, tolerance: 32, contiguous: true, minus: false, penSize: true, penOpacity: true, canUndo: false, canRedo: false, empty: true, busy: true };
const LOOK = { colour: "ink", opacity: 1, inverted: false, alone: false } as const;
const INSETS = { top: 20, right: 20, bottom: 20, left: 20 };
/** Diameter of the widest brush, in pixels of the sheet. */
const WIDEST = 120;
const STEP = 1.3;

export default function SketchPad({ onUse, onBack }: SketchPadProps) {
  const { t } = useTranslation("control");
  const [paper, setPaper] = useState<Paper>(lastPaper);
  const [under, setUnder] = useState<string | null>(null);
  const [picking, setPicking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [easel, setEasel] = useState<Easel | null>(null);
  const stage = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = easel?.painter;
  const state = useSyncExternalStore(
    useCallback((heard: () => void) => painter?.listen(heard) ?? (() => undefined), [painter]),
    () => painter?.state ?? IDLE,
  );
  const words = useRef(t);
  words.current = t;

  const { width, height } = sizeOf(paper);
  useEffect(() => {
    // Each sheet keeps its own drawing.
    const made = new Easel({ stage: stage.current!, image: picture.current!, canvas: canvas.current! }, { width, height }, "mask", `sketch ${width} ${height}`, {
      changed: () => undefined,
      stamped: ({ x, y }) => announce(words.current("pad.stamped", { x: Math.floor(x), y: Math.floor(y) })),
      failed: () => say({ title: words.current("pad.failed"), bad: true }),
      restored: () => announce(words.current("pad.restored")),
      unkept: () => say({ title: words.current("pad.unkept"), bad: true }),
    });
    made.look(LOOK);
    made.painter.set({ size: IDLE.size, hardness: IDLE.hardness, penOpacity: true });
    setEasel(made);
    void made.open(undefined);
    const place = stage.current!;
    const watch = new ResizeObserver(() => made.camera.resize({ width: Math.max(1, place.clientWidth), height: Math.max(1, place.clientHeight) }, INSETS, devicePixelRatio));
    watch.observe(place);
    return () => {
      watch.disconnect();
      made.dispose();
      setEasel(null);
    };
  }, [width, height]);

  const { data: below } = useQuery({ ...assetOf(under ?? ""), enabled: under !== null });
  const shows = below?.preview ?? null;
  useEffect(() => {
    let url = "";
    let here = true;
    void sheet({ width, height }, shows).then(
      (blob) => {
        if (!here) return;
        url = URL.createObjectURL(blob);
        if (picture.current) picture.current.src = url;
      },
      () => say({ title: words.current("pad.failed"), bad: true }),
    );
    return () => {
      here = false;
      if (url !== "") URL.revokeObjectURL(url);
    };
  }, [width, height, shows]);

  const finish = useCallback(async () => {
    if (!easel || easel.mask.empty || busy) return;
    setBusy(true);
    try {
      const [made] = await upload([new File([await easel.toInk()], `${words.current("pad.name")}.png`, { type: "image/png" })], { quiet: true });
      if (made) onUse(made.id);
      else say({ title: words.current("pad.lost"), bad: true });
    } finally {
      setBusy(false);
    }
  }, [easel, busy, onUse]);

  const actions = useMemo<Action[]>(() => {
    if (!easel) return [];
    const { painter: hand, camera, mask } = easel;
    const group = t("pad.title");
    const grow = (factor: number) => hand.set({ size: Math.min(WIDEST, Math.max(1, Math.round(hand.state.size * factor + (factor > 1 ? 0.5 : -0.5)))) });
    return [
      ...TOOLS.map(({ tool, icon, keys, name }) => ({ id: `pad.${tool}`, name: t(`pad.${name}`), icon, keys, group, perform: () => hand.set({ tool }) })),
      { id: "pad.swap", name: t("pad.swap"), keys: "x", group, perform: () => hand.swap() },
      { id: "pad.smaller", name: t("pad.smaller"), keys: "[", group, perform: () => grow(1 / STEP) },
      { id: "pad.larger", name: t("pad.larger"), keys: "]", group, perform: () => grow(STEP) },
      { id: "pad.undo", name: t("pad.undo"), icon: Undo2, keys: "mod+z", group, perform: () => hand.undo() },
      { id: "pad.redo", name: t("pad.redo"), icon: Redo2, keys: "mod+shift+z", group, perform: () => hand.redo() },
      { id: "pad.redo2", name: t("pad.redo"), keys: "mod+y", hidden: true, perform: () => hand.redo() },
      { id: "pad.clear", name: t("pad.clear"), icon: Trash2, keys: "delete", group, perform: () => (hand.cancel(), mask.clear()) },
      { id: "pad.fit", name: t("pad.fit"), icon: Scan, keys: "0", group, perform: () => camera.fit() },
      { id: "pad.use", name: t("pad.use"), icon: Check, keys: "mod+enter", group, perform: () => void finish() },
    ];
  }, [easel, t, finish]);
  useActions(actions);
  const perform = (id: string) => actions.find((action) => action.id === `pad.${id}`)?.perform();

  return (
    <main className="flex h-full min-h-0 flex-col bg-canvas">
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-bg px-3 py-2">
        <IconButton label={t("pad.back")} onClick={onBack}>
          <ArrowLeft size={17} aria-hidden />
        </IconButton>
        <h2 className="text-md font-semibold max-md:sr-only">{t("pad.title")}</h2>
        <Segment
          label={t("pad.paper")}
          hideLabel
          value={paper}
          onChange={(next) => {
            keepPaper(next as Paper);
            setPaper(next as Paper);
          }}
          items={Object.keys(PAPERS).map((value) => ({ value, label: <span className="num">{value}</span> }))}
          className="w-64"
        />
        <div className="ml-auto flex items-center gap-1.5">
          {under === null ? (
            <Button size="sm" onClick={() => setPicking(true)}>
              <ImagePlus size={14} aria-hidden />
              {t("pad.under")}
            </Button>
          ) : (
            <Button size="sm" onClick={() => setUnder(null)}>
              <ImageOff size={14} aria-hidden />
              {t("pad.notUnder")}
            </Button>
          )}
          <Button look="primary" size="sm" disabled={state.empty || busy} onClick={() => void finish()}>
            <Check size={14} aria-hidden />
            {t("pad.use")}
          </Button>
        </div>
      </div>
      <div className="relative min-h-0 flex-1">
        <div
          ref={stage}
          role="application"
          aria-label={t("pad.stage")}
          aria-describedby="pad-help"
          aria-busy={state.busy}
          // Arrow keys and Space draw here: a sheet is operated, not read.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="absolute inset-0 touch-none overflow-hidden bg-canvas -outline-offset-2 select-none"
        >
          <img ref={picture} alt="" width={width} height={height} draggable={false} className="pointer-events-none absolute top-0 left-0 max-w-none origin-top-left bg-white shadow-pop" style={{ width, height }} />
          <canvas ref={canvas} aria-hidden className="pointer-events-none absolute top-0 left-0" />
        </div>
        <p id="pad-help" className="sr-only">
          {t("pad.help")}
        </p>
      </div>
      <div role="toolbar" aria-label={t("pad.tools")} className="flex shrink-0 flex-wrap items-center justify-center gap-x-4 gap-y-1 border-t border-line bg-panel px-3 py-2">
        <div className="flex gap-0.5">
          {TOOLS.map(({ tool, icon: Icon, keys, name }) => (
            <IconButton key={tool} label={t(`pad.${name}`)} keys={keys} side="top" on={state.tool === tool} onClick={() => painter?.set({ tool })}>
              <Icon size={17} aria-hidden />
            </IconButton>
          ))}
        </div>
        <Slider log label={t("pad.size")} min={1} max={WIDEST} value={Math.min(WIDEST, state.size)} onChange={(size) => painter?.set({ size })} className="w-36" />
        <div className="flex gap-0.5">
          <IconButton label={t("pad.undo")} keys="mod+z" side="top" disabled={!state.canUndo} onClick={() => perform("undo")}>
            <Undo2 size={17} aria-hidden />
          </IconButton>
          <IconButton label={t("pad.redo")} keys="mod+shift+z" side="top" disabled={!state.canRedo} onClick={() => perform("redo")}>
            <Redo2 size={17} aria-hidden />
          </IconButton>
          <IconButton label={t("pad.clear")} keys="delete" side="top" disabled={state.empty} onClick={() => perform("clear")}>
            <Trash2 size={17} aria-hidden />
          </IconButton>
          <IconButton label={t("pad.fit")} keys="0" side="top" onClick={() => perform("fit")}>
            <Scan size={17} aria-hidden />
          </IconButton>
        </div>
        <Switch label={t("pad.pressure")} checked={state.penSize} onChange={(penSize) => painter?.set({ penSize, penOpacity: penSize })} />
      </div>
      <Suspense>
        {picking && (
          <Picker
            title={t("pad.under")}
            onClose={() => setPicking(false)}
            onPick={(asset) => {
              setPicking(false);
              setUnder(asset.id);
            }}
          />
        )}
      </Suspense>
    </main>
  );
}
