/** A typeface: the kit's own first, and that of its headings to begin with. */

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { kits } from "@/api";
import { useDrafts } from "@/features/forms/drafts";
import { said } from "@/features/forms/said";
import type { Option } from "@/features/forms/schema";
import { Segment } from "@/ui";
import { facesOf } from "./kit";

interface TypefaceProps {
  name: string;
  title: string;
  value: string | null;
  options: readonly Option[];
  onChange: (value: unknown) => void;
  /** The operation of the form. */
  op: string;
}

export function TypefaceField({ name, title, value, options, onChange, op }: TypefaceProps) {
  const { t } = useTranslation("brand");
  const kit = (useQuery(kits).data ?? []).find((one) => one.default);
  const { own, away } = facesOf(kit, options);
  const [first] = own;
  // Whoever chose one has decided, whatever the kit says.
  const decided = useDrafts((state) => name in (state.drafts[op]?.values ?? {}));
  useEffect(() => {
    if (!decided && first !== undefined) onChange(first.value);
  }, [decided, first, onChange]);
  const rest = options.filter((option) => !own.includes(option));
  return (
    <>
      <Segment
        label={title}
        value={value}
        onChange={(next) => onChange(options.find((option) => String(option.value) === next)?.value)}
        items={[...own, ...rest].map((option) => ({ value: String(option.value), label: own.includes(option) ? t("face.own", { name: said(option.title) }) : said(option.title) }))}
      />
      {kit && away.length > 0 && <p className="mt-1 text-xs text-fg-3">{t("face.away", { kit: kit.title, fonts: away.join(", ") })}</p>}
    </>
  );
}
