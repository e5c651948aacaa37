/** Extended pictures on their way: awaited even after a reload, shown on the tiles that they are for, and missed when they are gone. */

import "@/i18n/social";
import { useQueries, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, OVER, Problem, runOf, type Asset } from "@/api";
import { said } from "@/features/forms";
import { cancelRun } from "@/features/runs";
import { percent } from "@/lib/format";
import { useNow } from "@/live/now";
import { announce } from "@/shell/announce";
import { IconButton, Ring, say } from "@/ui";
import { extended, extendingNoMore, unextended, useSocial, type Extending } from "./store";

/** Waits for all of these pictures. */
export function Arrivals({ images }: { images: readonly string[] }) {
  const all = useSocial((state) => state.extending);
  return images.flatMap((picture) => (all[picture] ?? []).map((one) => <Arrival key={one.run} picture={picture} {...one} />));
}

function Arrival({ picture, run: id, formats }: Extending & { picture: string }) {
  const { t } = useTranslation("social");
  const { data: run, error } = useQuery(runOf(id));
  useEffect(() => {
    const [made] = run?.outputs ?? [];
    if (run?.state === "succeeded" && made) {
      extendingNoMore(picture, id);
      extended(picture, formats, made.id);
      announce(t("extend.done", { count: formats.length }));
    } else if (run?.state === "cancelled" || (error instanceof Problem && error.status === 404)) extendingNoMore(picture, id);
  }, [run, error, picture, id, formats, t]);
  return null;
}

/** The extended pictures that formats are made of. One that was erased meanwhile is let go, and the person told. */
export function useExtended(images: readonly string[]): ReadonlyMap<string, Asset> {
  const { t } = useTranslation("social");
  const layouts = useSocial((state) => state.layouts);
  const every = useMemo(() => images.flatMap((image) => Object.values(layouts[image]?.overrides ?? {}).flatMap(({ picture }) => (picture === undefined ? [] : [{ image, picture }]))), [images, layouts]);
  const ids = useMemo(() => [...new Set(every.map(({ picture }) => picture))], [every]);
  const { found, gone } = useQueries({
    queries: ids.map(assetOf),
    combine: (answers) => ({
      found: answers.flatMap(({ data }) => (data && data.deleted_at === null ? [data] : [])),
      gone: answers.flatMap(({ data, error }, index) => ((data ? data.deleted_at !== null : error instanceof Problem && error.status === 404) ? ids[index]! : [])).join(" "),
    }),
  });
  useEffect(() => {
    if (gone === "") return;
    const lost = new Set(gone.split(" "));
    for (const { image, picture } of every) if (lost.has(picture)) unextended(image, picture);
    say({ title: t("extend.gone"), bad: true });
  }, [gone, every, t]);
  return useMemo(() => new Map(found.map((asset) => [asset.id, asset])), [found]);
}

interface OnTileProps {
  run: string;
  name: string;
}

/** How far it is, over the tile that it is for. */
export function Underway({ run: id, name }: OnTileProps) {
  const { t } = useTranslation("social");
  const { data: run } = useQuery(runOf(id));
  const now = useNow(id);
  if (!run || OVER.has(run.state) || run.state === "unknown") return null;
  const progress = Math.max(run.progress, now?.progress ?? 0);
  return (
    <div className="absolute inset-x-1 bottom-1 z-10 flex items-center gap-1.5 rounded-sm bg-overlay/95 pl-2 text-2xs shadow-card">
      <span role="img" aria-label={t("extend.going", { name })} className="text-ring">
        <Ring value={Math.max(0.04, progress)} size={14} />
      </span>
      <span className="num min-w-0 flex-1 truncate">{percent(progress)}</span>
      <IconButton size="sm" label={t("extend.cancel", { name })} disabled={now?.stopping ?? run.stopping} onClick={() => void cancelRun(run)}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  );
}

const LINK = "rounded-xs font-medium text-fg-2 underline decoration-line-2 underline-offset-2 hover:text-fg coarse:min-h-6";

/** Why it did not come. */
export function Missed({ run: id, onAgain, onForget }: { run: string; onAgain: () => void; onForget: () => void }) {
  const { t } = useTranslation("social");
  const { data: run } = useQuery(runOf(id));
  if (run?.state !== "failed" && run?.state !== "unknown") return null;
  return (
    <div className="text-2xs leading-4">
      <p role="alert" className="text-bad">
        {run.error ? said(run.error.message) : t("extend.failed")}
      </p>
      <p className="flex flex-wrap gap-x-2.5">
        {/* Of what may have been bought nobody knows yet: it is not asked for twice. */}
        {run.state === "failed" && (
          <button type="button" onClick={onAgain} className={LINK}>
            {t("extend.again")}
          </button>
        )}
        <button type="button" onClick={onForget} className={LINK}>
          {t("extend.forget")}
        </button>
      </p>
    </div>
  );
}
