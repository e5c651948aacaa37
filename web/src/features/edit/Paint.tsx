/** The mask of an operation, painted over its picture. It stays as it is while other tools are out and while runs go. */

import "@/i18n/edit";
import { useQuery } from "@tanstack/react-query";
import { lazy, type Ref, Suspense, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Asset } from "@/api";
import type { MaskHandle } from "@/features/mask";
import { patient } from "@/lib/later";
import { darkened } from "./under";

const MaskEditor = lazy(patient(() => import("@/features/mask")));

interface PaintProps {
  ref: Ref<MaskHandle>;
  asset: Asset;
  /** The cut-out that is refined, where one is shown. */
  cutout: Asset | undefined;
  mode: "mask" | "trimap";
  draftKey: string;
  active: boolean;
  onChange: (state: { empty: boolean; dirty: boolean }) => void;
}

export function Paint({ ref, asset, cutout, mode, draftKey, active, onChange }: PaintProps) {
  const { t } = useTranslation(["edit", "ui", "assets"]);
  const under = useUnder(asset, mode === "trimap" ? cutout : undefined);
  const pointAt = useCallback(
    async (at: { x: number; y: number }) => {
      const found: unknown = await body(api.POST("/api/assets/{asset_id}/segment", { params: { path: { asset_id: asset.id } }, body: { points: [{ ...at, keep: true }] }, parseAs: "blob" }));
      if (!(found instanceof Blob)) throw new TypeError("A mask is a picture.");
      return found;
    },
    [asset.id],
  );
  return (
    <div className={active ? "absolute inset-0" : "pointer-events-none absolute inset-0 opacity-0"} inert={!active}>
      <Suspense fallback={<div className="grid size-full place-items-center text-sm text-fg-3">{t("ui:loading")}</div>}>
        <MaskEditor ref={ref} image={{ src: under ?? asset.preview, width: asset.width, height: asset.height, alt: asset.title }} mode={mode} draftKey={draftKey} pointAt={pointAt} active={active} onChange={onChange} />
      </Suspense>
    </div>
  );
}

function useUnder(asset: Asset, cutout: Asset | undefined): string | undefined {
  const { data } = useQuery({
    queryKey: ["darkened", asset.id, cutout?.id],
    queryFn: () => darkened(asset.preview, cutout?.preview ?? ""),
    enabled: cutout !== undefined,
    gcTime: 0,
  });
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!data || !cutout) return undefined;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => {
      setUrl(undefined);
      URL.revokeObjectURL(made);
    };
  }, [data, cutout]);
  return url;
}
