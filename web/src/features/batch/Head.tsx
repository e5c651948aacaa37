/** What stands above a batch: its name, what it came in, and what can be done with all of it. */

import "@/i18n/batch";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Batch } from "@/api";
import { count } from "@/lib/format";
import { IconButton } from "@/ui";

interface HeadProps {
  batch: Batch;
  title: string;
  onTitle: (title: string) => void;
  children?: ReactNode;
}

export function Head({ batch, title, onTitle, children }: HeadProps) {
  const { t } = useTranslation("batch");
  const navigate = useNavigate();
  const [text, setText] = useState(title);
  useEffect(() => setText(title), [title]);
  const { format, encoding, delimiter, name } = batch.source;
  const take = () => {
    if (text.trim() === "") setText(title);
    else if (text !== title) onTitle(text.trim());
  };
  return (
    <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line bg-bg px-4 py-2 max-md:px-2">
      <IconButton label={t("back")} onClick={() => void navigate({ to: "/batch" })}>
        <ArrowLeft size={17} aria-hidden />
      </IconButton>
      <div className="min-w-32 flex-1">
        <input
          aria-label={t("name")}
          value={text}
          maxLength={300}
          onChange={(event) => setText(event.target.value)}
          onBlur={take}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
          className="-ml-1.5 block h-6 w-full truncate rounded-xs border border-transparent bg-transparent px-1.5 text-sm font-semibold hover:border-line focus:border-ring coarse:h-9"
        />
        <p className="num truncate text-xs text-fg-3">
          {[
            t("rows", { count: batch.total, n: count(batch.total) }),
            t(`formats.${format}`),
            ...(format === "csv" && delimiter !== "" && delimiter !== "," ? [t("delimiter", { sign: delimiter === "\t" ? "Tab" : `“${delimiter}”` })] : []),
            ...(encoding !== "" && encoding !== "utf-8" ? [encoding] : []),
            ...(name !== title && format !== "assets" ? [name] : []),
          ].join(" · ")}
        </p>
      </div>
      {children}
    </header>
  );
}
