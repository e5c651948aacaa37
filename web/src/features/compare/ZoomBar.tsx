import { Maximize, Minus, Plus } from "lucide-react";
import { type ReactNode, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Camera, zoom } from "@/engine/view";
import { percent } from "@/lib/format";
import type { Action } from "@/shell/actions";
import { IconButton, Menu } from "@/ui";

const PRESETS = [1, 2, 4, 8];

/** The zoom of a stage as actions: `0` fits, `1` is actual size, `+` and `-` step. */
export function useZoomActions(camera: Camera): Action[] {
  const { t } = useTranslation("assets");
  return useMemo<Action[]>(
    () => [
      { id: "zoom.fit", name: t("viewer.fit"), icon: Maximize, keys: "0", perform: () => camera.fit() },
      { id: "zoom.actual", name: t("viewer.actual"), keys: "1", perform: () => camera.zoomTo(1) },
      { id: "zoom.in", name: t("viewer.zoomIn"), icon: Plus, keys: "+", perform: () => camera.step(1) },
      { id: "zoom.in.unshifted", name: t("viewer.zoomIn"), keys: "=", hidden: true, perform: () => camera.step(1) },
      { id: "zoom.out", name: t("viewer.zoomOut"), icon: Minus, keys: "-", perform: () => camera.step(-1) },
    ],
    [camera, t],
  );
}

/** Floats over a stage: closer, farther, how close, and what else is put beside it. */
export function ZoomBar({ camera, children }: { camera: Camera; children?: ReactNode }) {
  const { t } = useTranslation("assets");
  const readout = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return undefined;
      const show = () => {
        element.textContent = percent(zoom(camera.view));
      };
      show();
      return camera.listen(show);
    },
    [camera],
  );
  return (
    <div className="flex max-w-full items-center gap-0.5 overflow-x-auto rounded-lg bg-overlay p-1 shadow-pop">
      <IconButton label={t("viewer.zoomOut")} keys="-" size="sm" side="top" onClick={() => camera.step(-1)}>
        <Minus size={15} aria-hidden />
      </IconButton>
      <Menu
        placement="top-start"
        trigger={
          <button type="button" className="num min-h-7 w-14 shrink-0 rounded-sm text-xs font-medium text-fg-2 hover:bg-hover hover:text-fg coarse:min-h-9">
            <span className="sr-only">{t("viewer.zoom")} </span>
            <span ref={readout} />
          </button>
        }
        items={[
          { id: "fit", label: t("viewer.fit"), keys: "0", onSelect: () => camera.fit() },
          ...PRESETS.map((preset) => ({ id: String(preset), label: percent(preset), keys: preset === 1 ? "1" : undefined, onSelect: () => camera.zoomTo(preset) })),
        ]}
      />
      <IconButton label={t("viewer.zoomIn")} keys="+" size="sm" side="top" onClick={() => camera.step(1)}>
        <Plus size={15} aria-hidden />
      </IconButton>
      <IconButton label={t("viewer.fit")} keys="0" size="sm" side="top" onClick={() => camera.fit()} className="max-md:hidden">
        <Maximize size={15} aria-hidden />
      </IconButton>
      {children !== undefined && (
        <>
          <span className="mx-1 h-4 w-px shrink-0 bg-line" aria-hidden />
          {children}
        </>
      )}
    </div>
  );
}
