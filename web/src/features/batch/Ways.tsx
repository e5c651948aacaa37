/** The two pages of what is made in numbers: batches, and what is begun at its time. */

import "@/i18n/batch";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

const LINK = "rounded-md px-3 py-1.5 text-sm font-medium text-fg-2 hover:text-fg aria-[current=page]:bg-active aria-[current=page]:text-fg";

export function Ways({ className = "" }: { className?: string }) {
  const { t } = useTranslation("batch");
  return (
    <nav aria-label={t("title")} className={`flex gap-1 ${className}`}>
      <Link to="/batch" activeOptions={{ exact: true }} className={LINK}>
        {t("list")}
      </Link>
      <Link to="/batch/schedules" className={LINK}>
        {t("schedules")}
      </Link>
    </nav>
  );
}
