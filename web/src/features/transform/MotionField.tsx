/** How the camera moves: each way as a small film of it. */

import "@/i18n/footage";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { said, type Form } from "@/features/forms";
import { optionsOf, type Field, textOf } from "@/features/forms/schema";
import { useMedia } from "@/lib/media";
import { Button, cx } from "@/ui";

const STILL = "/motions/still.webp";

export function MotionField({ form, field }: { form: Form; field: Field }) {
  const { t } = useTranslation("footage");
  // Where no hand can lie over one, all of them play.
  const touch = useMedia("(hover: none)");
  const value = textOf(form.values[field.name]);
  const options = optionsOf(field);
  const chosen = options.find((option) => option.value === value);
  // A model that goes by words alone does not hear the choice; it can be said.
  const unheard = form.estimate?.ignored.includes(field.name) === true && chosen !== undefined;
  const prompt = textOf(form.values["prompt"]);
  const words = chosen ? chosen.title.toLowerCase() : "";
  return (
    <div role="radiogroup" aria-label={said(field.title)}>
      <p className="mb-1.5 text-xs font-medium text-fg-2">{said(field.title)}</p>
      <div className="grid grid-cols-4 gap-1.5">
        {options.map((option) => (
          <label key={String(option.value)} className="focus-within-ring group relative flex min-w-0 flex-col rounded-md">
            <input type="radio" name={field.name} value={String(option.value)} checked={option.value === value} onChange={() => form.set(field.name, option.value)} className="absolute inset-0 m-0 cursor-pointer appearance-none outline-none" />
            <span className="pointer-events-none block overflow-hidden rounded-md border border-transparent ring-ring group-has-checked:ring-2">
              <Loop src={option.picture ?? ""} on={option.value === value || touch} />
            </span>
            <span className={cx("pointer-events-none mt-1 truncate text-2xs", option.value === value ? "font-medium text-fg" : "text-fg-3")}>{said(option.title)}</span>
          </label>
        ))}
      </div>
      {unheard && (
        <p className="mt-2 flex flex-wrap items-center gap-2 text-xs text-fg-3">
          {t("motion.unheard")}
          {!prompt.toLowerCase().includes(words) && (
            <Button size="sm" onClick={() => form.set("prompt", prompt === "" ? t("motion.say", { words }) : `${prompt.replace(/[.\s]+$/, "")}. ${t("motion.say", { words })}`)}>
              {t("motion.put")}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

/** Plays while it is chosen or a hand is over it; where nothing shall move, its first picture stands. */
function Loop({ src, on }: { src: string; on: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  useEffect(() => {
    const film = video.current;
    const tile = film?.closest("label");
    if (!film || !tile || still) return undefined;
    const play = () => void film.play().catch(() => undefined);
    const rest = () => (on ? undefined : film.pause());
    if (on) play();
    else film.pause();
    tile.addEventListener("pointerenter", play);
    tile.addEventListener("pointerleave", rest);
    return () => {
      tile.removeEventListener("pointerenter", play);
      tile.removeEventListener("pointerleave", rest);
    };
  }, [on, still]);
  return <video ref={video} src={src} poster={STILL} muted loop playsInline preload="none" aria-hidden tabIndex={-1} className="block aspect-[8/5] w-full object-cover" />;
}
