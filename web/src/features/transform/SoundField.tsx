/** A sound: of the library, from this computer or spoken now; seen, heard, and cut to the part that is wanted. */

import "@/i18n/footage";
import { useQuery } from "@tanstack/react-query";
import { Scissors } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf } from "@/api";
import { PictureField, said, type Form } from "@/features/forms";
import type { Field } from "@/features/forms/schema";
import type { Part } from "@/features/footage/Wave";
import Wave from "@/features/footage/Wave";
import { made } from "@/features/runs/made";
import { Button } from "@/ui";
import { Recorder } from "./Recorder";

const TRIM = "audio.trim";

export function SoundField({ form, field, spoken = false }: { form: Form; field: Field; spoken?: boolean }) {
  const { t } = useTranslation("footage");
  const value = form.values[field.name];
  const id = typeof value === "string" ? value : null;
  const { data: asset } = useQuery({ ...assetOf(id ?? ""), enabled: id !== null });
  const [part, setPart] = useState<Part | undefined>(undefined);
  const [cutting, setCutting] = useState(false);
  useEffect(() => setPart(undefined), [id]);
  const error = form.faults.get(field.name);
  const cut = async () => {
    if (!asset || !part) return;
    setCutting(true);
    const result = await made(TRIM, { audio: asset.id, start: part.start, end: part.end });
    setCutting(false);
    if (result) form.set(field.name, result.id);
  };
  return (
    <div className="flex flex-col gap-2">
      <PictureField title={said(field.title)} help={field.description === undefined ? undefined : said(field.description)} value={id} onChange={(next) => form.set(field.name, next)} optional kind="audio" />
      {spoken && <Recorder onDone={(recorded) => form.set(field.name, recorded.id)} />}
      {asset?.kind === "audio" && (
        <>
          <Wave key={asset.id} asset={asset} part={part} onPart={setPart} />
          {part && (
            <div className="flex items-center gap-2">
              <Button size="sm" disabled={cutting} onClick={() => void cut()}>
                <Scissors size={14} aria-hidden />
                {cutting ? t("wave.cutting") : t("wave.cut")}
              </Button>
              <Button size="sm" look="ghost" onClick={() => setPart(undefined)}>
                {t("wave.whole")}
              </Button>
            </div>
          )}
        </>
      )}
      {error !== undefined && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
