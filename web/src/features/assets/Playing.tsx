/** A film or a sound, to be played; of a body, the picture of it. */

import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { buttonClass } from "@/ui";

export function Playing({ asset }: { asset: Asset }) {
  const { t } = useTranslation("assets");
  // Of what is small anyway there is no larger picture than its thumbnail.
  const poster = asset.facts["preview"] ? asset.preview : `${asset.thumbnail}?size=512`;
  if (asset.kind === "video") {
    return (
      <div className="grid size-full place-items-center overflow-hidden bg-canvas p-6 max-md:p-2">
        {/* eslint-disable-next-line jsx-a11y/media-has-caption -- what people make here has no words of its own */}
        <video key={asset.id} controls loop playsInline poster={poster} src={asset.file} aria-label={asset.title} width={asset.width} height={asset.height} className="h-auto max-h-full w-auto max-w-full rounded-md shadow-card" />
      </div>
    );
  }
  return (
    <div className="flex size-full flex-col items-center justify-center gap-4 overflow-hidden bg-canvas p-6 max-md:p-2">
      <img src={poster} alt={asset.title} className="min-h-0 max-w-full rounded-md object-contain shadow-card" />
      {asset.kind === "audio" ? (
        // eslint-disable-next-line jsx-a11y/media-has-caption -- as above
        <audio key={asset.id} controls src={asset.file} aria-label={asset.title} className="w-full max-w-xl shrink-0" />
      ) : (
        <a href={`${asset.file}?download=true`} download className={buttonClass("primary", "md", "shrink-0")}>
          <Download size={16} aria-hidden />
          {t("download")}
        </a>
      )}
    </div>
  );
}
