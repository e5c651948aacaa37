/** Before a film is bought: the same motion and length by the built-in camera, for nothing. */

import "@/i18n/footage";
import { Clapperboard } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Run } from "@/api";
import { said, type Form } from "@/features/forms";
import { fieldsOf, inputOf } from "@/features/forms/schema";
import { KNOWN } from "@/features/forms/known";
import { submit, telling } from "@/features/runs";
import { Button } from "@/ui";
import { ANIMATED, freeOf } from "./results";

export function Animatic({ form, onRun }: { form: Form; onRun: (run: Run) => void }) {
  const { t } = useTranslation("footage");
  const [busy, setBusy] = useState(false);
  const offer = form.operation.op === ANIMATED ? freeOf(form.operation)[0] : undefined;
  const chosen = form.operation.offers.find((one) => one.id === (form.estimate?.offer ?? form.offer));
  if (!offer || chosen?.lane !== "remote") return null;
  const make = async () => {
    setBusy(true);
    const fields = fieldsOf(offer.input, KNOWN);
    // What moves and how long; the words tell the camera where the motion was left alone.
    const input = { ...inputOf(fields, { ...form.values, audio: null, resolution: "480p" }) };
    const run = await telling(() => submit({ op: form.operation.op, offer: offer.id, input }, crypto.randomUUID()));
    setBusy(false);
    if (run) onRun(run);
  };
  return (
    <div role="note" className="rounded-lg border border-line bg-raised p-3">
      <h3 className="text-sm font-semibold">{t("animatic.first")}</h3>
      <p className="mt-0.5 text-xs text-fg-2">{t("animatic.text", { model: said(chosen.title) })}</p>
      <Button size="sm" className="mt-2.5" disabled={busy || form.missing.some((field) => field.name === "image")} onClick={() => void make()}>
        <Clapperboard size={14} aria-hidden />
        {t("animatic.make")}
      </Button>
    </div>
  );
}
