/** What stands over the pictures of a collection: its name, its note, and of a campaign what it is for and may cost. */

import { useQuery } from "@tanstack/react-query";
import { PenLine, Share2, Sparkles, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { collections } from "@/api";
import { share } from "@/features/boards/share";
import { day, price } from "@/lib/format";
import { patient } from "@/lib/later";
import { Button, IconButton, Progress } from "@/ui";
import "@/i18n/organise";

const CollectionDialog = lazy(patient(() => import("./CollectionDialog")));

export function CollectionHead({ id, onClose, onCreate }: { id: string; onClose: () => void; onCreate: () => void }) {
  const { t } = useTranslation("organise");
  const { data: all } = useQuery(collections);
  const [editing, setEditing] = useState(false);
  const one = all?.find((each) => each.id === id);
  if (!all) return null;
  if (!one) return <p className="border-b border-line bg-panel px-4 py-2 text-sm text-fg-2">{t("gone")}</p>;
  const campaign = one.kind === "campaign";
  const dates = [one.starts, one.ends].map((date) => (date ? day(date) : "")).filter(Boolean);
  return (
    <section aria-label={one.name} className="flex flex-wrap items-start gap-x-4 gap-y-1 border-b border-line bg-panel px-4 py-2">
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-sm font-semibold">{one.name}</h1>
        {(one.note !== "" || one.brief !== "") && <p className="line-clamp-3 text-xs leading-5 break-words whitespace-pre-line text-fg-2">{[one.brief, one.note].filter(Boolean).join("\n")}</p>}
        {campaign && (dates.length > 0 || one.channels.length > 0) && <p className="text-xs text-fg-3">{[dates.join(" – "), ...one.channels].filter(Boolean).join(" · ")}</p>}
      </div>
      {campaign && (one.budget !== null || one.spent > 0) && (
        <div className="w-52 text-xs text-fg-2">
          <p className="num">{one.budget !== null && one.spent === 0 ? t("unspent", { budget: price(one.budget) }) : one.budget === null ? `${t("spent")}: ${price(one.spent)}` : t("spentOf", { spent: price(one.spent), budget: price(one.budget) })}</p>
          {one.budget !== null && one.budget > 0 && <Progress label={t("spent")} value={Math.min(1, one.spent / one.budget)} />}
          {one.promised > 0 && <p className="num text-2xs text-fg-3">{t("promised", { price: price(one.promised) })}</p>}
        </div>
      )}
      <div className="flex items-center gap-1">
        {campaign && (
          <Button size="sm" onClick={onCreate}>
            <Sparkles size={14} aria-hidden />
            {t("createFor")}
          </Button>
        )}
        <IconButton size="sm" label={t("share")} onClick={() => share({ collection: { id, name: one.name } })}>
          <Share2 size={15} aria-hidden />
        </IconButton>
        <IconButton size="sm" label={t("edit")} onClick={() => setEditing(true)}>
          <PenLine size={15} aria-hidden />
        </IconButton>
        <IconButton size="sm" label={t("back")} onClick={onClose}>
          <X size={15} aria-hidden />
        </IconButton>
      </div>
      <Suspense>{editing && <CollectionDialog wish={{ collection: one }} all={all} onClose={() => setEditing(false)} />}</Suspense>
    </section>
  );
}
