/** What happened to a run, what it cost, and what to do: the first button mends it. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { CircleHelp, TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Run } from "@/api";
import { said } from "@/features/forms";
import { copyText } from "@/lib/clipboard";
import { dollars } from "@/lib/format";
import { Button, cx, IconButton } from "@/ui";
import { rerun, resolveRun } from ".";

interface TroubleProps {
  /** One that failed, or of which nobody knows whether it was bought: only a person who looks there can tell. */
  run: Run;
  /** The run that was started instead. */
  onAgain?: (run: Run) => void;
  /** Puts the request back into the form. */
  onEdit?: () => void;
  onDismiss: () => void;
  className?: string;
}

export function Trouble({ run, onAgain, onEdit, onDismiss, className }: TroubleProps) {
  const { t } = useTranslation("create");
  const { data: known } = useSuspenseQuery(operations);
  const [details, setDetails] = useState(false);
  const others = (known.find((operation) => operation.op === run.op)?.offers ?? []).filter((offer) => offer.id !== run.offer).slice(0, 2);
  const unknown = run.state === "unknown";
  const Icon = unknown ? CircleHelp : TriangleAlert;
  const again = async (offer?: string) => {
    const next = await rerun(run, offer === undefined ? {} : { offer });
    if (next) onAgain?.(next);
  };
  const cost = unknown ? t("unknown.text", { amount: dollars(run.price) }) : run.spent === 0 ? t("failure.free") : t("failure.charged", { amount: dollars(run.spent) });
  return (
    <div role="alert" className={cx("flex gap-3.5 rounded-lg border border-line bg-panel p-4 text-left", className)}>
      <span className="grid size-8 shrink-0 place-items-center rounded-full bg-warn-soft text-warn">
        <Icon size={16} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium">{unknown ? t("unknown.title") : run.error ? said(run.error.title) : t("failure.title")}</p>
        <p className="mt-0.5 text-xs text-fg-2">
          {run.error?.message} {cost}
        </p>
        <div className="mt-3 flex flex-wrap gap-1.5">
          {unknown ? (
            <>
              <Button size="sm" onClick={() => void resolveRun(run, true)}>
                {t("unknown.charged")}
              </Button>
              <Button size="sm" onClick={() => void resolveRun(run, false)}>
                {t("unknown.free")}
              </Button>
            </>
          ) : (
            <>
              <Button size="sm" onClick={() => void again()}>
                {t("failure.again")}
              </Button>
              {onEdit && (
                <Button size="sm" onClick={onEdit}>
                  {t("failure.edit")}
                </Button>
              )}
              {others.map((offer) => (
                <Button key={offer.id} size="sm" onClick={() => void again(offer.id)}>
                  {t("failure.other", { offer: said(offer.title) })}
                </Button>
              ))}
            </>
          )}
          <Button size="sm" look="ghost" aria-expanded={details} onClick={() => setDetails(!details)}>
            {t("failure.details")}
          </Button>
        </div>
        {details && (
          <p className="mt-2 flex items-center gap-2 font-mono text-2xs break-all text-fg-3">
            {`${run.error?.code ?? ""} · ${run.id}`}
            <Button size="sm" look="ghost" onClick={() => void copyText(run.id)}>
              {t("failure.copy")}
            </Button>
          </p>
        )}
      </div>
      {!unknown && (
        <IconButton label={t("failure.dismiss")} size="sm" onClick={onDismiss}>
          <X size={14} aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
