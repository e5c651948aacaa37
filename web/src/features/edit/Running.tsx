import "@/i18n/edit";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Run } from "@/api";
import { said } from "@/features/forms";
import { cancelRun } from "@/features/runs";
import { percent } from "@/lib/format";
import { useNow } from "@/live/now";
import { Button, Progress } from "@/ui";

/** How far a run is, over the picture that it works on. */
export function Running({ run, title }: { run: Run; title: string }) {
  const { t } = useTranslation(["edit", "ui", "assets"]);
  const now = useNow(run.id);
  const state = now?.state ?? run.state;
  const progress = Math.max(run.progress, now?.progress ?? 0);
  const stopping = now?.stopping ?? run.stopping;
  const note = now?.note ?? run.note;
  const left = Math.max(1, Math.round(run.seconds * (1 - progress)));
  const words = stopping ? t("run.stopping") : state === "queued" ? note || t("run.queued") : note || t("run.left", { count: left });
  return (
    <>
      <div className="absolute inset-x-0 top-0 z-10">
        <Progress value={state === "queued" ? null : progress} label={t("run.progress", { title })} className="!rounded-none" />
      </div>
      <div className="absolute inset-x-2 top-3 z-10 flex justify-center">
        <div className="flex max-w-full min-w-0 items-center gap-2 rounded-lg bg-overlay py-1 pr-1 pl-3.5 text-xs shadow-pop">
          <span className="min-w-0 truncate font-medium">{title}</span>
          <span className="num min-w-0 truncate text-fg-2">{said(words)}</span>
          {state !== "queued" && <span className="num text-fg-2">{percent(progress)}</span>}
          <Button size="sm" look="ghost" disabled={stopping} onClick={() => void cancelRun(run)}>
            <X size={14} aria-hidden />
            {t("ui:cancel")}
          </Button>
        </div>
      </div>
    </>
  );
}
