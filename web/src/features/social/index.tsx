/** One picture for every place at once: cut, worded and written as each wants it. */

import "@/i18n/edit";
import "@/i18n/social";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { assetOf, operations } from "@/api";
import { Choose } from "@/features/edit/Choose";
import { Button, Empty } from "@/ui";
import { platforms } from "./api";
import { joined, listed, useSocialSearch } from "./search";
import { Workshop } from "./Workshop";

const OP = "image.social";
const EXTEND = "image.outpaint";

export default function Social() {
  const { t } = useTranslation(["social", "edit"]);
  const { data: known } = useSuspenseQuery(operations);
  const { data: every } = useSuspenseQuery(platforms);
  const { search, go } = useSocialSearch();
  const operation = known.find(({ op, offers }) => op === OP && offers.length > 0);
  const extend = known.find(({ op, offers }) => op === EXTEND && offers.length > 0);
  const all = listed(search.images);
  const id = search.image ?? all[0];
  const { data: asset, isError } = useQuery({ ...assetOf(id ?? ""), enabled: id !== undefined });
  if (!operation) return <Empty title={t("nothing")}>{t("nothingText")}</Empty>;
  if (id === undefined) return <Choose title={t("choose")} text={t("chooseText")} onPick={(image) => go({ image })} />;
  if (isError || (asset && (asset.kind !== "image" || asset.deleted_at !== null))) {
    const others = all.filter((one) => one !== id);
    return (
      <Empty title={t("edit:gone")} actions={<Button onClick={() => go({ image: others[0], images: joined(others), run: undefined, tile: undefined })}>{t("edit:another")}</Button>}>
        {t("edit:goneText")}
      </Empty>
    );
  }
  if (!asset) return <main className="h-full bg-canvas" />;
  // Also where the address names a picture that is not among the others.
  const images = all.includes(asset.id) ? all : [asset.id, ...all];
  return <Workshop asset={asset} images={images} operation={operation} extend={extend} platforms={every} />;
}
