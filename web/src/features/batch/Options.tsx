/** How it is made: first rows, an end to what it may cost, duplicates, pace, where the results go. */

import "@/i18n/batch";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { collections } from "@/api";
import { Segment, Select, Stepper } from "@/ui";
import type { Draft, Priority } from "./plan";

const CENTS = 1_000;
const DOLLAR = 100 * CENTS;
const MOST_ROWS = 99_999;

type Paced = Pick<Draft, "cap" | "priority" | "at_once" | "per_minute">;

/** What may be changed while it runs, too. */
export function Pace({ paced, onChange }: { paced: Paced; onChange: (more: Partial<Paced>) => void }) {
  const { t } = useTranslation("batch");
  return (
    <>
      <Stepper label={t("options.cap")} value={paced.cap === null ? null : paced.cap / DOLLAR} min={0} step={1} placeholder={t("options.noCap")} onChange={(value) => onChange({ cap: value === null ? null : Math.round(value * DOLLAR) })} />
      <Segment label={t("options.priority")} value={paced.priority} onChange={(value) => onChange({ priority: value as Priority })} items={(["low", "normal", "high"] as const).map((value) => ({ value, label: t(`options.${value}`) }))} />
      <div className="grid grid-cols-2 gap-3">
        <Stepper label={t("options.atOnce")} value={paced.at_once} min={1} max={256} placeholder={t("options.any")} onChange={(at_once) => onChange({ at_once: at_once === null ? null : Math.round(at_once) })} />
        <Stepper label={t("options.perMinute")} value={paced.per_minute} min={1} max={6000} placeholder={t("options.any")} onChange={(per_minute) => onChange({ per_minute: per_minute === null ? null : Math.round(per_minute) })} />
      </div>
    </>
  );
}

export function Options({ draft, onChange }: { draft: Draft; onChange: (more: Partial<Draft>) => void }) {
  const { t } = useTranslation("batch");
  const shelves = useQuery(collections).data ?? [];
  return (
    <>
      <div>
        <Stepper label={t("options.canary")} value={draft.canary === 0 ? null : draft.canary} min={0} max={MOST_ROWS} placeholder={t("options.noCanary")} onChange={(value) => onChange({ canary: Math.round(value ?? 0) })} />
        <p className="mt-1 text-xs text-fg-3">{t("options.canaryText")}</p>
      </div>
      <Segment label={t("options.twins")} value={draft.twins} onChange={(value) => onChange({ twins: value as Draft["twins"] })} items={(["keep", "skip"] as const).map((value) => ({ value, label: t(`options.${value}`) }))} />
      <Pace paced={draft} onChange={onChange} />
      {shelves.length > 0 && (
        <Select
          label={t("options.collection")}
          items={[{ value: "", label: t("options.noCollection") }, ...shelves.map(({ id, name }) => ({ value: id, label: name }))]}
          value={draft.collection ?? ""}
          onChange={(value) => onChange({ collection: value === "" ? null : value })}
        />
      )}
    </>
  );
}
