/** Over the library, when it is nearly full. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import "@/i18n/keeping";
import { cx } from "@/ui";
import { storageNow } from "./queries";

export default function RoomLine() {
  const { t } = useTranslation("keeping");
  const found = useQuery(storageNow).data;
  if (!found?.nearly) return null;
  return (
    <p role="status" className={cx("border-b border-line px-4 py-2 text-xs text-fg", found.full ? "bg-bad-soft" : "bg-warn-soft")}>
      {found.full ? t("storage.full") : t("storage.nearly")}{" "}
      <Link to="/settings" search={{ part: "storage" }} className="inline-flex min-h-6 items-center font-medium underline underline-offset-2">
        {t("storage.title")}
      </Link>
    </p>
  );
}
