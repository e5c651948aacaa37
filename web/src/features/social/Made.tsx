/** One format as it was exported: the real file, and what is known of it; or why it could not be made. */

import "@/i18n/social";
import { CircleAlert, Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "@tanstack/react-router";
import type { Size } from "@/engine/crop";
import { said } from "@/features/forms";
import { download } from "@/lib/clipboard";
import { bytes, fileKind, pixels } from "@/lib/format";
import type { RootSearch } from "@/shell/router";
import { cx, IconButton, Ring, Tip } from "@/ui";
import type { Format } from "./api";
import type { Result } from "./made";

interface MadeProps {
  format: Format;
  drawn: Size;
  preview: string;
  result: Result | undefined;
  /** Why it is not there, once that is known. */
  lost: string | undefined;
  progress: number;
}

const FULL = 0.985;

export function Made({ format, drawn, preview, result, lost, progress }: MadeProps) {
  const { t } = useTranslation("social");
  const name = said(format.title);
  return (
    <figure className="flex min-w-0 flex-col gap-1.5" style={{ width: drawn.width }}>
      <div className={cx("relative overflow-hidden rounded-md border bg-sunken", lost === undefined ? "border-line" : "border-bad")} style={{ aspectRatio: `${format.width} / ${format.height}` }}>
        {result ? (
          <Link to="." search={(now: RootSearch) => ({ ...now, view: result.asset.id })} aria-label={t("run.open", { name })} className="block size-full -outline-offset-2">
            <img src={result.asset.preview} alt="" className={cx("checkered size-full animate-[fade_.2s]", format.round && "rounded-full")} />
          </Link>
        ) : (
          <>
            <img src={preview} alt="" className="size-full scale-115 object-cover opacity-40 blur-md" />
            <span className="absolute inset-0 grid place-items-center">
              {lost === undefined ? (
                <span role="img" aria-label={t("run.waiting")} className="grid size-9 place-items-center rounded-full bg-overlay text-ring">
                  <Ring value={Math.max(0.04, progress)} size={20} />
                </span>
              ) : (
                <CircleAlert size={22} className="text-bad" aria-hidden />
              )}
            </span>
          </>
        )}
      </div>
      <figcaption className="flex min-w-0 items-start gap-1">
        <span className="min-w-0 flex-1">
          <span className="block truncate text-xs font-medium" title={name}>
            {name}
          </span>
          <span className="num block text-2xs text-fg-3">
            {result ? `${pixels(result.asset.width, result.asset.height)} · ${fileKind(result.type)}` : pixels(format.width, format.height)}
          </span>
          {result && (
            <span className="num flex flex-wrap gap-x-2 text-2xs text-fg-3">
              {[
                result.limit === null ? bytes(result.bytes) : t("run.of", { bytes: bytes(result.bytes), most: bytes(result.limit) }),
                ...(result.quality === null ? [] : [t("run.quality", { n: result.quality })]),
                ...(result.ssim === null ? [] : [t("run.alike", { n: result.ssim >= FULL ? result.ssim.toFixed(3) : result.ssim.toFixed(2) })]),
              ].map((part) => (
                <span key={part}>{part}</span>
              ))}
            </span>
          )}
          {lost !== undefined && <span className="block text-2xs leading-4 text-bad">{lost === "" ? t("run.lost") : said(lost)}</span>}
        </span>
        {result && (
          <IconButton size="sm" label={t("run.download", { name })} onClick={() => download(`${result.asset.file}?download=true`)}>
            <Download size={14} aria-hidden />
          </IconButton>
        )}
      </figcaption>
      {result && result.limit !== null && (
        <Tip label={t("run.of", { bytes: bytes(result.bytes), most: bytes(result.limit) })}>
          <span aria-hidden className="block h-0.5 overflow-hidden rounded-full bg-active">
            <span className="block h-full rounded-full bg-ring" style={{ width: `${Math.min(100, (result.bytes / result.limit) * 100)}%` }} />
          </span>
        </Tip>
      )}
    </figure>
  );
}
