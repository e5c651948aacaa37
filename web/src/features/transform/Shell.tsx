/** The room itself: what to do on the left, what is seen on the right, what was made below; on a phone, one sheet. */

import "@/i18n/edit";
import { SlidersHorizontal, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { patient } from "@/lib/later";
import { useMedia } from "@/lib/media";
import { Button, Dialog, IconButton, Tip } from "@/ui";

const Details = lazy(patient(() => import("@/features/library/Details")));

interface ShellProps {
  panel: ReactNode;
  /** The button of the run, in one line. */
  button: ReactNode;
  bar: ReactNode;
  strip: ReactNode;
  /** Of what the inspector tells. */
  shown: string | undefined;
  sheet: boolean;
  onSheet: (open: boolean) => void;
  children: ReactNode;
}

export function Shell({ panel, button, bar, strip, shown, sheet, onSheet, children }: ShellProps) {
  const { t } = useTranslation(["edit", "ui"]);
  const phone = useMedia("(max-width: 767px)");
  const wide = useMedia("(min-width: 1600px)");
  const [inspecting, setInspecting] = useState(true);
  return (
    <main className="grid h-full min-h-0 grid-cols-[372px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)] max-lg:grid-cols-[320px_minmax(0,1fr)] max-md:grid-cols-1 min-[1600px]:grid-cols-[372px_minmax(0,1fr)_auto]">
      {!phone && (
        <section aria-label={t("panel")} className="flex min-h-0 flex-col border-r border-line bg-panel">
          {panel}
        </section>
      )}
      <section aria-label={t("canvas")} className="flex min-h-0 min-w-0 flex-col bg-canvas">
        <div className="flex min-h-12 shrink-0 items-center gap-2 overflow-x-auto border-b border-line bg-bg px-3">{bar}</div>
        <div className="@container-size relative min-h-0 flex-1">{children}</div>
        {strip}
        {phone && (
          <div className="flex shrink-0 items-center gap-2 border-t border-line bg-overlay p-2">
            <Tip label={t("settings")}>
              <Button aria-label={t("settings")} onClick={() => onSheet(true)} className="!min-h-11 !px-3">
                <SlidersHorizontal size={16} aria-hidden />
              </Button>
            </Tip>
            {button}
          </div>
        )}
      </section>
      {wide && inspecting && shown !== undefined && (
        <Suspense fallback={<div className="w-80 border-l border-line bg-panel" />}>
          <Details assetId={shown} onClose={() => setInspecting(false)} />
        </Suspense>
      )}
      {phone && (
        <Dialog title={t("panel")} open={sheet} onClose={() => onSheet(false)} sheet="bottom" look="bare" className="bg-panel">
          <div className="flex min-h-0 flex-1 flex-col">
            <div className="flex justify-end px-2 pt-2">
              <IconButton label={t("ui:close")} onClick={() => onSheet(false)}>
                <X size={18} aria-hidden />
              </IconButton>
            </div>
            {panel}
          </div>
        </Dialog>
      )}
    </main>
  );
}
