import "@/i18n/mask";
import { Download, Ellipsis, Eraser, Expand, Layers, Minus, PaintBucket, Plus, Redo2, RefreshCcw, Scan, SlidersHorizontal, Undo2, Upload } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Look, State } from "@/engine/mask";
import { zoom } from "@/engine/view";
import type { Action } from "@/shell/actions";
import { cx, IconButton, Menu, type MenuItem, Popover, Segment, Slider, Switch } from "@/ui";
import type { Easel } from "./easel";
import { LookPopover } from "./LookPopover";
import { MOST_BRUSH } from "./limits";
import { Swatch } from "./Swatch";

interface Props {
  easel: Easel;
  state: State;
  actions: readonly Action[];
  look: Look;
  onLook: (look: Look) => void;
  narrow?: boolean;
}

const MENU = ["invert", "all", "clear", "-", "edge", "-", "upload", "download"] as const;
const MENU_ICONS = { invert: RefreshCcw, all: PaintBucket, clear: Eraser, edge: Expand, upload: Upload, download: Download };
const ICON = { size: 17, strokeWidth: 1.8, "aria-hidden": true } as const;

/** The tool's settings, steps back and forth, the zoom, and how the mask is shown. */
export function Bar({ easel, state, actions, look, onLook, narrow }: Props) {
  const { t } = useTranslation("mask");
  const find = (id: string) => actions.find((action) => action.id === `mask.${id}`);
  const perform = (id: string) => () => find(id)?.perform();
  const items = MENU.flatMap((id): (MenuItem | "-")[] => {
    if (id === "-") return ["-"];
    const action = find(id);
    const Icon = MENU_ICONS[id];
    return action ? [{ id, label: action.name, keys: action.keys, icon: <Icon size={15} aria-hidden />, onSelect: action.perform }] : [];
  }).filter((item, index, all) => item !== "-" || all[index - 1] !== "-");
  const steps = (
    <div className="flex">
      <IconButton label={t("undo")} keys="mod+z" side="top" disabled={!state.canUndo} onClick={perform("undo")}>
        <Undo2 {...ICON} />
      </IconButton>
      <IconButton label={t("redo")} keys="mod+shift+z" side="top" disabled={!state.canRedo} onClick={perform("redo")}>
        <Redo2 {...ICON} />
      </IconButton>
    </div>
  );
  const view = (
    <div className="flex items-center">
      {!narrow && (
        <IconButton label={t("zoomOut")} keys="-" side="top" onClick={perform("out")}>
          <Minus {...ICON} />
        </IconButton>
      )}
      <Percent easel={easel} />
      {!narrow && (
        <IconButton label={t("zoomIn")} keys="+" side="top" onClick={perform("in")}>
          <Plus {...ICON} />
        </IconButton>
      )}
      <IconButton label={t("zoomFit")} keys="0" side="top" onClick={perform("fit")}>
        <Scan {...ICON} />
      </IconButton>
      <IconButton label={t("zoomFull")} keys="1" side="top" onClick={perform("full")}>
        <span className="num text-xs font-medium">{"1:1"}</span>
      </IconButton>
    </div>
  );
  const rest = (
    <div className="flex">
      <Popover
        title={t("view")}
        placement="top-end"
        className="w-72 p-3.5"
        trigger={
          <IconButton label={t("view")} side="top">
            <Layers {...ICON} />
          </IconButton>
        }
      >
        <LookPopover look={look} onLook={onLook} mode={easel.mask.mode} state={state} onSet={(change) => easel.painter.set(change)} />
      </Popover>
      <Menu
        placement="top-end"
        items={items}
        trigger={
          <IconButton label={t("more")} side="top">
            <Ellipsis {...ICON} />
          </IconButton>
        }
      />
    </div>
  );
  if (narrow) {
    return (
      <div className="shrink-0 border-t border-line bg-panel px-3 py-1">
        <ToolSettings easel={easel} state={state} narrow />
        <div className="-mx-1.5 flex items-center justify-between">
          {steps}
          {view}
          {rest}
        </div>
      </div>
    );
  }
  return (
    <div className="pointer-events-auto flex max-w-full flex-wrap items-center justify-center gap-x-3 gap-y-1 rounded-xl bg-overlay px-3 py-1.5 shadow-pop">
      <ToolSettings easel={easel} state={state} />
      {steps}
      <i className="h-6 w-px bg-line" aria-hidden />
      {view}
      <i className="h-6 w-px bg-line" aria-hidden />
      {rest}
    </div>
  );
}

/** What the present tool can be told. */
function ToolSettings({ easel, state, narrow }: { easel: Easel; state: State; narrow?: boolean }) {
  const { t } = useTranslation("mask");
  const { painter, mask } = easel;
  const { tool } = state;
  const trimap = mask.mode === "trimap";
  const stroke = tool === "brush" || tool === "erase";
  const width = narrow ? "min-w-0 flex-1" : "w-31";
  const labels = trimap && tool !== "hand" && tool !== "erase" && (
    <Segment
      label={t("label")}
      hideLabel
      value={state.minus ? "minus" : "plus"}
      onChange={(value) => painter.set({ minus: value === "minus" })}
      items={[
        { value: "plus", label: <Marked kind="keep">{t("keep")}</Marked> },
        { value: "minus", label: <Marked kind="remove">{t("remove")}</Marked> },
      ]}
      className={narrow ? "flex-1" : "w-46"}
    />
  );
  const effect = !trimap && !stroke && tool !== "hand" && (
    <Segment
      label={t("effect")}
      hideLabel
      value={state.minus ? "minus" : "plus"}
      onChange={(value) => painter.set({ minus: value === "minus" })}
      items={[
        { value: "plus", label: t("add") },
        { value: "minus", label: t("subtract") },
      ]}
      className={narrow ? "flex-1" : "w-44"}
    />
  );
  const size = stroke && (
    <Slider log label={t("size")} unit={t("px")} min={1} max={MOST_BRUSH} value={state.size} onChange={(value) => painter.set({ size: value })} className={width} />
  );
  const soft = stroke && !trimap && (
    <>
      <Slider label={t("hardness")} unit={t("percent")} min={0} max={100} value={Math.round(state.hardness * 100)} onChange={(value) => painter.set({ hardness: value / 100 })} className={narrow ? "" : width} />
      <Slider label={t("opacity")} unit={t("percent")} min={1} max={100} value={Math.round(state.opacity * 100)} onChange={(value) => painter.set({ opacity: value / 100 })} className={narrow ? "" : width} />
    </>
  );
  const wand = tool === "wand" && (
    <>
      <Slider label={t("tolerance")} min={0} max={255} value={state.tolerance} onChange={(value) => painter.set({ tolerance: value })} className={width} />
      {!narrow && <Switch label={t("contiguous")} checked={state.contiguous} onChange={(contiguous) => painter.set({ contiguous })} />}
    </>
  );
  if (tool === "hand") return null;
  return (
    <div className={cx("flex items-center", narrow ? "min-h-13 gap-3" : "gap-4")}>
      {labels}
      {effect}
      {size}
      {wand}
      {narrow && (soft || wand) ? (
        <Popover
          title={t("brushSettings")}
          placement="top-end"
          className="flex w-64 flex-col gap-3 p-3.5"
          trigger={
            <IconButton label={t("brushSettings")} side="top">
              <SlidersHorizontal {...ICON} />
            </IconButton>
          }
        >
          {soft}
          {wand && <Switch label={t("contiguous")} checked={state.contiguous} onChange={(contiguous) => painter.set({ contiguous })} />}
        </Popover>
      ) : (
        soft
      )}
      {!narrow && <i className="h-6 w-px bg-line" aria-hidden />}
    </div>
  );
}

function Marked({ kind, children }: { kind: "keep" | "remove"; children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <Swatch colour={kind === "keep" ? "lime" : "red"} hatched={kind === "remove"} />
      {children}
    </span>
  );
}

/** The zoom changes with every frame of a gesture: it is written past React. */
function Percent({ easel }: { easel: Easel }) {
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = () => {
      if (!text.current) return;
      const percent = zoom(easel.camera.view) * 100;
      text.current.textContent = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
    };
    write();
    return easel.camera.listen(write);
  }, [easel]);
  return <span ref={text} className="num w-13 text-center text-xs text-fg-2" />;
}
