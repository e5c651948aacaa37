/** What of a picture does not keep to a kit: a few lines, which warn before it leaves the studio and never hinder. */

import { useQuery } from "@tanstack/react-query";
import { BadgeCheck, CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, assetOf, body, kits } from "@/api";
import { percent } from "@/lib/format";
import { told } from "./told";

interface FindingsProps {
  /** The picture, as it is or as it will leave. */
  asset: string;
  /** The kit that was chosen; none, or one that is gone, is the team's own default. */
  kit?: unknown;
  /** Where the logo stands, and how large, where one is drawn on the way out. */
  logo?: unknown;
  size?: unknown;
  /** It is only told where a kit was chosen, and not by the team's default. */
  strict?: boolean;
  className?: string;
}

type Corner = "top_left" | "top" | "top_right" | "centre" | "bottom_left" | "bottom" | "bottom_right";
const USUAL = { logo: "bottom_right", size: 0.18 } as const;

export function BrandFindings({ asset, kit: named, logo, size, strict = false, className }: FindingsProps) {
  const { t } = useTranslation("brand");
  const every = useQuery(kits).data ?? [];
  const kit = every.find(({ id }) => id === named) ?? (strict ? undefined : every.find((one) => one.default));
  const picture = useQuery({ ...assetOf(asset), enabled: kit !== undefined }).data;
  const spot = { logo: (typeof logo === "string" ? logo : USUAL.logo) as Corner, logo_size: typeof size === "number" ? size : USUAL.size };
  const { data } = useQuery({
    queryKey: ["kits", "lint", kit?.id, asset, picture?.title, JSON.stringify(picture?.facts["described"] ?? null), spot.logo, spot.logo_size],
    queryFn: ({ signal }) => body(api.POST("/api/brand/lint", { body: { kit: kit!.id, asset, ...spot }, signal })),
    enabled: kit !== undefined && picture !== undefined,
    placeholderData: (before) => before,
    retry: false,
  });
  if (!kit || !data) return null;
  const fine = data.findings.length === 0;
  return (
    <section aria-label={t("title")} className={className}>
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
