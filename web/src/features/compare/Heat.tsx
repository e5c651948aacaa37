/** Where two pictures differ, pixel by pixel: a map of heat with its legend, and what is let pass as the same. */

import "@/i18n/lineage";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf, type Asset } from "@/api";
import { count, percent } from "@/lib/format";
import { Slider } from "@/ui";
import { Frame } from "./Pixels";
import type { Stage } from "./stage";
import { STAGE } from "./Still";

interface Found {
  url: string;
  pixels: number;
  changed: number;
  largest: number;
  scaled: boolean;
}

/** As the server paints it, evenly along the square root of the difference. */
const RAMP = "linear-gradient(to right, rgb(10 9 16), rgb(87 16 110), rgb(188 55 84), rgb(249 142 9), rgb(252 255 164))";
const TICKS = [0, 16, 64, 144, 255];
const SETTLE_MS = 250;

export function Heat({ stage, before, after, name }: { stage: Stage; before: Asset; after: Asset; name: string }) {
  const { t } = useTranslation("lineage");
  const [tolerance, setTolerance] = useState(0);
  const { found, trouble } = useDifference(before.id, after.id, tolerance);
  return (
    <div className="relative size-full">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys zoom and move what is in it */}
      <div ref={stage.attach} role="group" aria-label={name} tabIndex={0} className={STAGE}>
        <Frame asset={after}>
          {found && <img src={found.url} alt={t("heat.alt", { share: percent(found.changed / found.pixels) })} draggable={false} className="absolute inset-0 size-full object-fill select-none in-data-[pixels=true]:[image-rendering:pixelated]" />}
        </Frame>
        {!found && trouble === null && <div role="status" aria-label={t("loading")} className="skeleton absolute inset-8" />}
      </div>
      <div className="absolute top-3 left-3 w-64 max-w-[calc(100%-1.5rem)] rounded-md bg-overlay p-3 shadow-card">
        <p role="status" className="num text-xs">
          {trouble ?? (found ? (found.changed === 0 ? t("heat.same") : t("heat.changed", { share: share(found), n: count(found.changed), largest: found.largest })) : t("loading"))}
        </p>
        {found?.scaled && <p className="mt-1 text-2xs text-fg-3">{t("heat.scaled")}</p>}
        <div aria-hidden className="mt-2 h-2.5 rounded-xs" style={{ backgroundImage: RAMP }} />
        <div aria-hidden className="num relative h-4 text-2xs text-fg-3">
          {TICKS.map((tick) => (
            <span key={tick} className="absolute top-0.5 -translate-x-1/2 first:translate-x-0 last:-translate-x-full" style={{ left: `${Math.sqrt(tick / 255) * 100}%` }}>
              {tick}
            </span>
          ))}
        </div>
        <Slider label={t("heat.tolerance")} value={tolerance} onChange={setTolerance} min={0} max={64} className="mt-2" />
      </div>
    </div>
  );
}

/** A few pixels among millions are not none, and all but a few are not all. */
function share({ changed, pixels }: Found): string {
  const part = changed / pixels;
  if (part < 0.01) return `< ${percent(0.01)}`;
  return part > 0.99 && part < 1 ? `> ${percent(0.99)}` : percent(part);
}

function useDifference(before: string, after: string, tolerance: number): { found: Found | null; trouble: string | null } {
  const [state, setState] = useState<{ found: Found | null; trouble: string | null }>({ found: null, trouble: null });
  useEffect(() => {
    const over = new AbortController();
    let url = "";
    const ask = async () => {
      const answer = await fetch(`/api/assets/${after}/difference?against=${before}&tolerance=${tolerance}`, { signal: over.signal });
      if (!answer.ok) throw await problemOf(answer);
      const facts = JSON.parse(answer.headers.get("Gesso-Facts") ?? "{}") as Omit<Found, "url">;
      url = URL.createObjectURL(await answer.blob());
      if (over.signal.aborted) URL.revokeObjectURL(url);
      else setState({ found: { ...facts, url }, trouble: null });
    };
    const wait = setTimeout(() => void ask().catch((error: unknown) => over.signal.aborted || setState({ found: null, trouble: error instanceof Error ? error.message : String(error) })), tolerance === 0 ? 0 : SETTLE_MS);
    return () => {
      clearTimeout(wait);
      over.abort();
      if (url !== "") URL.revokeObjectURL(url);
    };
  }, [before, after, tolerance]);
  return state;
}
