/** Many pictures as one archive, in the form in which they are to leave. */

import "@/i18n/intake";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/lib/format";
import { Button, Checkbox, Dialog, Segment, TextField } from "@/ui";

export interface Form {
  format?: "jpeg" | "png" | "webp" | "avif";
  long?: number;
  quality?: number;
  metadata?: "all" | "safe" | "none";
  recipe?: boolean;
}

const FORMATS = ["original", "jpeg", "png", "webp", "avif"] as const;
const NAMES: Record<string, string> = { jpeg: "JPEG", png: "PNG", webp: "WebP", avif: "AVIF" };

export default function PackAs({ many, onPack, onClose }: { many: number; onPack: (form: Form) => void; onClose: () => void }) {
  const { t } = useTranslation(["intake", "ui"]);
  const [format, setFormat] = useState<(typeof FORMATS)[number]>("original");
  const [long, setLong] = useState("");
  const [metadata, setMetadata] = useState<"all" | "safe" | "none">("safe");
  const [recipe, setRecipe] = useState(true);
  const anew = format !== "original";
  const pixels = Number(long);
  const wrong = anew && long !== "" && !(Number.isInteger(pixels) && pixels >= 16 && pixels <= 16_384);
  const pack = () => {
    onPack({ ...(anew ? { format, metadata, ...(long === "" ? {} : { long: pixels }) } : {}), recipe: recipe && metadata !== "none" });
    onClose();
  };
  return (
    <Dialog
      title={t("pack.title", { count: many, n: count(many) })}
      open
      onClose={onClose}
      className="max-w-xl"
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button look="primary" disabled={wrong} onClick={pack}>
            {t("pack.go")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Segment label={t("pack.format")} value={format} onChange={(next) => setFormat(next as typeof format)} items={FORMATS.map((one) => ({ value: one, label: NAMES[one] ?? t("pack.original") }))} />
        {anew && (
          <>
            <TextField label={t("pack.long")} type="number" value={long} onChange={setLong} placeholder={t("pack.asItIs")} error={wrong ? t("pack.wrong") : undefined} />
            <Segment label={t("pack.metadata")} value={metadata} onChange={(next) => setMetadata(next as typeof metadata)} items={(["all", "safe", "none"] as const).map((one) => ({ value: one, label: t(`pack.${one}`) }))} />
          </>
        )}
        <Checkbox label={t("pack.recipe")} checked={recipe && metadata !== "none"} disabled={anew && metadata === "none"} onChange={setRecipe} />
        <p className="text-xs text-fg-3">{t("pack.text")}</p>
      </div>
    </Dialog>
  );
}
