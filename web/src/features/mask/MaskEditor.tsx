import "@/i18n/mask";
import { type ReactNode, type Ref, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { LOOK, type Look, type Mode, type State, TOOLS, type Tool } from "@/engine/mask";
import { announce } from "@/shell/announce";
import { type Action, useActions } from "@/shell/actions";
import { cx, Progress, say } from "@/ui";
import { Bar } from "./Bar";
import { Easel, Misfit } from "./easel";
import { EdgeDialog, MisfitDialog } from "./dialogs";
import { MOST_BRUSH } from "./limits";
import { ICONS, KEYS, ToolStrip } from "./ToolStrip";

export interface MaskHandle {
  /** The mask as an 8-bit greyscale PNG of the source's size. */
  toBlob: () => Promise<Blob>;
  readonly empty: boolean;
  /** After it was used: an empty mask, and no draft. It can be undone. */
  clear: () => void;
  /** Any picture as the mask. One of another size is asked about. */
  load: (blob: Blob) => Promise<void>;
}

interface MaskEditorProps {
  /** `src` may be a preview; `width` and `height` are the source's, and the mask has them. */
  image: { src: string; width: number; height: number; alt: string };
  mode: Mode;
  /** Under this name the unfinished mask is kept in the browser. */
  draftKey?: string | undefined;
  /** The mask to begin with, if there is no draft. */
  initial?: Blob | undefined;
  onChange?: ((state: { empty: boolean; dirty: boolean }) => void) | undefined;
  tools?: readonly Tool[];
  /** Finds what is at a point of the picture, as a mask of its size. Without it there is no tool for that. */
  pointAt?: ((at: { x: number; y: number }) => Promise<Blob>) | undefined;
  /** Stands at the upper right, over the picture. */
  actions?: ReactNode;
  /** Put aside for a while, its keys are not heard. */
  active?: boolean;
  ref?: Ref<MaskHandle>;
}

/** Below this width the tools stand under the picture. CSS pixels. */
const NARROW = 640;
const INSETS = { wide: { top: 16, right: 16, bottom: 92, left: 16 }, narrow: { top: 8, right: 8, bottom: 8, left: 8 } };
const BRUSH_STEP = 1.15;

const IDLE: State = { tool: "brush", size: 40, hardness: 0.8, opacity: 1, tolerance: 32, contiguous: true, minus: false, penSize: true, penOpacity: false, canUndo: false, canRedo: false, empty: true, busy: true };

export default function MaskEditor({ image, mode, draftKey, initial, onChange, tools: wanted = TOOLS, pointAt, actions, active = true, ref }: MaskEditorProps) {
  const { t } = useTranslation("mask");
  const root = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const upload = useRef<HTMLInputElement>(null);
  const [easel, setEasel] = useState<Easel | null>(null);
  const [narrow, setNarrow] = useState(false);
  const [look, setLook] = useState<Look>(LOOK);
  const [edge, setEdge] = useState(false);
  const points = pointAt !== undefined;
  const tools = useMemo(() => wanted.filter((one) => points || one !== "select"), [wanted, points]);
  const [misfit, setMisfit] = useState<Misfit | null>(null);
  const painter = easel?.painter;
  const state = useSyncExternalStore(
    useCallback((heard: () => void) => painter?.listen(heard) ?? (() => undefined), [painter]),
    () => painter?.state ?? IDLE,
  );

  // What the easel calls is always what stands here now.
  const hooks = useRef({ onChange, pointAt, t });
  hooks.current = { onChange, pointAt, t };
  const first = useRef(initial);
  first.current = initial;
  const { width, height } = image;
  useEffect(() => {
    const parts = { stage: stage.current!, image: picture.current!, canvas: canvas.current! };
    const made: Easel = new Easel(parts, { width, height }, mode, draftKey, {
      changed: () => hooks.current.onChange?.({ empty: made.mask.empty, dirty: made.dirty }),
      stamped: ({ x, y }) => {
        const { t: words } = hooks.current;
        announce(words("stamped", { tool: words(`tool.${made.painter.state.tool}`), x: Math.floor(x), y: Math.floor(y) }));
      },
      failed: () => say({ title: hooks.current.t("failed"), detail: hooks.current.t("failedDetail"), bad: true }),
      pointed: (at) => hooks.current.pointAt?.(at) ?? Promise.reject(new Error("Nobody says what is there.")),
      restored: () => announce(hooks.current.t("restored")),
      unkept: () => say({ title: hooks.current.t("draftLost"), detail: hooks.current.t("draftLostDetail"), bad: true }),
    });
    setEasel(made);
    void made.open(first.current);
    return () => {
      made.dispose();
      setEasel(null);
    };
  }, [width, height, mode, draftKey]);

  useEffect(() => painter?.forgetPicture(), [painter, image.src]);
  useEffect(() => easel?.look(look), [easel, look]);

  useEffect(() => {
    if (!easel || !stage.current || !root.current) return;
    const [outer, inner] = [root.current, stage.current];
    const measured = new ResizeObserver(() => {
      const small = outer.clientWidth < NARROW;
      setNarrow(small);
      easel.camera.resize({ width: inner.clientWidth, height: inner.clientHeight }, small ? INSETS.narrow : INSETS.wide, window.devicePixelRatio);
    });
    measured.observe(outer);
    measured.observe(inner);
    return () => measured.disconnect();
  }, [easel]);

  const { tool } = state;
  const spoken = useRef<Tool>(tool);
  useEffect(() => {
    if (spoken.current !== tool) announce(t(`tool.${tool}`));
    spoken.current = tool;
  }, [tool, t]);

  const open = useCallback(
    async (blob: Blob) => {
      if (!easel) return;
      try {
        const plane = await easel.read(blob);
        easel.mask.replace(plane.data);
        announce(hooks.current.t("loaded"));
      } catch (error) {
        if (error instanceof Misfit) setMisfit(error);
        else say({ title: hooks.current.t("unreadable"), detail: hooks.current.t("unreadableDetail"), bad: true });
      }
    },
    [easel],
  );

  useImperativeHandle(
    ref,
    () => ({
      toBlob: () => (easel ? easel.toBlob() : Promise.reject(new Error("The mask editor is not open."))),
      get empty() {
        return easel?.mask.empty ?? true;
      },
      clear: () => easel?.clear(),
      load: open,
    }),
    [easel, open],
  );

  const download = useCallback(async () => {
    if (!easel) return;
    const url = URL.createObjectURL(await easel.toBlob());
    const link = document.createElement("a");
    link.href = url;
    link.download = hooks.current.t("file");
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }, [easel]);

  const offered = useMemo<Action[]>(() => {
    if (!easel) return [];
    const { camera, mask } = easel;
    const { painter: hand } = easel;
    const group = t("editor");
    const grow = (factor: number) => {
      const { size } = hand.state;
      const wanted = Math.round(size * factor);
      hand.set({ size: Math.min(MOST_BRUSH, Math.max(1, wanted === size ? size + Math.sign(factor - 1) : wanted)) });
    };
    const harden = (by: number) => hand.set({ hardness: Math.min(1, Math.max(0, Math.round((hand.state.hardness + by) * 10) / 10)) });
    const whole = (act: () => void) => () => {
      if (hand.state.busy) return;
      hand.cancel();
      act();
    };
    const trimap = mode === "trimap";
    return [
      ...tools.map((one) => ({ id: `mask.${one}`, name: t(`tool.${one}`), icon: ICONS[one], keys: KEYS[one], group, perform: () => hand.set({ tool: one }) })),
      { id: "mask.swap", name: t(trimap ? "swapLabels" : "swap"), keys: "x", group, perform: () => hand.swap() },
      { id: "mask.smaller", name: t("smaller"), keys: "[", group, perform: () => grow(1 / BRUSH_STEP) },
      { id: "mask.larger", name: t("larger"), keys: "]", group, perform: () => grow(BRUSH_STEP) },
      ...(trimap
        ? []
        : [
            { id: "mask.softer", name: t("softer"), keys: "shift+[", group, perform: () => harden(-0.1) },
            { id: "mask.harder", name: t("harder"), keys: "shift+]", group, perform: () => harden(0.1) },
            // The same keys, named by what they type on most keyboards.
            { id: "mask.softer2", name: t("softer"), keys: "{", hidden: true, perform: () => harden(-0.1) },
            { id: "mask.harder2", name: t("harder"), keys: "}", hidden: true, perform: () => harden(0.1) },
          ]),
      {
        id: "mask.undo",
        name: t("undo"),
        keys: "mod+z",
        group,
        perform: () => {
          if (mask.history.canUndo) announce(t("undone"));
          hand.undo();
        },
      },
      {
        id: "mask.redo",
        name: t("redo"),
        keys: "mod+shift+z",
        group,
        perform: () => {
          if (mask.history.canRedo) announce(t("redone"));
          hand.redo();
        },
      },
      { id: "mask.redo2", name: t("redo"), keys: "mod+y", hidden: true, perform: () => hand.redo() },
      { id: "mask.invert", name: t(trimap ? "invertLabels" : "invert"), keys: "i", group, perform: whole(() => mask.invert()) },
      { id: "mask.all", name: t(trimap ? "allKeep" : "all"), keys: "mod+a", group, perform: whole(() => mask.fill(255)) },
      {
        id: "mask.clear",
        name: t("clear"),
        keys: "delete",
        group,
        perform: whole(() => {
          mask.clear();
          announce(t("cleared"));
        }),
      },
      ...(trimap ? [] : [{ id: "mask.edge", name: t("edge"), group, perform: () => setEdge(true) }]),
      { id: "mask.upload", name: t("upload"), group, perform: () => upload.current?.click() },
      { id: "mask.download", name: t("download"), group, perform: () => void download() },
      { id: "mask.fit", name: t("zoomFit"), keys: "0", group, perform: () => camera.fit() },
      { id: "mask.full", name: t("zoomFull"), keys: "1", group, perform: () => camera.zoomTo(1) },
      { id: "mask.in", name: t("zoomIn"), keys: "+", group, perform: () => camera.step(1) },
      { id: "mask.in2", name: t("zoomIn"), keys: "=", hidden: true, perform: () => camera.step(1) },
      { id: "mask.out", name: t("zoomOut"), keys: "-", group, perform: () => camera.step(-1) },
    ];
  }, [easel, mode, t, tools, download]);
  useActions(offered, { when: active });

  return (
    <div ref={root} role="group" aria-label={t("editor")} className={cx("relative flex size-full min-h-0 min-w-0", narrow ? "flex-col" : "flex-row")}>
      {!narrow && <ToolStrip tools={tools} state={state} painter={painter} vertical />}
      <div className="relative min-h-0 min-w-0 flex-1">
        <div
          ref={stage}
          role="application"
          aria-label={t("stage", { name: image.alt === "" ? t("untitled") : image.alt })}
          aria-describedby="mask-help"
          aria-busy={state.busy}
          // Arrow keys and Space paint here: a canvas is operated, not read.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="absolute inset-0 touch-none overflow-hidden bg-canvas -outline-offset-2 select-none"
        >
          <img
            ref={picture}
            src={image.src}
            alt={image.alt}
            width={width}
            height={height}
            draggable={false}
            decoding="async"
            className={cx("checkered pointer-events-none absolute top-0 left-0 max-w-none origin-top-left", look.alone && "invisible")}
            style={{ width, height }}
          />
          <canvas ref={canvas} aria-hidden className="pointer-events-none absolute top-0 left-0" />
        </div>
        <p id="mask-help" className="sr-only">
          {t("help")}
        </p>
        {state.busy && easel && <Progress value={null} label={t("working")} className="absolute inset-x-0 top-0" />}
        {actions !== undefined && <div className="pointer-events-none absolute top-3 right-3 flex flex-wrap justify-end gap-2 [&>*]:pointer-events-auto">{actions}</div>}
        {!narrow && easel && (
          <div className="pointer-events-none absolute inset-x-3 bottom-3 flex justify-center">
            <Bar easel={easel} state={state} actions={offered} look={look} onLook={setLook} />
          </div>
        )}
      </div>
      {narrow && easel && <Bar easel={easel} state={state} actions={offered} look={look} onLook={setLook} narrow />}
      {narrow && <ToolStrip tools={tools} state={state} painter={painter} />}
      <input
        ref={upload}
        type="file"
        accept="image/*"
        aria-label={t("upload")}
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void open(file);
        }}
      />
      {easel && <EdgeDialog open={edge} onClose={() => setEdge(false)} onApply={(kind, radius) => void easel.painter.change(kind, radius)} longest={Math.max(width, height)} />}
      {easel && (
        <MisfitDialog
          plane={misfit?.plane ?? null}
          width={width}
          height={height}
          onClose={() => setMisfit(null)}
          onScale={(plane) => void easel.painter.wait(async () => easel.mask.replace(await easel.scaled(plane)))}
        />
      )}
    </div>
  );
}
