/** The lineage in the details of a picture: how much it took to come to it, and the way to all of it. */

import "@/i18n/lineage";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { GitFork } from "lucide-react";
import { useTranslation } from "react-i18next";
import { lineageOf, type Asset } from "@/api";
import { price } from "@/lib/format";

export function LineageLine({ asset }: { asset: Asset }) {
  const { t } = useTranslation("lineage");
  const family = asset.parents.length + asset.children.length > 0;
  const { data } = useQuery({ ...lineageOf(asset.id), enabled: family });
  if (!family) return null;
  const amount = price(data?.total.cost ?? 0);
  return (
    <p className="flex flex-wrap items-center justify-between gap-x-3 border-t border-line px-4 py-3 text-xs">
      <Link to="/lineage" search={{ asset: asset.id }} className="inline-flex min-h-6 items-center gap-1.5 font-medium text-accent-text coarse:min-h-11">
        <GitFork size={14} aria-hidden />
        {t("show")}
      </Link>
      {data && <span className="num text-fg-2">{t("priced", { amount: data.total.least ? t("atLeast", { amount }) : amount })}</span>}
    </p>
  );
}
