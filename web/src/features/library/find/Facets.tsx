import { keepPreviousData, queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, operations } from "@/api";
import { count } from "@/lib/format";
import { cx } from "@/ui";
import { filtersOf, type Filters, type LibrarySearch } from "../search";
import { has, joined, readingOf, written } from "./query";
import { fieldSaid, valueSaid } from "./said";

const FIRST = 7;
const ORDER = ["is", "rating", "label", "type", "tag", "collection", "studio", "op", "model", "by", "after", "on", "size", "ratio", "cost", "format", "status"] as const;

export function facetsOf(filters: Filters) {
  return queryOptions({
    queryKey: ["assets", "facets", filters] as const,
    queryFn: ({ signal }) => body(api.GET("/api/assets/facets", { params: { query: filters }, signal })),
    placeholderData: keepPreviousData,
  });
}

interface FacetsProps {
  search: LibrarySearch;
  onChange: (change: LibrarySearch) => void;
}

/** What there is of each kind among what is found, with its number: a click narrows, another one widens again. */
export function Facets({ search, onChange }: FacetsProps) {
  const { t } = useTranslation("library");
  const known = useSuspenseQuery(operations).data;
  const q = search.q ?? "";
  const { data: told } = useQuery(facetsOf(filtersOf(search)));
  const { data: reading } = useQuery({ ...readingOf(q), enabled: q !== "", placeholderData: keepPreviousData });
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set());
  const parts = q === "" ? [] : (reading?.parts ?? []);
  const toggle = (field: string, value: string) => {
    const there = has(parts, field, value);
    const next = there ? `${q.slice(0, there.start)}${q.slice(there.end)}`.replace(/\s+/g, " ").trim() : joined([q], written(field, value));
    onChange({ q: next === "" ? undefined : next });
  };
  return (
    <div className="flex flex-col gap-4">
      {ORDER.map((field) => {
        const values = told?.fields[field] ?? [];
        if (values.length === 0) return null;
        const shown = whole.has(field) ? values : values.slice(0, FIRST);
        return (
          <div key={field} role="group" aria-label={fieldSaid(t, field)}>
            <h3 className="mb-1 text-2xs font-medium text-fg-3">{fieldSaid(t, field)}</h3>
            <div className="grid grid-cols-1 gap-px">
              {shown.map(({ value, count: many }) => {
                const on = has(parts, field, value) !== undefined;
                return (
                  <button
                    key={value}
                    type="button"
                    aria-pressed={on}
                    onClick={() => toggle(field, value)}
                    className={cx("flex min-h-7 items-center gap-2 rounded-sm px-2 text-left text-sm coarse:min-h-11", on ? "bg-accent-soft text-fg" : "text-fg-2 hover:bg-hover hover:text-fg")}
                  >
                    {field === "label" && <span aria-hidden className="size-3 shrink-0 rounded-full border border-line-2" style={value === "none" ? undefined : { background: value }} />}
                    <bdi className="min-w-0 flex-1 truncate">{valueSaid(t, field, value, known)}</bdi>
                    <span className={cx("num text-2xs", on ? "text-fg-2" : "text-fg-3")}>{count(many)}</span>
                  </button>
                );
              })}
              {values.length > FIRST && (
                <button
                  type="button"
                  aria-expanded={whole.has(field)}
                  onClick={() => setWhole(new Set(whole.has(field) ? [...whole].filter((one) => one !== field) : [...whole, field]))}
                  className="min-h-7 rounded-sm px-2 text-left text-xs text-fg-3 hover:bg-hover hover:text-fg coarse:min-h-11"
                >
                  {whole.has(field) ? t("find.fewer") : t("find.more", { n: count(values.length - FIRST) })}
                </button>
              )}
            </div>
          </div>
        );
      })}
    </div>
  );
}
