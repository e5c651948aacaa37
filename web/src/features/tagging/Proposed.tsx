import "@/i18n/tagging";
import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { Button, IconButton } from "@/ui";
import { decide, proposalsOf, type Proposed } from "./api";

/** Beside one picture: what is proposed for it. Nothing, where nothing is. */
export default function ProposedFor({ asset }: { asset: Asset }) {
  const { t } = useTranslation("tagging");
  const { data } = useQuery(proposalsOf(asset.id));
  if (!data) return null;
  return (
    <section aria-label={t("section")} className="border-t border-line px-4 py-3">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h3 className="text-2xs font-medium text-fg-3">{t("section")}</h3>
        <span className="-mr-2 flex">
          <Button look="ghost" size="sm" onClick={() => void decide([asset.id], "rejected")}>
            {t("rejectAll")}
          </Button>
          <Button look="ghost" size="sm" onClick={() => void decide([asset.id], "kept")}>
            {t("keepAll")}
          </Button>
        </span>
      </div>
      <Words proposed={data} />
    </section>
  );
}

/** Each tag and each text, with a word on it. */
export function Words({ proposed }: { proposed: Proposed }) {
  const { t } = useTranslation("tagging");
  const { asset, tags, texts } = proposed;
  return (
    <div className="flex flex-col gap-2.5">
      {texts.map(({ field, text, by }) => (
        <div key={field} className="flex items-start gap-1">
          <p className="min-w-0 flex-1 text-xs leading-5 break-words text-fg">
            <span className="block text-2xs text-fg-3">{`${t(field)}, ${t(`by.${by === "model" ? "model" : "rule"}`)}`}</span>
            {text}
          </p>
          <IconButton size="sm" label={t("keep", { what: t(field) })} onClick={() => void decide([asset.id], "kept", { fields: [field] })}>
            <Check size={14} aria-hidden />
          </IconButton>
          <IconButton size="sm" label={t("reject", { what: t(field) })} onClick={() => void decide([asset.id], "rejected", { fields: [field] })}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      {tags.length > 0 && (
        <ul aria-label={t("tags")} className="flex flex-wrap gap-1.5">
          {tags.map(({ tag, by }) => (
            <li key={tag} title={t(`by.${by === "model" ? "model" : "rule"}`)} className="flex items-center overflow-hidden rounded-full border border-dashed border-line-2 text-xs text-fg-2">
              <button type="button" aria-label={t("keep", { what: tag })} onClick={() => void decide([asset.id], "kept", { tags: [tag] })} className="flex min-h-6 max-w-48 items-center gap-1 pr-1 pl-2 hover:bg-hover hover:text-fg coarse:min-h-11">
                <Check size={12} aria-hidden className="shrink-0" />
                <span className="truncate">{tag}</span>
              </button>
              <button type="button" aria-label={t("reject", { what: tag })} onClick={() => void decide([asset.id], "rejected", { tags: [tag] })} className="grid min-h-6 w-6 place-items-center hover:bg-hover hover:text-fg coarse:min-h-11 coarse:w-9">
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
