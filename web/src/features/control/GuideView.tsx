/** What a model is steered by, over the picture that it is read from: drawn anew while the settings change. */

import "@/i18n/control";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, problemOf, type Asset } from "@/api";
import { patient } from "@/lib/later";
import { Progress, Segment } from "@/ui";
import { SHOWS, type SeenGuide } from "./guides";

const Compare = lazy(patient(() => import("@/features/compare/Compare")));

const PAUSE_MS = 150;

async function glimpse(asked: string, signal: AbortSignal): Promise<Blob> {
  const answer = await fetch("/api/runs/glimpse", { method: "POST", headers: { "content-type": "application/json" }, body: asked, signal });
  if (!answer.ok) throw await problemOf(answer);
  return answer.blob();
}

export default function GuideView({ guides }: { guides: readonly SeenGuide[] }) {
  const { t } = useTranslation("control");
  const [at, setAt] = useState(0);
  const guide = guides[Math.min(at, guides.length - 1)];
  const asking = JSON.stringify({ op: SHOWS, input: guide?.input });
  const [asked, setAsked] = useState(asking);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(asking), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asking]);
  const { data: source } = useQuery({ ...assetOf(guide?.image ?? ""), enabled: guide !== undefined });
  const { data: seen, isFetching, isError } = useQuery({
    queryKey: ["glimpse", asked],
    queryFn: ({ signal }) => glimpse(asked, signal),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
    enabled: guide !== undefined,
  });
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!seen) return undefined;
    const made = URL.createObjectURL(seen);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [seen]);
  if (!guide) return <p className="grid size-full place-items-center p-6 text-center text-sm text-fg-3">{t("guide.none")}</p>;
  return (
    <div className="flex size-full min-h-0 flex-col" aria-busy={isFetching}>
      {guides.length > 1 && (
        <div className="shrink-0 border-b border-line bg-bg px-3 py-2">
          <Segment
            label={t("guide.which")}
            hideLabel
            value={String(Math.min(at, guides.length - 1))}
            onChange={(next) => setAt(Number(next))}
            items={guides.map((one, index) => ({ value: String(index), label: t(one.of === 0 ? "guide.own" : "guide.other", { kind: t(`kind.${one.kind as "edges"}`), n: one.of }) }))}
            className="max-w-xl"
          />
        </div>
      )}
      <div className="relative min-h-0 flex-1">
        {source && url !== undefined && (
          <Suspense>
            <Compare key={source.id} before={source} after={shownAs(source, url)} labels={{ before: t("guide.before"), after: t("guide.after") }} />
          </Suspense>
        )}
        {isFetching && <Progress value={null} label={t("guide.reading")} className="absolute inset-x-0 top-0" />}
        {isError && <p className="absolute inset-x-0 top-3 text-center text-sm text-bad">{t("guide.failed")}</p>}
      </div>
    </div>
  );
}

/** The guide in the place of the picture. What would be said to the studio after a file's name is no part of this one. */
function shownAs(source: Asset, url: string): Asset {
  return { ...source, id: url, title: "", thumbnail: `${url}#`, preview: url, file: url, facts: {} };
}
