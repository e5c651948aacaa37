/** What of a picture does not keep to the brand: one discreet line, which warns and never hinders. */

import { useQuery } from "@tanstack/react-query";
import { BadgeCheck, CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, body, kits, type Asset } from "@/api";
import { percent } from "@/lib/format";
import { told } from "./told";

export function BrandLine({ asset, worn }: { asset: Asset; worn: unknown }) {
  const { t } = useTranslation("brand");
  const every = useQuery(kits).data ?? [];
  // By the brand that it was made with, else by the team's.
  const kit = every.find(({ id }) => id === worn) ?? every.find((one) => one.default);
  const { data } = useQuery({
    queryKey: ["kits", "lint", kit?.id, asset.id, asset.title, JSON.stringify(asset.facts["described"] ?? null)],
    queryFn: ({ signal }) => body(api.POST("/api/brand/lint", { body: { kit: kit!.id, asset: asset.id, logo: "bottom_right", logo_size: 0.18 }, signal })),
    enabled: kit !== undefined,
    retry: false,
  });
  if (!kit || !data) return null;
  const fine = data.findings.length === 0;
  return (
    <section aria-label={t("title")} className="border-t border-line px-4 py-3">
      <h3 className="flex items-center gap-1.5 text-2xs font-medium text-fg-3">
        {fine ? <BadgeCheck size={14} aria-hidden className="text-ok" /> : <CircleAlert size={14} aria-hidden className="text-warn" />}
        {fine ? t("lint.fine", { name: kit.title }) : t("lint.some", { name: kit.title, count: data.findings.length })}
        {data.palette !== null && <span className="num ml-auto">{t("lint.palette", { share: percent(data.palette) })}</span>}
      </h3>
      {!fine && (
        <ul className="mt-1.5 flex flex-col gap-1.5">
          {data.findings.map((each) => {
            const { message, advice } = told(each);
            return (
              <li key={each.message} className="text-xs leading-5">
                <span className={each.severity === "warning" ? "text-fg" : "text-fg-2"}>{message}</span> <span className="text-fg-3">{advice}</span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
