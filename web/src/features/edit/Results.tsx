import { ArrowRightToLine, Brush, Ellipsis } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Action } from "@/shell/actions";
import { Button, buttonClass, IconButton, Menu } from "@/ui";

interface ResultsProps {
  /** All that can be done with the shown picture. */
  actions: readonly Action[];
  refine: (() => void) | undefined;
  further: (() => void) | undefined;
}

/** Those that have a button of their own here. To edit it is what this page is for. */
const BUTTONS = ["asset.favourite", "asset.upscale", "asset.download"];
const LEFT_OUT = ["asset.edit"];

export function Results({ actions, refine, further }: ResultsProps) {
  const { t } = useTranslation(["edit", "ui", "assets"]);
  const shown = actions.filter((action) => BUTTONS.includes(action.id));
  const rest = actions.filter((action) => !BUTTONS.includes(action.id) && !LEFT_OUT.includes(action.id));
  return (
    <div className="ml-auto flex shrink-0 items-center gap-0.5">
      {refine && (
        <Button size="sm" onClick={refine} className="mr-1">
          <Brush size={14} aria-hidden />
          {t("result.refine")}
        </Button>
      )}
      {further && (
        <Button size="sm" look="ghost" onClick={further} className="mr-1">
          <ArrowRightToLine size={14} aria-hidden />
          {t("result.further")}
        </Button>
      )}
      {shown.map((action) => (
        <IconButton key={action.id} label={action.name} keys={action.keys} on={action.on} size="sm" onClick={action.perform}>
          {action.icon && <action.icon size={15} fill={action.on ? "currentColor" : "none"} aria-hidden />}
        </IconButton>
      ))}
      {rest.length > 0 && (
        <Menu
          trigger={
            <button type="button" aria-label={t("assets:more")} className={buttonClass("ghost", "sm", "!px-1.5")}>
              <Ellipsis size={15} aria-hidden />
            </button>
          }
          items={rest.map((action) => ({ id: action.id, label: action.name, keys: action.keys, danger: action.danger, icon: action.icon && <action.icon size={15} aria-hidden />, onSelect: action.perform }))}
        />
      )}
    </div>
  );
}
