/** What happened to a run, what it cost, and what to do: the first button mends it. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { CircleHelp, TriangleAlert, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { operations, type Run } from "@/api";
import { dollars } from "@/lib/format";
import { Button, IconButton } from "@/ui";
import { rerun, resolveRun } from ".";

interface TroubleProps {
  /** One that failed, or of which nobody knows whether it was bought. */
  run: Run;
  onAgain: (run: Run) => void;
  onDismiss: () => void;
}

export function Trouble({ run, onAgain, onDismiss }: TroubleProps) {
  const { t } = useTranslation("create");
  const { data: known } = useSuspenseQuery(operations);
  const others = (known.find((operation) => operation.op === run.op)?.offers ?? []).filter((offer) => offer.id !== run.offer).slice(0, 2);
  const unknown = run.state === "unknown";
  const Icon = unknown ? CircleHelp : TriangleAlert;
  const again = async (offer?: string) => {
    const next = await rerun(run, offer === undefined ? {} : { offer });
    if (next) onAgain(next);
  };
  return (
    <div role="alert" className="flex gap-3.5 rounded-lg border border-line bg-panel p-4 text-left shadow-card">
      <span className="grid size-8 shrink-0 place-items-center rounded-full bg-warn-soft text-warn">
        <Icon size={16} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium">{unknown ? t("unknown.title") : (run.error?.title ?? t("failure.title"))}</p>
        <p className="mt-0.5 text-xs text-fg-2">
          {run.error?.message}{" "}
          {unknown ? t("unknown.text", { amount: dollars(run.price) }) : run.spent === 0 ? t("failure.free") : t("failure.charged", { amount: dollars(run.spent) })}
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
              {others.map((offer) => (
                <Button key={offer.id} size="sm" onClick={() => void again(offer.id)}>
                  {t("failure.other", { offer: offer.title })}
                </Button>
              ))}
            </>
          )}
        </div>
      </div>
      {!unknown && (
        <IconButton label={t("failure.dismiss")} size="sm" onClick={onDismiss}>
          <X size={14} aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
