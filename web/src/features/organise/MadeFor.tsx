import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { collections } from "@/api";
import "@/i18n/organise";
import { price } from "@/lib/format";

/** The campaign that runs are made for at present, with what its budget has left, and the way out of it. */
export function MadeFor() {
  const { t } = useTranslation("organise");
  const navigate = useNavigate();
  const { collection }: { collection?: string | undefined } = useSearch({ strict: false });
  const { data: all } = useQuery({ ...collections, enabled: collection !== undefined });
  const one = all?.find((each) => each.id === collection);
  if (!one) return null;
  return (
    <p className="mb-2 flex items-center gap-2 text-xs text-fg-2">
      <span className="min-w-0 flex-1">
        {t("madeFor", { name: one.name })}
        {one.budget !== null && one.spent + one.promised > 0 && ` ${t("spentOf", { spent: price(one.spent + one.promised), budget: price(one.budget) })}`}
      </span>
      <button
        type="button"
        aria-label={t("notFor", { name: one.name })}
        onClick={() => void navigate({ to: ".", search: (now: object) => ({ ...now, collection: undefined }) })}
        className="grid size-6 place-items-center rounded-sm hover:bg-hover coarse:size-11"
      >
        <X size={13} aria-hidden />
      </button>
    </p>
  );
}
