/** A sound, seen: played from where one clicks, and a part of it marked by two handles. */

import "@/i18n/footage";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Asset } from "@/api";
import { cx, IconButton } from "@/ui";
import { clock } from "./times";

export interface Part {
  start: number;
  end: number;
}

interface WaveProps {
  asset: Asset;
  /** What is marked; without `onPart` nothing can be. */
  part?: Part | undefined;
  onPart?: (part: Part) => void;
  className?: string;
}

const BARS = 160;
const LEAST = 0.1;

const peaksOf = (id: string) =>
  queryOptions({
    queryKey: ["peaks", id],
    queryFn: () => body(api.GET("/api/assets/{asset_id}/peaks", { params: { path: { asset_id: id } } })),
  });

export default function Wave({ asset, part, onPart, className }: WaveProps) {
  const { t } = useTranslation("footage");
  const { data, isError } = useQuery(peaksOf(asset.id));
  const sound = useRef<HTMLAudioElement>(null);
  const ground = useRef<HTMLDivElement>(null);
  const [now, setNow] = useState(0);
  const [playing, setPlaying] = useState(false);
  const seconds = typeof asset.facts["seconds"] === "number" ? asset.facts["seconds"] : (data?.seconds ?? 0);
  const { start, end } = part ?? { start: 0, end: seconds };
  const bars = useMemo(() => drawn(data?.peaks ?? []), [data]);

  const play = () => {
    const element = sound.current;
    if (!element) return;
    if (!element.paused) return element.pause();
    if (element.currentTime < start || element.currentTime >= end - 0.05) element.currentTime = start;
    void element.play().catch(() => undefined);
  };
  // A player tells its time a few times a second; where a part ends is looked at with each picture.
  useEffect(() => {
    if (!playing) return undefined;
    let handle = 0;
    const look = () => {
      const element = sound.current;
      if (!element) return;
      setNow(element.currentTime);
      if (element.currentTime >= end) {
        element.pause();
        element.currentTime = start;
        setNow(start);
      } else handle = requestAnimationFrame(look);
    };
    handle = requestAnimationFrame(look);
    return () => cancelAnimationFrame(handle);
  }, [playing, start, end]);

  const timeAt = (event: React.PointerEvent) => {
    const box = ground.current?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * seconds : 0;
  };
  const go = (event: React.PointerEvent) => {
    const element = sound.current;
    if (!element || seconds === 0) return;
    element.currentTime = timeAt(event);
    setNow(element.currentTime);
  };
  const set = (side: "start" | "end", to: number) => {
    const at = Number(to.toFixed(2));
    if (side === "start") onPart?.({ start: Math.max(0, Math.min(at, end - LEAST)), end });
    else onPart?.({ start, end: Math.min(seconds, Math.max(at, start + LEAST)) });
  };
  const share = (time: number) => (seconds > 0 ? `${(100 * time) / seconds}%` : "0%");
  return (
    <div className={cx("rounded-md border border-line bg-raised p-2", className)}>
      <div ref={ground} className="relative h-20 touch-none">
        <div className="absolute inset-0 cursor-pointer" onPointerDown={go}>
          <svg viewBox={`0 0 ${BARS} 100`} preserveAspectRatio="none" className="size-full text-fg-3" role="img" aria-label={t("wave.label", { title: asset.title, time: clock(seconds, 1) })}>
            <path d={bars} stroke="currentColor" strokeWidth={0.62} strokeLinecap="round" fill="none" />
          </svg>
          <span aria-hidden className="pointer-events-none absolute inset-y-0 overflow-hidden text-accent-text" style={{ left: share(start), right: `calc(100% - ${share(end)})` }}>
            <svg viewBox={`${(BARS * start) / Math.max(seconds, 1e-6)} 0 ${Math.max(1e-3, (BARS * (end - start)) / Math.max(seconds, 1e-6))} 100`} preserveAspectRatio="none" className="size-full">
              <path d={bars} stroke="currentColor" strokeWidth={0.62} strokeLinecap="round" fill="none" />
            </svg>
          </span>
          <span aria-hidden className="pointer-events-none absolute inset-y-0 w-px bg-fg" style={{ left: share(Math.min(now, seconds)) }} />
        </div>
        {onPart && <Handle name={t("wave.start")} value={start} min={0} max={end - LEAST} left={share(start)} onMove={(event) => set("start", timeAt(event))} onSet={(to) => set("start", to)} />}
        {onPart && <Handle name={t("wave.end")} value={end} min={start + LEAST} max={seconds} left={share(end)} onMove={(event) => set("end", timeAt(event))} onSet={(to) => set("end", to)} />}
      </div>
      <div className="mt-1.5 flex items-center gap-1.5">
        <IconButton label={playing ? t("player.pause") : part ? t("wave.part") : t("player.play")} size="sm" onClick={play}>
          {playing ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
        </IconButton>
        <p className="num text-xs text-fg-2">
          {part ? t("wave.span", { start: clock(start), end: clock(end), length: clock(end - start) }) : `${clock(now)} / ${clock(seconds)}`}
        </p>
        {isError && <p className="text-xs text-bad">{t("wave.none")}</p>}
      </div>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- what people make here has no words of its own */}
      <audio ref={sound} src={asset.file} preload="metadata" aria-label={asset.title} onPlay={() => setPlaying(true)} onPause={() => setPlaying(false)} onEnded={() => setPlaying(false)} />
    </div>
  );
}

interface HandleProps {
  name: string;
  value: number;
  min: number;
  max: number;
  left: string;
  onMove: (event: React.PointerEvent) => void;
  onSet: (to: number) => void;
}

function Handle({ name, value, min, max, left, onMove, onSet }: HandleProps) {
  const held = useRef(false);
  const keys: Record<string, number> = { ArrowLeft: value - 0.1, ArrowDown: value - 0.1, ArrowRight: value + 0.1, ArrowUp: value + 0.1, PageDown: value - 1, PageUp: value + 1, Home: min, End: max };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={Number(min.toFixed(2))}
      aria-valuemax={Number(max.toFixed(2))}
      aria-valuenow={Number(value.toFixed(2))}
      aria-valuetext={clock(value)}
      onKeyDown={(event) => {
        const to = keys[event.key];
        if (to === undefined) return;
        event.preventDefault();
        onSet(to);
      }}
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => held.current && onMove(event)}
      onPointerUp={() => (held.current = false)}
      onPointerCancel={() => (held.current = false)}
      className="group absolute inset-y-0 -ml-3 flex w-6 cursor-ew-resize justify-center outline-none"
      style={{ left }}
    >
      <span aria-hidden className="h-full w-0.5 bg-ring" />
      <span aria-hidden className="absolute top-1/2 h-7 w-2.5 -translate-y-1/2 rounded-full bg-ring group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-ring" />
    </div>
  );
}

/** A bar for each of so many parts, about the middle. */
function drawn(peaks: readonly number[]): string {
  if (peaks.length === 0) return "";
  const most = Math.max(24, ...peaks);
  let path = "";
  for (let bar = 0; bar < BARS; bar++) {
    const some = peaks.slice(Math.floor((bar * peaks.length) / BARS), Math.max(Math.floor(((bar + 1) * peaks.length) / BARS), Math.floor((bar * peaks.length) / BARS) + 1));
    const high = Math.max(1.5, 46 * (Math.max(...some) / most));
    path += `M${bar + 0.5} ${(50 - high).toFixed(1)}V${(50 + high).toFixed(1)}`;
  }
  return path;
}
