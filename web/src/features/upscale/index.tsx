/** The same picture, larger. */

import "@/i18n/upscale";
import { useTranslation } from "react-i18next";
import { Bench } from "@/features/edit/Bench";

export default function Upscale() {
  const { t } = useTranslation("upscale");
  return <Bench capability="upscale" title={t("choose")} text={t("chooseText")} latest many />;
}
