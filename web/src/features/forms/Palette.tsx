/** Colours to take: those of the picture that is worked on, those that were taken lately, and any of its pixels. */

import { useQuery } from "@tanstack/react-query";
import { Pipette } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { assetOf, type Asset } from "@/api";
import { IconButton, Popover } from "@/ui";

const MOST = 8;

interface Recent {
  colours: string[];
  take: (colour: string) => void;
}

const useRecent = create<Recent>()(
  persist((set) => ({ colours: [], take: (colour) => set(({ colours }) => ({ colours: [colour, ...colours.filter((one) => one !== colour)].slice(0, MOST) })) }), { name: "gesso.colours", version: 1 }),
);

/** Remembers a colour that was chosen. */
export function remember(colour: string): void {
  useRecent.getState().take(colour);
}

/** The main colours of a picture, as the studio saw them when it came in. */
function coloursOf(asset: Asset | undefined): string[] {
  const found = (asset?.facts["seen"] as { colours?: unknown } | undefined)?.colours;
  return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : [];
}

interface PaletteProps {
  title: string;
  source: string | undefined;
  onPick: (colour: string) => void;
}

export function Swatches({ title, source, onPick }: PaletteProps) {
  const { t } = useTranslation("forms");
  const { data: asset } = useQuery({ ...assetOf(source ?? ""), enabled: source !== undefined });
  const recent = useRecent((state) => state.colours);
  const seen = coloursOf(asset).map((colour) => colour.toLowerCase());
  const all = [...new Set([...seen, ...recent])];
  if (all.length === 0) return null;
  return (
    <div role="group" aria-label={t("colour.known", { what: title })} className="mt-2 flex flex-wrap gap-1.5">
      {all.map((colour) => (
        <button key={colour} type="button" title={colour} aria-label={colour} onClick={() => onPick(colour)} className="size-6 rounded-full border border-line-2 hover:ring-2 hover:ring-ring coarse:size-11" style={{ backgroundColor: colour }} />
      ))}
    </div>
  );
}

/** A pipette over the picture: the pixel under the pointer, or under the crosshair of the arrow keys. */
export function FromPicture({ title, source, onPick }: PaletteProps & { source: string }) {
  const { t } = useTranslation("forms");
  const { data: asset } = useQuery(assetOf(source));
  const [open, setOpen] = useState(false);
  return (
    <Popover
      title={t("colour.from", { what: title })}
      open={open}
      onOpenChange={setOpen}
      placement="right-end"
      className="w-80 p-3"
      trigger={
        <IconButton label={t("colour.from", { what: title })}>
          <Pipette size={16} aria-hidden />
        </IconButton>
      }
    >
      {open && asset && (
        <Pipetted
          asset={asset}
          onPick={(colour) => {
            onPick(colour);
            setOpen(false);
          }}
        />
      )}
    </Popover>
  );
}

/** So many pixels of the screen: what is looked at is no larger. */
const SIDE = 296;

function Pipetted({ asset, onPick }: { asset: Asset; onPick: (colour: string) => void }) {
  const { t } = useTranslation("forms");
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useRef<HTMLSpanElement>(null);
  const words = useRef<HTMLSpanElement>(null);
  const place = useRef({ x: 0.5, y: 0.5 });
  const scale = SIDE / Math.max(asset.width, asset.height);
  const [width, height] = [Math.max(1, Math.round(asset.width * scale)), Math.max(1, Math.round(asset.height * scale))];
  useEffect(() => {
    const picture = new Image();
    picture.onload = () => {
      const on = canvas.current?.getContext("2d", { willReadFrequently: true });
      // As large as the preview is, so that one pixel is one and not a mixture.
      if (!on || !canvas.current) return;
      canvas.current.width = picture.naturalWidth;
      canvas.current.height = picture.naturalHeight;
      on.drawImage(picture, 0, 0);
    };
    picture.src = asset.preview;
    return () => {
      picture.onload = null;
    };
  }, [asset.preview]);
  const at = (): string => {
    const on = canvas.current!;
    const column = Math.min(on.width - 1, Math.floor(place.current.x * on.width));
    const row = Math.min(on.height - 1, Math.floor(place.current.y * on.height));
    const [red = 0, green = 0, blue = 0] = on.getContext("2d", { willReadFrequently: true })!.getImageData(column, row, 1, 1).data;
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  // With every move of the pointer: drawn without React.
  const look = () => {
    const colour = at();
    const { style } = shown.current!;
    style.setProperty("--at", colour);
    style.left = `${place.current.x * 100}%`;
    style.top = `${place.current.y * 100}%`;
    words.current!.textContent = colour;
  };
  const move = (x: number, y: number) => {
    place.current = { x: Math.min(0.9999, Math.max(0, x)), y: Math.min(0.9999, Math.max(0, y)) };
    look();
  };
  return (
    <>
      <button
        type="button"
        aria-label={t("colour.pipette")}
        className="relative mx-auto block cursor-crosshair touch-none overflow-hidden rounded-sm"
        style={{ width, height }}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
        }}
        onKeyDown={(event) => {
          const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
          if (!way) return;
          event.preventDefault();
          const step = event.shiftKey ? 10 : 1;
          move(place.current.x + (way[0]! * step) / width, place.current.y + (way[1]! * step) / height);
        }}
        onClick={(event) => {
          // Of a finger, nothing was heard before; of a key, there is no place.
          const box = event.currentTarget.getBoundingClientRect();
          if (event.detail > 0) move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
          onPick(at());
        }}
      >
        <canvas ref={canvas} aria-hidden className="size-full" />
        <span ref={shown} aria-hidden className="pointer-events-none absolute top-1/2 left-1/2 size-7 -translate-1/2 rounded-full border-2 border-white bg-(--at) shadow-[0_0_0_1px_oklch(0_0_0/.7)]" />
      </button>
      <p className="mt-2 flex justify-between gap-2 text-xs text-fg-3">
        {t("colour.hint")}
        <span ref={words} className="num text-fg" />
      </p>
    </>
  );
}
