/** The file beside the picture: the very bytes that would be kept, before and after, as close as one likes. */

import "@/i18n/convert";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { said } from "@/features/forms";
import { bytes, count } from "@/lib/format";
import { patient } from "@/lib/later";
import { Progress } from "@/ui";
import { savedOf, shownAs, useAddress, verdictOf, type Made } from "./made";
import { change } from "./Presets";

const Compare = lazy(patient(() => import("@/features/compare/Compare")));

interface ResultProps {
  asset: Asset;
  made: Made | undefined;
  trouble: string | undefined;
  fresh: boolean;
}

/** Said in numbers of their own already. */
const NUMBERS = /\(SSIM\)/;

export function Result({ asset, made, trouble, fresh }: ResultProps) {
  const { t } = useTranslation("convert");
  const url = useAddress(made);
  const notes = made?.facts.notes.filter((note) => !NUMBERS.test(note)) ?? [];
  return (
    <div className="flex min-h-0 flex-1 flex-col max-md:order-1 max-md:flex-none">
      <div className="flex shrink-0 flex-wrap items-center gap-x-5 gap-y-1 border-b border-line bg-bg px-4 py-2.5 text-sm" aria-busy={!fresh}>
        {trouble !== undefined ? (
          <p role="alert" className="flex items-center gap-2 text-bad">
            <CircleAlert size={15} className="shrink-0" aria-hidden />
            {trouble}
          </p>
        ) : made ? (
          <>
            <p role="status" className="num flex items-baseline gap-2">
              <span className="text-fg-2">{bytes(asset.bytes)}</span>
              <span aria-hidden>→</span>
              <span className="sr-only">{t("becomes")}</span>
              <strong className="text-md font-semibold">{bytes(made.bytes)}</strong>
              <span className={made.bytes > asset.bytes ? "text-warn" : "text-accent-text"}>{change(savedOf(asset.bytes, made.bytes))}</span>
            </p>
            {made.facts.ssim !== undefined && (
              <p className="text-fg-2">
                {t(`verdict.${verdictOf(made.facts.ssim)}`)} <span className="num text-fg-3">{t("ssim", { value: count(Math.round(made.facts.ssim * 1000) / 1000) })}</span>
              </p>
            )}
            {made.facts.scale !== undefined && made.facts.scale < 1 && <p className="num text-warn">{t("scaled", { n: Math.round(made.facts.scale * 100) })}</p>}
            {made.facts.quality !== undefined && made.facts.as_it_was !== true && <p className="num text-fg-3">{t("quality", { n: made.facts.quality })}</p>}
          </>
        ) : (
          <p className="text-fg-3">{t("making")}</p>
        )}
      </div>
      {notes.length > 0 && trouble === undefined && (
        <ul aria-label={t("notes")} className="shrink-0 border-b border-line bg-bg px-4 py-2 text-xs text-fg-2">
          {notes.map((note) => (
            <li key={note} className="flex items-center gap-2 py-0.5">
              <TriangleAlert size={13} className="shrink-0 text-warn" aria-hidden />
              {said(note)}
            </li>
          ))}
        </ul>
      )}
      <div className="relative min-h-0 flex-1 max-md:h-[42dvh] max-md:flex-none">
        <Suspense>
          <Compare key={asset.id} before={asset} after={url === undefined ? asset : shownAs(asset, url)} labels={{ before: t("before"), after: made && url === undefined && fresh ? t("unseen") : t("after") }} />
        </Suspense>
        {!fresh && trouble === undefined && <Progress value={null} label={t("making")} className="absolute inset-x-0 top-0" />}
      </div>
    </div>
  );
}
