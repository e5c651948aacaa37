import "@/i18n/edit";
import { ArrowRightToLine, Brush, Ellipsis, History as Clock } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Action } from "@/shell/actions";
import { Button, buttonClass, IconButton, Menu } from "@/ui";

interface ResultsProps {
  /** All that can be done with the shown picture. */
  actions: readonly Action[];
  /** The page that this is: it needs no way to itself. */
  here: string;
  refine: (() => void) | undefined;
  further: (() => void) | undefined;
  /** Makes what is shown the newest version again. */
  bringBack?: (() => void) | undefined;
  /** Opens and closes what it was, step by step. */
  history?: { on: boolean; toggle: () => void } | undefined;
}

/** Those that have a button of their own. */
const BUTTONS = ["asset.favourite", "asset.edit", "asset.upscale", "asset.download"];

export function Results({ actions, here, refine, further, bringBack, history }: ResultsProps) {
  const { t } = useTranslation(["edit", "ui", "assets"]);
  const others = actions.filter((action) => action.id !== `asset.${here}`);
  const shown = others.filter((action) => BUTTONS.includes(action.id));
  const rest = others.filter((action) => !BUTTONS.includes(action.id));
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
      {bringBack && (
        <Button size="sm" look="ghost" onClick={bringBack} className="mr-1">
          <Clock size={14} aria-hidden />
          {t("result.bringBack")}
        </Button>
      )}
      {history && (
        <IconButton label={t("history.title")} size="sm" on={history.on} onClick={history.toggle}>
          <Clock size={15} aria-hidden />
        </IconButton>
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
