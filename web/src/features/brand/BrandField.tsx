/** Which brand a request wears: a quiet chip, which is not there at all where the team has no kit. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronDown, Settings2 } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { kits } from "@/api";
import { useDrafts } from "@/features/forms/drafts";
import { Menu } from "@/ui";
import { Swatches } from "./Swatches";

interface BrandProps {
  title: string;
  value: string;
  /** "" is none, and stays none though the team has a default. */
  onChange: (value: string) => void;
  /** The operation whose new drafts begin with the team's default. */
  op: string | undefined;
}

export function BrandField({ title, value, onChange, op }: BrandProps) {
  const { t } = useTranslation("brand");
  const navigate = useNavigate();
  const every = useQuery(kits).data;
  // A draft that says anything of a brand, also that there is none, has decided.
  const decided = useDrafts((state) => op === undefined || "brand" in (state.drafts[op]?.values ?? {}));
  const usual = every?.find((kit) => kit.default);
  useEffect(() => {
    if (!decided && usual) onChange(usual.id);
  }, [decided, usual, onChange]);
  if (!every || (every.length === 0 && value === "")) return <span data-nothing hidden />;
  const chosen = every.find((kit) => kit.id === value);
  const name = chosen?.title ?? (value === "" ? t("none") : t("gone"));
  const tick = (on: boolean) => (on ? <Check size={14} aria-hidden /> : <span className="size-3.5" />);
  return (
    <Menu
      placement="bottom-start"
      trigger={
        <button
          type="button"
          className="inline-flex min-h-7 max-w-full items-center gap-2 rounded-full border border-line px-2.5 text-xs text-fg-2 hover:border-line-2 hover:text-fg coarse:min-h-11"
        >
          {chosen && <Swatches palette={chosen.palette} className="h-3 w-10" />}
          <span className="text-fg-3">{`${title}: `}</span>
          <span className={chosen ? "truncate font-medium text-fg" : value === "" ? "" : "text-warn"}>{name}</span>
          <ChevronDown size={13} aria-hidden className="shrink-0 text-fg-3" />
        </button>
      }
      items={[
        ...every.map((kit) => ({ id: kit.id, label: kit.title, icon: tick(kit.id === value), onSelect: () => onChange(kit.id) })),
        { id: "none", label: t("none"), icon: tick(value === ""), onSelect: () => onChange("") },
        "-" as const,
        { id: "kits", label: t("kits"), icon: <Settings2 size={14} aria-hidden />, onSelect: () => void navigate({ to: "/settings", search: { part: "brand" } }) },
      ]}
    />
  );
}
