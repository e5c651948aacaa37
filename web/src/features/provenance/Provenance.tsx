/** What the file of a picture says of where it comes from, in its details. */

import { useQuery } from "@tanstack/react-query";
import { Copy, Shield, ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import { useTranslation } from "react-i18next";
import { provenanceOf, type Asset, type Provenance as Told } from "@/api";
import { said } from "@/features/forms/said";
import { copyText } from "@/lib/clipboard";
import { day } from "@/lib/format";
import { cx, IconButton } from "@/ui";

const SIGNS = { none: Shield, yours: ShieldCheck, trusted: ShieldCheck, unknown: ShieldQuestion, changed: ShieldAlert, expired: ShieldAlert, broken: ShieldAlert } as const;
const BAD = new Set(["changed", "broken"]);

const ORIGINS = new Set([
  "trainedAlgorithmicMedia",
  "compositeWithTrainedAlgorithmicMedia",
  "algorithmicMedia",
  "compositeSynthetic",
  "algorithmicallyEnhanced",
  "humanEdits",
  "digitalCapture",
  "computationalCapture",
  "digitalCreation",
]);
const DEEDS = new Set(["created", "opened", "edited", "cropped", "resized", "converted", "transcoded", "orientation", "adjustedColor", "drawing", "filtered", "enhanced", "placed"]);

export function Provenance({ asset }: { asset: Asset }) {
  const { t } = useTranslation("library");
  const { data: told } = useQuery({ ...provenanceOf(asset.id), enabled: asset.kind === "image" });
  if (!told || silent(told)) return null;
  const Sign = SIGNS[told.state ?? "none"];
  const sealed = (asset.facts["sealed"] ?? {}) as { label?: unknown; stripped?: unknown };
  const label = typeof sealed.label === "string" ? sealed.label : "";
  const signer = [told.signer?.name, told.signer?.issuer].filter((one, place, all) => one && all.indexOf(one) === place).join(", ");
  const deeds = (told.actions ?? []).map((each) => (DEEDS.has(each.action ?? "") ? t(`provenance.deeds.${each.action as "created"}`) : (each.action ?? ""))).filter(Boolean);
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-2xs font-medium text-fg-3">{t("provenance.title")}</h3>
      <p className={cx("flex items-start gap-2 text-xs leading-5", BAD.has(told.state ?? "") ? "text-bad" : "text-fg")}>
        <Sign size={16} aria-hidden className="mt-0.5 shrink-0" />
        {sealed.stripped === true ? t("provenance.stripped") : t(`provenance.states.${told.state ?? "none"}`)}
      </p>
      <dl className="mt-1.5">
        {told.origin && <Line name={t("provenance.origin")}>{origin(told.origin)}</Line>}
        {told.source && told.source !== told.origin && <Line name={t("provenance.source")}>{origin(told.source)}</Line>}
        {signer && <Line name={t("provenance.signer")}>{signer}</Line>}
        {told.signer?.time && <Line name={t("provenance.time")}>{day(told.signer.time)}</Line>}
        {told.generator && <Line name={t("provenance.generator")}>{told.generator}</Line>}
        {deeds.length > 0 && <Line name={t("provenance.done")}>{deeds.join(", ")}</Line>}
        {(told.ingredients?.length ?? 0) > 0 && <Line name={t("provenance.from")}>{told.ingredients!.map((each) => said(each.title ?? "")).join(", ")}</Line>}
        {told.creator && <Line name={t("provenance.creator")}>{told.creator}</Line>}
        {told.credit && <Line name={t("provenance.credit")}>{told.credit}</Line>}
        {told.alt && told.alt_by === "file" && <Line name={t("provenance.alt")}>{told.alt}</Line>}
      </dl>
      {label !== "" && (
        <p className="mt-2 flex items-center gap-2 rounded-sm bg-sunken py-1 pr-1 pl-2.5 text-xs text-fg">
          <span className="min-w-0 flex-1">{label}</span>
          <IconButton size="sm" label={t("provenance.copyLabel")} onClick={() => void copyText(label)}>
            <Copy size={14} aria-hidden />
          </IconButton>
        </p>
      )}
    </section>
  );

  function origin(name: string): string {
    return ORIGINS.has(name) ? t(`provenance.origins.${name as "algorithmicMedia"}`) : name;
  }
}

/** A plain picture that says nothing needs no words about it. */
function silent(told: Told): boolean {
  return (told.state ?? "none") === "none" && !told.origin && !told.source && !told.creator && !told.credit && told.alt_by !== "file";
}

function Line({ name, children }: { name: string; children: string }) {
  return (
    <div className="flex justify-between gap-4 py-1 text-xs">
      <dt className="shrink-0 text-fg-3">{name}</dt>
      <dd className="min-w-0 text-right break-words">{children}</dd>
    </div>
  );
}
