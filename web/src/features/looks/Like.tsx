import "@/i18n/looks";
import { useQuery } from "@tanstack/react-query";
import { ScanSearch, X } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf } from "@/api";
import { ACCEPTED } from "@/features/assets/kinds";
import { useMedia } from "@/lib/media";
import { IconButton } from "@/ui";
import { lookOf } from "./search";

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;

/** What is looked for, where something like it is; a click takes it away. */
export function Like({ like, onClear }: { like: string; onClear: () => void }) {
  const { t } = useTranslation("looks");
  const known = ID.test(like);
  const { data: asset } = useQuery({ ...assetOf(like), enabled: known });
  return (
    <div className="flex h-8 items-center gap-2 rounded-full border border-ring bg-accent-soft pr-1 pl-1 text-xs font-medium text-fg coarse:h-11">
      {asset ? <img src={`${asset.thumbnail}?size=256`} alt="" className="size-6 rounded-full object-cover" /> : <ScanSearch size={15} className="ml-1.5" aria-hidden />}
      <span className="max-w-44 truncate" title={asset?.title}>
        {known ? t("like.label") : t("like.upload")}
      </span>
      <button type="button" aria-label={t("like.none")} onClick={onClear} className="grid size-6 place-items-center rounded-full hover:bg-hover coarse:size-9">
        <X size={13} aria-hidden />
      </button>
    </div>
  );
}

/** A picture of one's own, to find what is like it; it is kept by nobody. */
export function ByPicture({ onFound }: { onFound: (like: string) => void }) {
  const { t } = useTranslation("looks");
  const field = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const phone = useMedia("(max-width: 767px)");
  const look = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    const like = await lookOf(file);
    setBusy(false);
    if (like) onFound(like);
  };
  return (
    <>
      <IconButton {...(phone ? {} : { size: "sm" as const })} label={t("like.search")} onClick={() => field.current?.click()}>
        <ScanSearch size={phone ? 17 : 16} className={busy ? "animate-pulse" : ""} aria-hidden />
      </IconButton>
      <input
        ref={field}
        type="file"
        accept={ACCEPTED.image}
        aria-label={t("like.search")}
        className="hidden"
        onChange={(event) => {
          void look(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </>
  );
}
