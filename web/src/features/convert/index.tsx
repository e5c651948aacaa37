/** Files for others: smaller, or of another format. The one who looks sees the very bytes before anything is kept. */

import "@/i18n/convert";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { operations } from "@/api";
import { Choose } from "@/features/edit/Choose";
import { Empty } from "@/ui";
import { listed, useConvertSearch } from "./search";
import { Workshop } from "./Workshop";

const WAYS = { compress: "image.compress", convert: "image.convert" } as const;

export default function Convert() {
  const { t } = useTranslation("convert");
  const { data: known } = useSuspenseQuery(operations);
  const { search, go } = useConvertSearch();
  const way = search.way === "convert" ? "convert" : "compress";
  const operation = known.find(({ op, offers }) => op === WAYS[way] && offers.length > 0);
  const images = listed(search.images);
  if (!operation) return <Empty title={t("nothing")}>{t("nothingText")}</Empty>;
  if (images.length === 0) return <Choose title={t("choose")} text={t("chooseText")} many onPick={(image) => go((now) => ({ images: [...listed(now.images), image].join(",") }))} />;
  return <Workshop key={way} way={way} operation={operation} images={images} shown={images.includes(search.show ?? "") ? search.show! : images[0]!} />;
}
