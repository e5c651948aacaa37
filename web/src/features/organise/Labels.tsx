import { Ban } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Label } from "@/api";
import { LABELS } from "@/features/library/search";
import { cx } from "@/ui";
import "@/i18n/organise";
import { COLOURS } from "./acts";

export function Dot({ label, className }: { label: Label; className?: string }) {
  return <span aria-hidden className={cx("inline-block size-3 shrink-0 rounded-full border border-white/70", className)} style={{ backgroundColor: COLOURS[label] }} />;
}

/** One of seven, or none. The one that is on takes it away. */
export function Labels({ value, onChange, label }: { value: Label | null; onChange: (label: Label | "none") => void; label: string }) {
  const { t } = useTranslation("organise");
  return (
    <div role="group" aria-label={label} className="flex flex-wrap">
      {LABELS.map((each) => (
        <button
          key={each}
          type="button"
          title={t(`labels.${each}`)}
          aria-label={t(`labels.${each}`)}
          aria-pressed={value === each}
          onClick={() => onChange(value === each ? "none" : each)}
          className="grid size-6 place-items-center rounded-sm hover:bg-hover coarse:size-11"
        >
          <span className={cx("size-4 rounded-full", value === each && "ring-2 ring-ring ring-offset-2 ring-offset-panel")} style={{ backgroundColor: COLOURS[each] }} />
        </button>
      ))}
      {value !== null && (
        <button type="button" title={t("noLabel")} aria-label={t("noLabel")} onClick={() => onChange("none")} className="grid size-6 place-items-center rounded-sm text-fg-3 hover:bg-hover coarse:size-11">
          <Ban size={15} aria-hidden />
        </button>
      )}
    </div>
  );
}
