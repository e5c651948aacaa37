/** A film for those who make films: picture by picture, again and again, slower, and any of its pictures to be kept. */

import "@/i18n/footage";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Camera, ChevronsRight, Gauge, Maximize, Pause, Play, Repeat, SkipBack, SkipForward, Volume2, VolumeX } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Asset } from "@/api";
import { useAssetActions } from "@/features/assets/actions";
import { FRAME, pictured, seenAs } from "@/features/assets/pictured";
import { useActions, type Action } from "@/shell/actions";
import { Button, buttonClass, IconButton, Menu, say } from "@/ui";
import { clock, frameAt, middleOf } from "./times";

interface PlayerProps {
  asset: Asset;
  /** Whether it hears the keyboard: of two beside each other, one does. */
  keys?: boolean;
}

const PACES = [0.25, 0.5, 1, 1.5, 2];
/** What can be done with the frame that is seen, in their order. */
const FRAMED = ["asset.transform", "asset.edit", "asset.upscale", "asset.control", "asset.reference", "asset.start", "asset.sequence"];

export default function Player({ asset, keys = true }: PlayerProps) {
  const { t } = useTranslation("footage");
  const known = useSuspenseQuery(operations).data;
  const navigate = useNavigate();
  const whole = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [now, setNow] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [loop, setLoop] = useState(true);
  const [muted, setMuted] = useState(false);
  const [pace, setPace] = useState(1);
  const [busy, setBusy] = useState(false);
  const { fps, seconds, frames } = measured(asset);
  const frame = frameAt(now, fps, frames);
  const sounds = asset.facts["audio"] !== null && asset.facts["audio"] !== undefined;

  useFrames(video, setNow);

  const toggle = useCallback(() => {
    const film = video.current;
    if (film) void (film.paused ? film.play().catch(() => undefined) : film.pause());
  }, []);
  const seek = useCallback(
    (to: number) => {
      const film = video.current;
      if (!film) return;
      film.currentTime = Math.min(Math.max(0, seconds), middleOf(Math.min(frames - 1, Math.max(0, to)), fps));
    },
    [fps, frames, seconds],
  );
  const step = useCallback(
    (by: number) => {
      const film = video.current;
      if (!film) return;
      film.pause();
      seek(frameAt(film.currentTime, fps, frames) + by);
    },
    [seek, fps, frames],
  );
  const fill = useCallback(() => void (document.fullscreenElement ? document.exitFullscreen() : whole.current?.requestFullscreen()), []);

  /** Whoever takes a frame of it takes the one that stands now. */
  useEffect(
    () =>
      seenAs(asset.id, {
        at: () => {
          video.current?.pause();
          return middleOf(frameAt(video.current?.currentTime ?? 0, fps, frames), fps);
        },
      }),
    [asset.id, fps, frames],
  );
  /** The picture that stands now, with the film's own pixels: taken out by the studio. */
  const keep = async (): Promise<Asset | undefined> => {
    if (busy) return undefined;
    setBusy(true);
    try {
      return await pictured(asset);
    } finally {
      setBusy(false);
    }
  };
  const save = async () => {
    const picture = await keep();
    if (picture) say({ title: t("player.saved"), action: { label: t("player.show"), perform: () => void navigate({ to: ".", search: (before) => ({ ...before, view: picture.id }) }) } });
  };
  const takes = asset.deleted_at === null && known.some((operation) => operation.op === FRAME && operation.offers.length > 0);
  const actions = useAssetActions(asset);
  const framed = FRAMED.flatMap((id) => actions.filter((action) => action.id === id));

  useActions(
    useMemo<Action[]>(
      () => [
        { id: "player.toggle", name: playing ? t("player.pause") : t("player.play"), group: t("player.group"), keys: "k", perform: toggle },
        { id: "player.back", name: t("player.back"), group: t("player.group"), keys: ",", perform: () => step(-1) },
        { id: "player.on", name: t("player.on"), group: t("player.group"), keys: ".", perform: () => step(1) },
        { id: "player.loop", name: t("player.loop"), group: t("player.group"), keys: "l", perform: () => setLoop((before) => !before) },
        ...(sounds ? [{ id: "player.mute", name: t("player.mute"), group: t("player.group"), keys: "m", perform: () => setMuted((before) => !before) }] : []),
        { id: "player.fill", name: t("player.fill"), group: t("player.group"), keys: "shift+f", perform: fill },
      ],
      [t, playing, sounds, toggle, step, fill],
    ),
    { when: keys },
  );

  const poster = asset.facts["preview"] ? asset.preview : `${asset.thumbnail}?size=512`;
  return (
    <section ref={whole} aria-label={t("player.label", { title: asset.title })} className="@container flex size-full min-h-0 flex-col bg-canvas">
      <div className="grid min-h-0 flex-1 place-items-center overflow-hidden p-6 max-md:p-2">
        {/* eslint-disable-next-line jsx-a11y/media-has-caption -- what people make here has no words of its own */}
        <video
          key={asset.id}
          ref={video}
          playsInline
          preload="auto"
          loop={loop}
          muted={muted}
          poster={poster}
          src={asset.file}
          aria-label={asset.title}
          width={asset.width}
          height={asset.height}
          onClick={toggle}
          onPlay={() => setPlaying(true)}
          onPause={() => setPlaying(false)}
          onLoadedData={(event) => (event.currentTarget.playbackRate = pace)}
          className="h-auto max-h-full w-auto max-w-full rounded-md shadow-card"
        />
      </div>
      <div className="flex shrink-0 flex-col gap-1 border-t border-line bg-panel px-3 pt-2 pb-1.5">
        <input
          type="range"
          aria-label={t("player.position")}
          aria-valuetext={t("player.at", { time: clock(frame / fps), frame: frame + 1, frames })}
          min={0}
          max={frames - 1}
          step={1}
          value={frame}
          onChange={(event) => seek(Number(event.currentTarget.value))}
          // Arrows are its own, and do not go to the next film.
          onKeyDown={(event) => event.key.length > 1 && event.stopPropagation()}
          className="h-5 w-full cursor-pointer accent-ring coarse:h-9"
        />
        <div className="flex flex-wrap items-center gap-0.5">
          <IconButton label={t("player.back")} keys="," size="sm" onClick={() => step(-1)}>
            <SkipBack size={15} aria-hidden />
          </IconButton>
          <IconButton label={playing ? t("player.pause") : t("player.play")} keys="k" onClick={toggle}>
            {playing ? <Pause size={18} aria-hidden /> : <Play size={18} aria-hidden />}
          </IconButton>
          <IconButton label={t("player.on")} keys="." size="sm" onClick={() => step(1)}>
            <SkipForward size={15} aria-hidden />
          </IconButton>
          <p className="num mr-auto px-2 text-xs whitespace-nowrap text-fg-2" data-frame={frame}>
            {clock(frame / fps)} <span className="text-fg-3">{t("player.of", { time: clock(seconds) })}</span>
            <span className="ml-2.5 text-fg-3 @max-lg:hidden">{t("player.frame", { frame: frame + 1, frames })}</span>
          </p>
          <IconButton label={t("player.loop")} keys="l" size="sm" on={loop} onClick={() => setLoop(!loop)}>
            <Repeat size={15} aria-hidden />
          </IconButton>
          {sounds && (
            <IconButton label={t("player.mute")} keys="m" size="sm" on={muted} onClick={() => setMuted(!muted)}>
              {muted ? <VolumeX size={15} aria-hidden /> : <Volume2 size={15} aria-hidden />}
            </IconButton>
          )}
          <Menu
            placement="top-end"
            trigger={
              <button type="button" aria-label={t("player.pace", { pace })} className={buttonClass("ghost", "sm", "num !px-1.5")}>
                <Gauge size={15} aria-hidden />
                {t("player.times", { pace })}
              </button>
            }
            items={PACES.map((one) => ({
              id: String(one),
              label: t("player.times", { pace: one }),
              onSelect: () => {
                setPace(one);
                if (video.current) video.current.playbackRate = one;
              },
            }))}
          />
          <IconButton label={t("player.fill")} keys="shift+f" size="sm" onClick={fill}>
            <Maximize size={15} aria-hidden />
          </IconButton>
          {takes && (
            <>
              <Button size="sm" look="ghost" disabled={busy} onClick={() => void save()}>
                <Camera size={14} aria-hidden />
                {busy ? t("player.taking") : t("player.save")}
              </Button>
              <Menu
                placement="top-end"
                trigger={
                  <button type="button" disabled={busy} className={buttonClass("ghost", "sm")}>
                    <ChevronsRight size={14} aria-hidden />
                    {t("player.further")}
                  </button>
                }
                items={framed.map((action) => ({ id: action.id, label: action.id === "asset.transform" ? t("player.extend") : action.name, icon: action.icon && <action.icon size={15} aria-hidden />, onSelect: action.perform }))}
              />
            </>
          )}
        </div>
      </div>
    </section>
  );
}

function measured({ facts }: Asset): { fps: number; seconds: number; frames: number } {
  const fps = typeof facts["fps"] === "number" && facts["fps"] > 0 ? facts["fps"] : 30;
  const seconds = typeof facts["seconds"] === "number" ? facts["seconds"] : 0;
  return { fps, seconds, frames: Math.max(1, Math.round(seconds * fps)) };
}

/** Says which moment is seen, picture by picture where the browser tells that. */
function useFrames(video: React.RefObject<HTMLVideoElement | null>, tell: (seconds: number) => void): void {
  useEffect(() => {
    const film = video.current;
    if (!film) return undefined;
    let handle = 0;
    const next = () => {
      handle = film.requestVideoFrameCallback((_, { mediaTime }) => {
        tell(mediaTime);
        next();
      });
    };
    const moved = () => tell(film.currentTime);
    const told = typeof film.requestVideoFrameCallback === "function";
    if (told) next();
    else film.addEventListener("timeupdate", moved);
    film.addEventListener("seeked", moved);
    return () => {
      if (told) film.cancelVideoFrameCallback(handle);
      film.removeEventListener("timeupdate", moved);
      film.removeEventListener("seeked", moved);
    };
  }, [video, tell]);
}
