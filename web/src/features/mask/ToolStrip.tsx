import "@/i18n/mask";
import { Brush, Circle, Eraser, Hand, Lasso, type LucideIcon, MousePointerClick, PaintBucket, Square, WandSparkles } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Painter, State, Tool } from "@/engine/mask";
import { cx, IconButton } from "@/ui";

export const ICONS: Record<Tool, LucideIcon> = {
  brush: Brush,
  erase: Eraser,
  rectangle: Square,
  ellipse: Circle,
  lasso: Lasso,
  fill: PaintBucket,
  wand: WandSparkles,
  select: MousePointerClick,
  hand: Hand,
};

export const KEYS: Record<Tool, string> = { brush: "b", erase: "e", rectangle: "r", ellipse: "o", lasso: "l", fill: "f", wand: "w", select: "s", hand: "h" };

interface Props {
  tools: readonly Tool[];
  state: State;
  painter: Painter | undefined;
  vertical?: boolean;
}

export function ToolStrip({ tools, state, painter, vertical }: Props) {
  const { t } = useTranslation("mask");
  return (
    <div
      role="group"
      aria-label={t("tools")}
      className={cx(
        "flex shrink-0 border-line bg-panel",
        vertical ? "w-12 flex-col items-center gap-1 overflow-y-auto border-r py-2 coarse:w-14" : "justify-between overflow-x-auto border-t px-2 pt-1.5 pb-[max(6px,env(safe-area-inset-bottom))]",
      )}
    >
      {tools.map((tool) => {
        const Icon = ICONS[tool];
        const on = state.tool === tool;
        return (
          <IconButton
            key={tool}
            label={t(`tool.${tool}`)}
            keys={KEYS[tool]}
            side={vertical ? "right" : "top"}
            on={on}
            onClick={() => painter?.set({ tool })}
            className={cx(on && "text-accent-text! ring-1 ring-ring ring-inset")}
          >
            <Icon size={17} strokeWidth={1.8} aria-hidden />
          </IconButton>
        );
      })}
    </div>
  );
}
