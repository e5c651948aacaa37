/** Pictures one after the other: dragged or moved by keys, each with its length, and with what comes between. */

import "@/i18n/footage";
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, ImagePlus, Images, Trash2 } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf } from "@/api";
import { DRAGGED, said } from "@/features/forms";
import type { Option } from "@/features/forms/schema";
import { clock } from "@/features/footage/times";
import { upload } from "@/features/library/uploads";
import { patient } from "@/lib/later";
import { announce } from "@/shell/announce";
import { Button, cx, IconButton, Select, Stepper } from "@/ui";
import { LEAST, lengthOf, MOST, moved, type Shot } from "./shots";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

interface TimelineProps {
  shots: readonly Shot[];
  /** What may stand between two of them. */
  between: readonly Option[];
  most: number;
  /** The length that a new one has, and what comes after it. */
  usual: Pick<Shot, "seconds" | "then">;
  onChange: (shots: Shot[]) => void;
}

const SHOT = "application/x-gesso-shot";

export function Timeline({ shots, between, most, usual, onChange }: TimelineProps) {
  const { t } = useTranslation("footage");
  const [picking, setPicking] = useState(false);
  const [over, setOver] = useState<number | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const add = (images: readonly string[], at = shots.length) => {
    const room = images.slice(0, most - shots.length).map((image) => ({ image, ...usual }));
    onChange([...shots.slice(0, at), ...room, ...shots.slice(at)]);
  };
  const take = async (files: readonly File[], at?: number) => add((await upload(files)).filter((asset) => asset.kind === "image").map((asset) => asset.id), at);
  const move = (from: number, to: number) => {
    if (to < 0 || to >= shots.length) return;
    onChange(moved(shots, from, to));
    announce(t("line.moved", { n: to + 1, count: shots.length }));
    // The hand stays at the picture that it moved.
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>("[data-shot]")[to]?.focus());
  };
  const set = (index: number, change: Partial<Shot>) => onChange(shots.map((shot, at) => (at === index ? { ...shot, ...change } : shot)));
  const drop = (event: React.DragEvent, at: number) => {
    setOver(null);
    const from = event.dataTransfer.getData(SHOT);
    const asset = event.dataTransfer.getData(DRAGGED);
    const files = [...event.dataTransfer.files];
    if (from === "" && asset === "" && files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (from !== "") move(Number(from), Number(from) < at ? at - 1 : at);
    else if (asset !== "") add([asset], at);
    else void take(files, at);
  };
  const dragging = (at: number) => ({
    onDragOver: (event: React.DragEvent) => {
      event.preventDefault();
      event.stopPropagation();
      setOver(at);
    },
    onDragLeave: () => setOver(null),
    onDrop: (event: React.DragEvent) => drop(event, at),
  });
  return (
    <section aria-label={t("line.label")} className="shrink-0 border-t border-line bg-panel" data-takes-files>
      <div className="flex items-center gap-2 px-3 pt-2">
        <p className="num mr-auto text-xs text-fg-2">
          {t("line.pictures", { count: shots.length })}
          <span className="ml-2 font-semibold text-fg">{clock(lengthOf(shots), 1)}</span>
        </p>
        <Button size="sm" disabled={shots.length >= most} onClick={() => setPicking(true)}>
          <Images size={14} aria-hidden />
          <span className="max-md:sr-only">{t("line.library")}</span>
        </Button>
        <Button size="sm" disabled={shots.length >= most} onClick={() => file.current?.click()}>
          <ImagePlus size={14} aria-hidden />
          <span className="max-md:sr-only">{t("line.upload")}</span>
        </Button>
        <input ref={file} type="file" multiple accept="image/*,.heic,.heif" className="hidden" aria-label={t("line.upload")} onChange={(event) => void take([...(event.target.files ?? [])])} />
      </div>
      <ol ref={list} className="flex items-start gap-0 overflow-x-auto px-3 pt-2 pb-3">
        {shots.map((shot, index) => (
          <li key={`${shot.image} ${index}`} {...dragging(index)} className="flex shrink-0 items-start">
            <span aria-hidden className={cx("h-20 w-1 rounded-full", over === index && "bg-ring")} />
            <div className="w-36">
              {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- moved by keys as by hand */}
              <div
                role="group"
                tabIndex={0} // eslint-disable-line jsx-a11y/no-noninteractive-tabindex
                data-shot
                draggable
                aria-label={t("line.shot", { n: index + 1, count: shots.length, time: clock(shot.seconds, 1) })}
                aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight Delete"
                onDragStart={(event) => event.dataTransfer.setData(SHOT, String(index))}
                onKeyDown={(event) => {
                  if (event.target !== event.currentTarget) return;
                  if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) move(index, index + (event.key === "ArrowLeft" ? -1 : 1));
                  else if (event.key === "Delete") onChange(shots.filter((_, at) => at !== index));
                  else return;
                  event.preventDefault();
                }}
                className="group relative h-20 cursor-grab overflow-hidden rounded-md border border-line bg-sunken outline-none focus-visible:ring-2 focus-visible:ring-ring active:cursor-grabbing"
              >
                <Thumb id={shot.image} />
                <span className="num absolute top-1 left-1 rounded-sm bg-overlay px-1.5 text-2xs shadow-card">{index + 1}</span>
                <span className="absolute right-1 bottom-1 flex rounded-sm bg-overlay opacity-0 shadow-card group-focus-within:opacity-100 group-hover:opacity-100 coarse:opacity-100">
                  <IconButton label={t("line.earlier", { n: index + 1 })} size="sm" disabled={index === 0} onClick={() => move(index, index - 1)}>
                    <ChevronLeft size={14} aria-hidden />
                  </IconButton>
                  <IconButton label={t("line.later", { n: index + 1 })} size="sm" disabled={index === shots.length - 1} onClick={() => move(index, index + 1)}>
                    <ChevronRight size={14} aria-hidden />
                  </IconButton>
                  <IconButton label={t("line.remove", { n: index + 1 })} size="sm" onClick={() => onChange(shots.filter((_, at) => at !== index))}>
                    <Trash2 size={13} aria-hidden />
                  </IconButton>
                </span>
              </div>
              <Stepper className="mt-1.5" label={t("line.seconds", { n: index + 1 })} hideLabel value={shot.seconds} min={LEAST} max={MOST} step={0.5} onChange={(next) => next !== null && set(index, { seconds: next })} more={t("line.longer", { n: index + 1 })} less={t("line.shorter", { n: index + 1 })} />
            </div>
            {index < shots.length - 1 && (
              <Select
                size="sm"
                hideLabel
                label={t("line.between", { n: index + 1, next: index + 2 })}
                value={shot.then}
                items={between.map((option) => ({ value: String(option.value), label: said(option.title) }))}
                onChange={(next) => set(index, { then: next })}
                className="mx-1.5 mt-6 w-24"
              />
            )}
          </li>
        ))}
        <li {...dragging(shots.length)} className={cx("grid h-20 shrink-0 place-items-center rounded-md border border-dashed px-4 text-xs text-fg-3", over === shots.length ? "border-ring bg-accent-soft" : "border-line-2", shots.length > 0 && "ml-2")}>
          {t("line.drop")}
        </li>
      </ol>
      <Suspense>
        {picking && (
          <Picker
            title={t("line.library")}
            onClose={() => setPicking(false)}
            onPick={(asset) => {
              setPicking(false);
              add([asset.id]);
            }}
          />
        )}
      </Suspense>
    </section>
  );
}

function Thumb({ id }: { id: string }) {
  const { data } = useQuery(assetOf(id));
  return data ? <img src={`${data.thumbnail}?size=256`} alt="" draggable={false} className="size-full object-cover" /> : null;
}
