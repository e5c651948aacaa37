import { useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { useAssetActions } from "@/features/assets/actions";
import { DRAGGED } from "@/features/forms";
import { sequenceOf, setSequence } from "@/features/viewer/sequence";
import { percent } from "@/lib/format";
import { cx, Menu, Ring, Tip } from "@/ui";

/** Opens the viewer on one of these pictures; its arrows walk through them. */
export function useOpen(assets: readonly Asset[]): (asset: Asset) => void {
  const navigate = useNavigate();
  return useCallback(
    (asset: Asset) => {
      setSequence(sequenceOf(assets.map((one) => one.id)));
      void navigate({ to: ".", search: (now) => ({ ...now, view: asset.id }) });
    },
    [assets, navigate],
  );
}

interface TileProps {
  asset: Asset;
  on: boolean;
  onPick: (asset: Asset) => void;
  onOpen: (asset: Asset) => void;
  square?: boolean;
}

/** Beside the picture itself, this many actions have a button of their own; the others are in the menu. */
const SHOWN = 4;

export function Tile({ asset, on, onPick, onOpen, square }: TileProps) {
  const { t } = useTranslation("assets");
  const actions = useAssetActions(asset);
  const wide = () => matchMedia("(min-width: 1600px)").matches;
  return (
    <figure
      className={cx("group @container relative m-0 animate-[fade_.18s] overflow-hidden rounded-lg after:pointer-events-none after:absolute after:inset-0 after:rounded-lg after:border after:border-line", asset.facts["alpha"] === true ? "checkered" : "bg-raised", on && "ring-2 ring-ring ring-offset-2 ring-offset-bg")}
      style={square ? { aspectRatio: 1 } : { aspectRatio: `${asset.width} / ${asset.height}` }}
    >
      <button
        type="button"
        aria-label={t("open", { title: asset.title })}
        draggable
        onDragStart={(event) => event.dataTransfer.setData(DRAGGED, asset.id)}
        onFocus={() => onPick(asset)}
        onClick={() => {
          onPick(asset);
          if (!wide()) onOpen(asset);
        }}
        onDoubleClick={() => onOpen(asset)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            onOpen(asset);
          }
        }}
        className="block size-full -outline-offset-2"
      >
        <img src={`${asset.thumbnail}?size=512`} alt="" className="size-full object-cover" draggable={false} />
      </button>
      <div className="pointer-events-none absolute inset-x-0 bottom-0 flex items-center gap-1 bg-gradient-to-t from-black/70 to-transparent p-2 pt-10 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 coarse:opacity-100">
        {actions.slice(0, SHOWN).map((action, index) => (
          <Tip key={action.id} label={action.name} keys={action.keys} side="top">
            <button
              type="button"
              aria-label={action.name}
              aria-pressed={action.on}
              onClick={action.perform}
              className={cx("pointer-events-auto size-8 shrink-0 place-items-center rounded-sm text-white hover:bg-white/20 coarse:size-10", index === 0 ? "grid" : "hidden @min-[190px]:grid")}
            >
              {action.icon && <action.icon size={16} className={action.on ? "fill-current" : ""} aria-hidden />}
            </button>
          </Tip>
        ))}
        <Menu
          trigger={
            <button type="button" aria-label={t("more")} className="pointer-events-auto ml-auto grid size-8 shrink-0 place-items-center rounded-sm text-white hover:bg-white/20 coarse:size-10">
              <Ellipsis size={16} aria-hidden />
            </button>
          }
          items={actions.map((action) => ({ id: action.id, label: action.name, icon: action.icon && <action.icon size={15} aria-hidden />, keys: action.keys, danger: action.danger, onSelect: action.perform }))}
        />
      </div>
    </figure>
  );
}

interface ComingProps {
  ratio: string;
  /** How far this one is, 0..1; null while it waits for its turn. */
  progress: number | null;
  /** A picture of the same run that is there already: its colours shimmer through. */
  like: string | undefined;
  /** How it looks so far. */
  glimpse?: string;
  stopping: boolean;
}

/** A picture that is still to come. */
export function Coming({ ratio, progress, like, glimpse, stopping }: ComingProps) {
  const { t } = useTranslation("create");
  return (
    <figure className="relative m-0 overflow-hidden rounded-lg bg-raised" style={{ aspectRatio: ratio }}>
      {glimpse !== undefined ? (
        <img src={glimpse} alt={t("tile.glimpse")} className="size-full object-cover" />
      ) : like !== undefined ? (
        <img src={`${like}?size=256`} alt="" className={cx("size-full scale-150 object-cover blur-2xl", progress === null ? "opacity-35" : "opacity-60")} />
      ) : (
        <div className={cx("size-full bg-gradient-to-br from-accent-soft via-transparent to-active", progress === null && "opacity-50")} />
      )}
      {progress !== null && !stopping && glimpse === undefined && <div aria-hidden className="absolute inset-0 -translate-x-full animate-[sheen_1.8s_ease-in-out_infinite] bg-gradient-to-r from-transparent via-white/14 to-transparent" />}
      <figcaption className="absolute bottom-2.5 left-2.5 flex h-6.5 items-center gap-1.5 rounded-full bg-black/60 px-2.5 text-xs font-medium text-white">
        {progress === null ? (
          t("tile.queued")
        ) : (
          <span className="num flex items-center gap-1.5">
            <Ring value={progress} size={13} />
            {percent(progress)}
          </span>
        )}
      </figcaption>
    </figure>
  );
}
