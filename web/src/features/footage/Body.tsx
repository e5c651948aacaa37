/** A 3D model: turned by hand, by keys or by itself, under a light that can be moved; with what can be told of it. */

import "@/i18n/footage";
import { useQuery } from "@tanstack/react-query";
import { Box, Camera, Download, Grid3x3, Rotate3d, RotateCcw, Sun } from "lucide-react";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { readGlb } from "@/engine/mesh/glb";
import { pictured, seenAs } from "@/features/assets/pictured";
import { type Look, Scene, START } from "@/engine/mesh/scene";
import { bytes, count } from "@/lib/format";
import { Button, buttonClass, IconButton, Popover, say, Segment, Stepper } from "@/ui";

const KEYS: Record<string, Partial<Record<keyof Look, number>>> = {
  ArrowLeft: { turn: -6 },
  ArrowRight: { turn: 6 },
  ArrowUp: { tilt: -6 },
  ArrowDown: { tilt: 6 },
  "+": { zoom: 1.15 },
  "=": { zoom: 1.15 },
  "-": { zoom: 1 / 1.15 },
};
/** Degrees a second of the turntable. */
const PACE = 40;
const STEEP = 89;
const KINDS = ["glb", "obj", "stl", "ply"] as const;

export default function Body({ asset }: { asset: Asset }) {
  const { t } = useTranslation("footage");
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<Scene | null>(null);
  const [look, setLook] = useState<Look>(START);
  const [turning, setTurning] = useState(false);
  const [state, setState] = useState<"loading" | "ready" | "away">("loading");
  const { data: parts, isError } = useQuery({
    queryKey: ["mesh", asset.id],
    queryFn: async () => readGlb(await (await fetch(asset.file)).arrayBuffer()),
    gcTime: 0,
    retry: false,
  });

  useEffect(() => {
    if (!canvas.current || !parts) return undefined;
    let here = true;
    try {
      const made = new Scene(canvas.current, parts);
      scene.current = made;
      void made.dress().then(() => here && setState("ready"));
    } catch {
      setState("away");
    }
    return () => {
      here = false;
      scene.current = null;
    };
  }, [parts]);

  /** The colour of its edges: that of the page's text. */
  const line = useCallback((): [number, number, number] => {
    const [red = 0, green = 0, blue = 0] = (canvas.current ? getComputedStyle(canvas.current).color.match(/[\d.]+/g) : null)?.map(Number) ?? [];
    return [red / 255, green / 255, blue / 255];
  }, []);

  // Drawn when something of it changed, and when its frame did.
  useEffect(() => {
    const element = canvas.current;
    if (!element || state !== "ready") return undefined;
    const draw = () => scene.current?.draw(look, line());
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(element);
    return () => watch.disconnect();
  }, [look, state, line]);

  // Whoever takes a picture of it takes it from where it is seen now.
  const now = useRef(look);
  useEffect(() => {
    now.current = look;
  });
  useEffect(() => {
    if (state !== "ready") return undefined;
    return seenAs(asset.id, {
      view: () =>
        new Promise((resolve) => {
          // What was drawn is gone with its frame: it is drawn once more, and read at once.
          scene.current?.draw(now.current, line());
          if (canvas.current) canvas.current.toBlob(resolve, "image/png");
          else resolve(null);
        }),
    });
  }, [asset.id, state, line]);

  useEffect(() => {
    if (!turning) return undefined;
    let last = performance.now();
    let handle = requestAnimationFrame(function next(now) {
      const by = ((now - last) / 1000) * PACE;
      last = now;
      setLook((before) => ({ ...before, turn: before.turn + by }));
      handle = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(handle);
  }, [turning]);

  const change = (by: Partial<Record<keyof Look, number>>) =>
    setLook((before) => ({
      ...before,
      turn: before.turn + (by.turn ?? 0),
      tilt: Math.min(STEEP, Math.max(-STEEP, before.tilt + (by.tilt ?? 0))),
      zoom: Math.min(8, Math.max(0.3, before.zoom * (by.zoom ?? 1))),
    }));
  const hands = useHands(change);

  const away = state === "away" || isError;
  return (
    <section aria-label={t("body.label", { title: asset.title })} className="relative flex size-full min-h-0 flex-col bg-canvas">
      <div className="relative min-h-0 flex-1">
        {away || state === "loading" ? <img src={`${asset.thumbnail}?size=512`} alt={asset.title} className="absolute inset-0 m-auto max-h-full max-w-full rounded-md object-contain p-6" /> : null}
        {away && <p className="absolute inset-x-4 top-4 mx-auto max-w-[52ch] rounded-md bg-overlay px-3 py-2 text-center text-sm shadow-card">{t("body.away")}</p>}
        {!away && (
          // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it is turned by keys as by hand
          <div
            tabIndex={0} // eslint-disable-line jsx-a11y/no-noninteractive-tabindex
            role="application"
            aria-label={t("body.canvas", { title: asset.title })}
            aria-describedby="body-keys"
            data-state={state}
            data-turn={Math.round(look.turn)}
            onKeyDown={(event) => {
              const by = event.key === "0" ? null : KEYS[event.key];
              if (by === undefined || event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              event.stopPropagation();
              if (by) change(by);
              else setLook(START);
            }}
            {...hands}
            className="absolute inset-0 cursor-grab touch-none outline-none focus-visible:outline-2 focus-visible:-outline-offset-4 focus-visible:outline-ring active:cursor-grabbing"
          >
            <canvas ref={canvas} className="size-full text-fg" />
          </div>
        )}
        <p id="body-keys" className="sr-only">
          {t("body.keys")}
        </p>
        <Facts asset={asset} />
      </div>
      <div className="flex shrink-0 flex-wrap items-center gap-1 border-t border-line bg-panel px-3 py-2">
        {!away && (
          <>
            <IconButton label={t("body.turntable")} size="sm" on={turning} onClick={() => setTurning(!turning)}>
              <Rotate3d size={16} aria-hidden />
            </IconButton>
            <IconButton label={t("body.wires")} size="sm" on={look.wires} onClick={() => setLook({ ...look, wires: !look.wires })}>
              <Grid3x3 size={16} aria-hidden />
            </IconButton>
            <IconButton label={t("body.plain")} size="sm" on={look.plain} onClick={() => setLook({ ...look, plain: !look.plain })}>
              <Box size={16} aria-hidden />
            </IconButton>
            <IconButton label={t("body.reset")} size="sm" onClick={() => (setTurning(false), setLook(START))}>
              <RotateCcw size={15} aria-hidden />
            </IconButton>
            <label className="ml-2 flex items-center gap-2 text-xs text-fg-2">
              <Sun size={15} aria-hidden />
              <span className="max-md:sr-only">{t("body.light")}</span>
              <input type="range" onKeyDown={(event) => event.stopPropagation()} min={-180} max={180} step={6} value={look.light} onChange={(event) => setLook({ ...look, light: Number(event.currentTarget.value) })} className="w-28 cursor-pointer accent-ring" />
            </label>
          </>
        )}
        <span className="ml-auto" />
        {asset.deleted_at === null && <SaveView asset={asset} />}
        <Export asset={asset} />
      </div>
    </section>
  );
}

/** What is seen of it, as a picture in the library. */
function SaveView({ asset }: { asset: Asset }) {
  const { t } = useTranslation("footage");
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const picture = await pictured(asset);
    setBusy(false);
    if (picture) say({ title: t("body.saved"), action: { label: t("player.show"), perform: () => void navigate({ to: ".", search: (before) => ({ ...before, view: picture.id }) }) } });
  };
  return (
    <Button size="sm" look="ghost" disabled={busy} onClick={() => void save()}>
      <Camera size={14} aria-hidden />
      {t("body.save")}
    </Button>
  );
}

function Facts({ asset }: { asset: Asset }) {
  const { t } = useTranslation("footage");
  const { vertices, triangles, size, closed } = asset.facts;
  const sides = Array.isArray(size) ? (size as number[]).map((side) => `${Number((side * 100).toPrecision(3))}`).join(" × ") : "";
  const rows = [
    ...(typeof vertices === "number" ? [[t("body.vertices"), count(vertices)]] : []),
    ...(typeof triangles === "number" ? [[t("body.faces"), count(triangles)]] : []),
    ...(sides ? [[t("body.size"), t("body.cm", { sides })]] : []),
    ...(typeof closed === "boolean" ? [[t("body.closed"), closed ? t("body.yes") : t("body.no")]] : []),
    [t("body.file"), bytes(asset.bytes)],
  ];
  return (
    <dl aria-label={t("body.facts")} className="pointer-events-none absolute top-3 left-3 grid grid-cols-[auto_auto] gap-x-3 gap-y-0.5 rounded-md bg-overlay px-3 py-2 text-xs shadow-card">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-fg-3">{name}</dt>
          <dd className="num text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Export({ asset }: { asset: Asset }) {
  const { t } = useTranslation("footage");
  const [kind, setKind] = useState<(typeof KINDS)[number]>("glb");
  const [long, setLong] = useState<number | null>(null);
  const sized = kind !== "glb" && long !== null;
  return (
    <Popover
      placement="top-end"
      title={t("body.export")}
      trigger={
        <button type="button" className={buttonClass("default", "sm")}>
          <Download size={14} aria-hidden />
          {t("body.export")}
        </button>
      }
    >
      <div className="flex w-64 flex-col gap-3.5">
        <Segment label={t("body.format")} value={kind} onChange={(next) => setKind(next as typeof kind)} items={KINDS.map((one) => ({ value: one, label: one.toUpperCase() }))} />
        <p className="text-xs text-fg-3">{t(`body.about.${kind}`)}</p>
        {kind !== "glb" && <Stepper label={t("body.long")} value={long} min={1} max={100_000} step={10} onChange={setLong} placeholder={t("body.own")} />}
        <a href={`/api/assets/${asset.id}/mesh?as=${kind}${sized ? `&mm=${long}` : ""}`} download className={buttonClass("primary", "md")}>
          <Download size={15} aria-hidden />
          {t("body.download", { kind: kind.toUpperCase() })}
        </a>
      </div>
    </Popover>
  );
}

/** One finger or the mouse turns it, two fingers or the wheel zoom. */
function useHands(change: (by: Partial<Record<keyof Look, number>>) => void) {
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const gone = (event: React.PointerEvent) => void fingers.current.delete(event.pointerId);
  return {
    onPointerDown: (event: React.PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: React.PointerEvent) => {
      const before = fingers.current.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const [other] = [...fingers.current].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      if (other) change({ zoom: Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y)) });
      else change({ turn: (now.x - before.x) * 0.5, tilt: (now.y - before.y) * 0.5 });
      fingers.current.set(event.pointerId, now);
    },
    onPointerUp: gone,
    onPointerCancel: gone,
    onWheel: (event: React.WheelEvent) => change({ zoom: Math.exp(-event.deltaY * 0.0015) }),
  };
}
