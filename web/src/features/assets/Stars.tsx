import { Star } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/ui";

const EVERY = [1, 2, 3, 4, 5] as const;

interface StarsProps {
  label: string;
  /** From 1 to 5, also between two of them; null where nobody has said anything. */
  value: number | null;
  onChange: (value: number) => void;
  small?: boolean;
}

/** How well something turned out. The star that is on takes the rating away: 0. */
export function Stars({ label, value, onChange, small }: StarsProps) {
  const { t } = useTranslation("wording");
  const whole = Math.round(value ?? 0);
  return (
    <div role="group" aria-label={label} className="flex">
      {EVERY.map((star) => (
        <button
          key={star}
          type="button"
          aria-label={t("stars", { count: star })}
          aria-pressed={whole === star}
          onClick={() => onChange(whole === star ? 0 : star)}
          className={cx("grid place-items-center rounded-sm hover:bg-hover coarse:size-11", small ? "size-6" : "size-7", star <= whole ? "text-warn" : "text-fg-3")}
        >
          <Star size={small ? 13 : 15} aria-hidden className={star <= whole ? "fill-current" : ""} />
        </button>
      ))}
    </div>
  );
}
