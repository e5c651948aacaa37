/** Which column goes where, and what is understood of the first row. */

import "@/i18n/batch";
import { ArrowRight } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Batch, BatchRow, Operation } from "@/api";
import { said } from "@/features/forms";
import { humane } from "@/features/forms/schema";
import { price } from "@/lib/format";
import { Select } from "@/ui";
import { isAsset, placed, placesOf, understood } from "./plan";
import type { Setup } from "./useSetup";

interface ColumnsProps {
  batch: Batch;
  setup: Setup;
  operations: readonly Operation[];
}

export function Columns({ batch, setup, operations }: ColumnsProps) {
  const { t } = useTranslation("batch");
  const { steps } = setup.draft;
  const feeds = useMemo(() => batch.steps.map(({ feeds }) => feeds), [batch.steps]);
  const places = useMemo(() => placesOf(steps, feeds, operations), [steps, feeds, operations]);
  const group = (step: number) => (steps.length > 1 ? t("columns.step", { n: step + 1, op: said(operations.find(({ op }) => op === steps[step]?.op)?.title ?? "") }) : undefined);
  return (
    <section aria-labelledby="columns" className="rounded-lg border border-line bg-panel">
      <h3 id="columns" className="px-4 pt-3 pb-2 text-sm font-semibold">
        {t("columns.title")}
      </h3>
      <ul className="max-h-[26rem] overflow-auto">
        {batch.columns.map((column) => {
          const own = setup.draft.columns[column.name];
          const into = own ?? column.into ?? "";
          const guessed = own === undefined && column.into !== null;
          // What the page has no control for can be filled by a column all the same.
          const strange = into !== "" && !places.some(({ value }) => value === into);
          return (
            <li key={column.name} className="grid grid-cols-[minmax(0,1fr)_1rem_minmax(0,15rem)] items-center gap-3 border-t border-line px-4 py-2 max-md:grid-cols-1 max-md:gap-1.5">
              <div className="min-w-0">
                <p className="truncate text-sm font-medium">{column.name}</p>
                <p className="truncate text-xs text-fg-3">{column.samples.length > 0 ? column.samples.map((text) => (isAsset(text) ? `${text.slice(0, 8)}…` : text)).join(" · ") : t("columns.empty")}</p>
              </div>
              <ArrowRight size={14} className="text-fg-3 max-md:hidden" aria-hidden />
              <div className="flex flex-col gap-0.5">
                <Select
                  label={t("columns.into", { column: column.name })}
                  hideLabel
                  size="sm"
                  items={[{ value: "", label: t("columns.nowhere") }, ...places.map(({ value, step, title }) => ({ value, label: said(title), group: group(step) })), ...(strange ? [{ value: into, label: humane(placed(into).field) }] : [])]}
                  value={into}
                  onChange={(next) => setup.put(column.name, next)}
                />
                {guessed && <span className="px-0.5 text-2xs text-fg-3">{t("columns.guessed")}</span>}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The first row, step by step, as it will be asked for. */
export function Preview({ batch, setup, operations, first }: ColumnsProps & { first: BatchRow | undefined }) {
  const { t } = useTranslation("batch");
  const { steps } = setup.draft;
  if (!first || batch.steps.length === 0) return null;
  const told = understood(first.data, batch.columns, steps, batch.steps.map(({ feeds }) => feeds), operations);
  return (
    <section aria-labelledby="first" className="rounded-lg border border-line bg-panel px-4 py-3">
      <div className="flex items-baseline gap-3">
        <h3 id="first" className="text-sm font-semibold">
          {t("first.title")}
        </h3>
        {batch.state === "ready" && setup.settled && <span className="num ml-auto text-xs text-fg-2">{first.state === "invalid" ? t("first.cannot") : price(first.price)}</span>}
      </div>
      <ol className="mt-2 flex flex-col gap-2.5">
        {told.map((says, index) => (
          <li key={index}>
            {steps.length > 1 && <p className="mb-1 text-2xs font-medium text-fg-3">{`${index + 1}. ${said(operations.find(({ op }) => op === steps[index]?.op)?.title ?? "")}`}</p>}
            {says.length === 0 ? (
              <p className="text-xs text-fg-3">{t("first.nothing")}</p>
            ) : (
              <dl className="grid grid-cols-[minmax(0,8.5rem)_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
                {says.map(({ field, title, text, from }) => (
                  <div key={field} className="contents">
                    <dt className="truncate text-fg-3">{said(title)}</dt>
                    <dd className={from === "column" ? "line-clamp-3 break-words" : "truncate text-fg-2"}>
                      {from === "step" ? t("steps.fed", { n: index }) : isAsset(text) ? <img src={`/api/assets/${text.trim()}/thumbnail?size=256`} alt={said(title)} className="size-12 rounded-sm object-cover" /> : text}
                    </dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
