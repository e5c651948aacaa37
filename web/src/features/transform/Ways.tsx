import "@/i18n/footage";
import { Film, Images, Rotate3d, SpeechIcon as Speech, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Segment } from "@/ui";
import type { Way } from "./ways";

const ICONS: Record<Way, LucideIcon> = { video: Film, avatar: Speech, mesh: Rotate3d, sequence: Images };

interface WaysProps {
  ways: readonly Way[];
  value: Way;
  onChange: (way: Way) => void;
}

export function Ways({ ways, value, onChange }: WaysProps) {
  const { t } = useTranslation("footage");
  return (
    <Segment
      label={t("way.title")}
      hideLabel
      value={value}
      onChange={(next) => onChange(next as Way)}
      items={ways.map((way) => {
        const Icon = ICONS[way];
        return {
          value: way,
          label: (
            <span className="flex items-center gap-1">
              <Icon size={14} aria-hidden className="max-lg:hidden" />
              {t(`way.${way}`)}
            </span>
          ),
        };
      })}
    />
  );
}
