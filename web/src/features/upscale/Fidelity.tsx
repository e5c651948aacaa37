/** How true an enlarged picture is to the one it came from: in words, in numbers, and where it is not. */

import "@/i18n/upscale";
import { useQuery } from "@tanstack/react-query";
import { BadgeCheck, ScanEye } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { percent } from "@/lib/format";
import { Button, Dialog, Progress } from "@/ui";
import { difference } from "./difference";
import { NAMES, type Report } from "./report";

/** From how much of the structure on what is said of it. */
const GRADES = [
  ["same", 0.97],
  ["close", 0.92],
  ["near", 0.85],
  ["far", -1],
] as const;

interface FidelityProps {
  source: Asset;
  asset: Asset;
  report: Report;
}

export default function Fidelity({ source, asset, report }: FidelityProps) {
  const { t } = useTranslation("upscale");
  const [open, setOpen] = useState(false);
  const [grade] = GRADES.find(([, least]) => report.ssim >= least)!;
  const told: Record<keyof Report, string> = {
    ssim: percent(report.ssim),
    psnr: t("fidelity.decibels", { value: Math.round(report.psnr) }),
    sharper: t("fidelity.times", { value: Number(report.sharper.toPrecision(2)) }),
    halos: percent(report.halos),
    clipped: percent(report.clipped),
  };
  return (
    <div role="note" className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-panel py-1.5 pr-2 pl-4">
      <BadgeCheck size={16} className="shrink-0 text-fg-3" aria-hidden />
      <p className="min-w-48 flex-1 text-sm">
        {t(`fidelity.${grade}`)} <span className="num text-fg-3">{told.ssim}</span>
      </p>
      <Button size="sm" look="ghost" onClick={() => setOpen(true)}>
        <ScanEye size={14} aria-hidden />
        {t("fidelity.open")}
      </Button>
      <Dialog title={t("fidelity.title")} open={open} onClose={() => setOpen(false)} className="max-w-2xl">
        {open && (
          <>
            <Map source={source} asset={asset} />
            <dl className="mt-4 flex flex-col gap-2 text-sm">
              {NAMES.map((name) => (
                <div key={name} className="flex justify-between gap-4">
                  <dt className="text-fg-2">{t(`fidelity.${name}`)}</dt>
                  <dd className="num shrink-0 font-medium">{told[name]}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </Dialog>
    </div>
  );
}

function Map({ source, asset }: Pick<FidelityProps, "source" | "asset">) {
  const { t } = useTranslation("upscale");
  const { data, isError } = useQuery({ queryKey: ["difference", source.id, asset.id], queryFn: () => difference(source, asset), gcTime: 0, retry: false });
  const draw = useCallback(
    (canvas: HTMLCanvasElement | null) => {
      if (!canvas || !data) return;
      canvas.width = data.width;
      canvas.height = data.height;
      canvas.getContext("2d")!.putImageData(data, 0, 0);
    },
    [data],
  );
  if (isError) return <p className="text-sm text-bad">{t("fidelity.unread")}</p>;
  if (!data) return <Progress value={null} label={t("fidelity.open")} />;
  return (
    <figure>
      <canvas ref={draw} role="img" aria-label={t("fidelity.map")} className="mx-auto block max-h-[46vh] max-w-full rounded-md bg-black" />
      <figcaption className="mt-1.5 text-xs text-fg-3">{t("fidelity.legend")}</figcaption>
    </figure>
  );
}
