/** The pictures of a set of several: which is shown, and how far each is. */

import "@/i18n/social";
import { useQueries } from "@tanstack/react-query";
import { Check, CircleAlert, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { assetOf, OVER, type Run } from "@/api";
import { useNow } from "@/live/now";
import { cx, IconButton, Ring } from "@/ui";

interface PicturesProps {
  images: readonly string[];
  shown: string;
  runs: readonly Run[];
  onShow: (image: string) => void;
  onRemove: (image: string) => void;
}

export function Pictures({ images, shown, runs, onShow, onRemove }: PicturesProps) {
  const { t } = useTranslation("social");
  const assets = useQueries({ queries: images.map(assetOf), combine: (answers) => answers.map(({ data }) => data) });
  return (
    <ul aria-label={t("run.list")} className="flex shrink-0 gap-2 overflow-x-auto border-b border-line bg-bg px-3 py-2">
      {images.map((id, index) => {
        const title = assets[index]?.title ?? "";
        return (
          <li key={id} className="group/picture relative shrink-0">
            <button
              type="button"
              aria-label={t("run.show", { title })}
              aria-current={id === shown}
              onClick={() => onShow(id)}
              className={cx("checkered block size-14 overflow-hidden rounded-md ring-2 -outline-offset-2", id === shown ? "ring-ring" : "ring-transparent hover:ring-line-2")}
            >
              <img src={`/api/assets/${id}/thumbnail?size=256`} alt="" className="size-full object-cover" />
            </button>
            <State run={runs.findLast((run) => run.input["image"] === id)} />
            <IconButton
              size="sm"
              label={t("run.out", { title })}
              onClick={() => onRemove(id)}
              className="absolute -top-1 -right-1 !size-6 rounded-full bg-overlay opacity-0 shadow-card group-focus-within/picture:opacity-100 group-hover/picture:opacity-100 coarse:opacity-100"
            >
              <X size={12} aria-hidden />
            </IconButton>
          </li>
        );
      })}
    </ul>
  );
}

function State({ run }: { run: Run | undefined }) {
  const { t } = useTranslation("social");
  const now = useNow(run?.id ?? "");
  if (!run) return null;
  const over = OVER.has(run.state) || run.state === "unknown";
  return (
    <span className="pointer-events-none absolute right-0.5 bottom-0.5 grid size-5 place-items-center rounded-full bg-overlay">
      {!over ? (
        <Ring value={Math.max(0.04, now?.progress ?? run.progress)} size={13} />
      ) : run.state === "succeeded" ? (
        <Check size={13} className="text-accent-text" aria-label={t("run.done", { count: run.outputs.length })} />
      ) : (
        <CircleAlert size={13} className="text-bad" aria-label={t("run.lost")} />
      )}
    </span>
  );
}
