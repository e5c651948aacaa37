import "@/i18n/edit";
import { Brush, Lightbulb, SquareDashed, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { said } from "@/features/forms";
import { percent } from "@/lib/format";
import { Button, IconButton } from "@/ui";

const ICON = { box: SquareDashed, paint: Brush };

interface AdviceProps {
  asset: Asset;
  /** The tools that the operation knows, and that are not out yet. */
  tools: readonly (keyof typeof ICON)[];
  onTool: (tool: keyof typeof ICON) => void;
}

/** What the maker of a result says would make a better one, with the way to it. */
export function Advice({ asset, tools, onTool }: AdviceProps) {
  const { t } = useTranslation("edit");
  const [hidden, setHidden] = useState<string | null>(null);
  const { advice, confidence } = asset.facts;
  if (typeof advice !== "string" || advice === "" || hidden === asset.id) return null;
  return (
    <div role="note" className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-panel py-2 pr-2 pl-4">
      <Lightbulb size={16} className="shrink-0 text-warn" aria-hidden />
      <p className="min-w-48 flex-1 text-sm">
        {said(advice)}
        {typeof confidence === "number" && <span className="num text-fg-3"> {t("advice.sure", { percent: percent(confidence) })}</span>}
      </p>
      <div className="flex items-center gap-1.5">
        {tools.map((tool) => {
          const Icon = ICON[tool];
          return (
            <Button key={tool} size="sm" onClick={() => onTool(tool)}>
              <Icon size={14} aria-hidden />
              {t(`advice.${tool}`)}
            </Button>
          );
        })}
        <IconButton label={t("advice.dismiss")} size="sm" onClick={() => setHidden(asset.id)}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}
