import "@/i18n/mask";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Plane } from "@/engine/mask";
import { Button, Dialog, Segment, Slider } from "@/ui";
import { MOST_EDGE } from "./limits";

const KINDS = ["grow", "shrink", "feather"] as const;
type Kind = (typeof KINDS)[number];

interface EdgeProps {
  open: boolean;
  onClose: () => void;
  onApply: (kind: Kind, radius: number) => void;
  longest: number;
}

export function EdgeDialog({ open, onClose, onApply, longest }: EdgeProps) {
  const { t } = useTranslation("mask");
  const { t: common } = useTranslation("ui");
  const [kind, setKind] = useState<Kind>("grow");
  const [radius, setRadius] = useState(Math.max(1, Math.round(longest / 200)));
  const apply = () => {
    onClose();
    onApply(kind, radius);
  };
  return (
    <Dialog
      title={t("edge")}
      open={open}
      onClose={onClose}
      className="max-w-sm!"
      footer={
        <>
          <Button look="ghost" onClick={onClose}>
            {common("cancel")}
          </Button>
          <Button look="primary" onClick={apply}>
            {t("apply")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Segment label={t("edgeKind")} hideLabel value={kind} onChange={(value) => setKind(value as Kind)} items={KINDS.map((value) => ({ value, label: t(value) }))} />
        <Slider label={t("by")} unit={t("px")} min={1} max={MOST_EDGE} log value={radius} onChange={setRadius} />
      </div>
    </Dialog>
  );
}

interface MisfitProps {
  /** What was opened and has another size; null when nothing is to be asked. */
  plane: Plane | null;
  width: number;
  height: number;
  onClose: () => void;
  onScale: (plane: Plane) => void;
}

export function MisfitDialog({ plane, width, height, onClose, onScale }: MisfitProps) {
  const { t } = useTranslation("mask");
  const { t: common } = useTranslation("ui");
  return (
    <Dialog
      title={t("misfit")}
      open={plane !== null}
      onClose={onClose}
      className="max-w-md!"
      footer={
        <>
          <Button look="ghost" onClick={onClose}>
            {common("cancel")}
          </Button>
          <Button
            look="primary"
            onClick={() => {
              if (plane) onScale(plane);
              onClose();
            }}
          >
            {t("scale")}
          </Button>
        </>
      }
    >
      {plane && <p className="text-sm text-fg-2">{t("misfitBody", { width: plane.width, height: plane.height, wide: width, high: height })}</p>}
    </Dialog>
  );
}
