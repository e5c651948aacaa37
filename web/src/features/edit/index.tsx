/** The rooms in which one picture is worked on. Which operations there are, the studio says. */

import "@/i18n/edit";
import { useTranslation } from "react-i18next";
import { Bench } from "./Bench";

export function Edit() {
  const { t } = useTranslation("edit");
  return <Bench capability="edit" title={t("choose.edit")} text={t("choose.editText")} />;
}

export function Control() {
  const { t } = useTranslation("edit");
  return <Bench capability="control" title={t("choose.control")} text={t("choose.controlText")} drawn="image.sketch" />;
}
