/** A text, as its letters: nothing in it is carried out, and what would deceive whoever reads it is written out. */

import "@/i18n/lineage";
import { useQuery } from "@tanstack/react-query";
import { Copy, WrapText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { copyText } from "@/lib/clipboard";
import { count } from "@/lib/format";
import { cx, IconButton } from "@/ui";
import { pieces } from "./pieces";

/** More letters than anybody reads on a page; all of it is in the file. */
const MOST = 200_000;
/** What stands in columns is read in columns. */
const COLUMNS = new Set(["text/csv", "application/json", "application/x-subrip", "text/vtt"]);

export default function Text({ asset }: { asset: Asset }) {
  const { t } = useTranslation("lineage");
  const columns = COLUMNS.has(asset.type);
  const [wrapped, setWrapped] = useState(!columns);
  const { data, isError } = useQuery({
    queryKey: ["text", asset.id],
    queryFn: async ({ signal }) => {
      const answer = await fetch(asset.file, { signal });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    },
  });
  const { lines, words } = asset.facts;
  return (
    <section aria-label={t("text.label", { title: asset.title })} className="flex size-full min-h-0 flex-col bg-canvas">
      <div className="flex shrink-0 items-center gap-2 border-b border-line bg-panel px-4 py-1.5">
        <p className="num flex-1 text-xs text-fg-3">
          {typeof lines === "number" && typeof words === "number" ? t("text.facts", { lines: count(lines), words: count(words) }) : ""}
        </p>
        <IconButton label={t("text.wrap")} size="sm" on={wrapped} onClick={() => setWrapped(!wrapped)}>
          <WrapText size={15} aria-hidden />
        </IconButton>
        <IconButton label={t("text.copy")} size="sm" disabled={data === undefined} onClick={() => void copyText(data ?? "")}>
          <Copy size={15} aria-hidden />
        </IconButton>
      </div>
      {/* A region that scrolls can be reached by the keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div tabIndex={0} role="region" aria-label={asset.title} className="min-h-0 flex-1 overflow-auto px-6 py-6 -outline-offset-2 max-md:px-4">
        {isError ? (
          <p className="text-sm text-fg-2">{t("text.lost")}</p>
        ) : (
          <pre dir="auto" className={cx("mx-auto w-fit min-w-0 text-sm leading-6 text-fg", columns ? "font-mono" : "font-sans", wrapped ? "max-w-[72ch] break-words whitespace-pre-wrap" : "whitespace-pre")}>
            {pieces((data ?? "").slice(0, MOST)).map((piece, index) =>
              piece.hidden ? (
                <mark key={index} title={piece.name} className="mx-px rounded-xs bg-warn-soft px-1 font-mono text-2xs text-fg">
                  {piece.name}
                </mark>
              ) : (
                piece.text
              ),
            )}
          </pre>
        )}
        {(data?.length ?? 0) > MOST && <p className="mx-auto mt-4 max-w-[72ch] text-xs text-fg-3">{t("text.more")}</p>}
      </div>
    </section>
  );
}
