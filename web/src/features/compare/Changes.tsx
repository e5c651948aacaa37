/** What differs between how two pictures were made: the words, the settings, the model, the cost. */

import "@/i18n/lineage";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, body, type Asset } from "@/api";
import { said } from "@/features/forms/said";
import { diff } from "@/features/wording/diff";
import { price } from "@/lib/format";
import { cx, IconButton } from "@/ui";

interface Change {
  name: string;
  title: string;
  before: unknown;
  after: unknown;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function Changes({ before, after, onClose }: { before: Asset; after: Asset; onClose: () => void }) {
  const { t } = useTranslation(["lineage", "ui"]);
  const { data, error } = useQuery({
    queryKey: ["recipe", before.id, after.id],
    queryFn: ({ signal }) => body(api.GET("/api/assets/{asset_id}/changes", { params: { path: { asset_id: after.id }, query: { against: before.id } }, signal })),
  });
  const unknown = data && !(data.before_known && data.after_known);
  return (
    <section aria-label={t("changes.title")} className="absolute inset-y-3 right-3 z-2 flex w-80 max-w-[calc(100%-1.5rem)] flex-col rounded-lg bg-overlay shadow-pop max-md:inset-y-auto max-md:bottom-16 max-md:max-h-[60%]">
      <header className="flex shrink-0 items-center gap-2 py-2 pr-2 pl-4">
        <h3 className="flex-1 text-sm font-medium">{t("changes.title")}</h3>
        <IconButton size="sm" label={t("ui:close")} onClick={onClose}>
          <X size={15} aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 overflow-auto px-4 pb-4">
        {error && <p className="text-sm text-fg-2">{error.message}</p>}
        {unknown && <p className="text-sm text-fg-2">{data.before_known ? t("changes.unknownAfter") : data.after_known ? t("changes.unknownBefore") : t("changes.unknownBoth")}</p>}
        {data && !unknown && data.items.length === 0 && <p className="text-sm text-fg-2">{t("changes.none")}</p>}
        <dl className="flex flex-col gap-3">
          {data?.items.map((item) => (
            <div key={item.name}>
              <dt className="text-2xs font-medium text-fg-3">{said(item.title)}</dt>
              <dd className="mt-0.5 text-sm break-words">
                <Both change={item} />
              </dd>
            </div>
          ))}
        </dl>
        {data && !unknown && data.same > 0 && <p className="mt-4 text-xs text-fg-3">{t("changes.same", { count: data.same })}</p>}
      </div>
    </section>
  );
}

function Both({ change }: { change: Change }) {
  const { t } = useTranslation("lineage");
  const { name, before, after } = change;
  if (typeof before === "string" && typeof after === "string" && !ID.test(before) && /\s/.test(before + after)) {
    return diff(before, after).map((piece, index) => {
      if (piece.kind === "same") return <span key={index}>{piece.text}</span>;
      const Part = piece.kind === "gone" ? "del" : "ins";
      return (
        <Part key={index} className={cx("rounded-xs px-0.5", piece.kind === "gone" ? "bg-bad-soft text-bad line-through" : "bg-accent-soft no-underline")}>
          {piece.text}
        </Part>
      );
    });
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      <del className="text-fg-3 no-underline">
        <Value name={name} value={before} />
      </del>
      <span aria-label={t("changes.becomes")} role="img">
        {"→"}
      </span>
      <ins className="font-medium no-underline">
        <Value name={name} value={after} />
      </ins>
    </span>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const { t } = useTranslation("lineage");
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return t("changes.nothing");
  if (name === "cost" && typeof value === "number") return price(value);
  if (typeof value === "string" && ID.test(value)) return <img src={`/api/assets/${value}/thumbnail?size=256`} alt={t("changes.picture")} className="checkered inline-block size-10 rounded-sm object-cover" />;
  if (typeof value === "boolean") return t(value ? "changes.yes" : "changes.no");
  return typeof value === "object" ? <code className="font-mono text-2xs break-all">{JSON.stringify(value)}</code> : said(typeof value === "string" ? value : JSON.stringify(value));
}
