import "@/i18n/mask";
import { useTranslation } from "react-i18next";
import { COLOURS, type Colour, type Look, type Mode, type Settings, type State } from "@/engine/mask";
import { Segment, Slider, Switch } from "@/ui";
import { Swatch } from "./Swatch";

interface Props {
  look: Look;
  onLook: (look: Look) => void;
  mode: Mode;
  state: State;
  onSet: (change: Partial<Settings>) => void;
}

/** How the mask lies over the picture, and what a pen's pressure does. */
export function LookPopover({ look, onLook, mode, state, onSet }: Props) {
  const { t } = useTranslation("mask");
  // Ink is for paper.
  const colours = (Object.keys(COLOURS) as Colour[]).filter((colour) => colour !== "ink");
  return (
    <div className="flex flex-col gap-3">
      {mode === "mask" && (
        <Segment
          label={t("colour")}
          value={look.colour}
          onChange={(colour) => onLook({ ...look, colour: colour as Colour })}
          items={colours.map((colour) => ({
            value: colour,
            label: (
              <>
                <Swatch colour={colour} />
                <span className="text-2xs">{t(colour)}</span>
              </>
            ),
          }))}
        />
      )}
      <Slider label={t("veil")} unit={t("percent")} min={5} max={100} value={Math.round(look.opacity * 100)} onChange={(value) => onLook({ ...look, opacity: value / 100 })} />
      {mode === "mask" && <Switch label={t("inverted")} checked={look.inverted} onChange={(inverted) => onLook({ ...look, inverted })} />}
      <Switch label={t("alone")} checked={look.alone} onChange={(alone) => onLook({ ...look, alone })} />
      <hr className="border-line" />
      <p className="text-2xs font-medium text-fg-3">{t("pen")}</p>
      <Switch label={t("penSize")} checked={state.penSize} onChange={(penSize) => onSet({ penSize })} />
      {mode === "mask" && <Switch label={t("penOpacity")} checked={state.penOpacity} onChange={(penOpacity) => onSet({ penOpacity })} />}
    </div>
  );
}
