import { queryOptions, useQuery } from "@tanstack/react-query";
import { EllipsisVertical, FolderSearch, Plus, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, type Kept } from "@/api";
import { said } from "@/features/forms/said";
import { telling } from "@/features/runs";
import { count } from "@/lib/format";
import { Button, Checkbox, cx, Dialog, Menu, say, TextField } from "@/ui";
import { narrowed, WIDE, type LibrarySearch } from "../search";
import { readingOf, whole } from "./query";

export const searches = queryOptions({ queryKey: ["assets", "searches"] as const, queryFn: ({ signal }) => body(api.GET("/api/searches", { signal })) });

const again = () => void cache.invalidateQueries({ queryKey: searches.queryKey });

interface SavedProps {
  search: LibrarySearch;
  onChange: (change: LibrarySearch) => void;
}

/** The searches that are kept, each with how many it finds now; and the one that is looked at, to be kept. */
export function Saved({ search, onChange }: SavedProps) {
  const { t } = useTranslation(["library", "ui"]);
  const { data: kept = [] } = useQuery(searches);
  const [edited, setEdited] = useState<Partial<Kept> | null>(null);
  const can = narrowed(search) || (search.place ?? search.collection) !== undefined;
  if (kept.length === 0 && !can) return null;
  const remove = async (one: Kept) => {
    const done = await telling(() => body(api.DELETE("/api/searches/{search_id}", { params: { path: { search_id: one.id } } })).then(() => true));
    again();
    if (!done) return;
    const back = () => void telling(() => body(api.POST("/api/searches", { body: { name: one.name, q: one.q, shared: one.shared } }))).then(again);
    say({ title: t("find.deleted"), action: { label: t("ui:undo"), perform: back } });
  };
  return (
    <div className="flex flex-col gap-px" role="group" aria-label={t("find.smart")}>
      <h2 className="px-2 pt-1 pb-1 text-2xs font-medium text-fg-3">{t("find.smart")}</h2>
      {kept.map((one) => {
        const on = search.q === one.q && (search.place ?? search.collection) === undefined;
        return (
          <div key={one.id} className={cx("group/kept flex min-h-8 items-center rounded-md coarse:min-h-11", on ? "bg-active text-fg" : "text-fg-2 hover:bg-hover hover:text-fg")}>
            <button type="button" aria-current={on ? "page" : undefined} title={one.q} onClick={() => onChange({ ...WIDE, place: undefined, collection: undefined, stack: undefined, q: one.q })} className="flex min-h-8 min-w-0 flex-1 items-center gap-2.5 rounded-md px-2 text-left text-sm font-medium">
              <FolderSearch size={16} strokeWidth={1.8} className={on ? "text-accent-text" : ""} aria-hidden />
              <bdi className="min-w-0 flex-1 truncate">{one.name}</bdi>
              {one.shared && <Users size={12} aria-label={t("find.shared")} className="shrink-0 text-fg-3" />}
              {one.count !== null && <span className="num text-2xs text-fg-3">{count(one.count)}</span>}
            </button>
            <Menu
              trigger={
                <button type="button" aria-label={t("find.menu", { name: one.name })} className="grid size-7 shrink-0 place-items-center rounded-sm text-fg-3 opacity-0 group-hover/kept:opacity-100 hover:text-fg focus-visible:opacity-100 coarse:size-11 coarse:opacity-100">
                  <EllipsisVertical size={14} aria-hidden />
                </button>
              }
              items={[
                { id: "edit", label: t("find.edit"), onSelect: () => setEdited(one) },
                { id: "delete", label: t("find.delete"), danger: true, onSelect: () => void remove(one) },
              ]}
            />
          </div>
        );
      })}
      {can && (
        <button type="button" onClick={() => setEdited({ q: whole(search) })} className="flex min-h-8 items-center gap-2.5 rounded-md px-2 text-left text-sm text-fg-2 hover:bg-hover hover:text-fg coarse:min-h-11">
          <Plus size={16} strokeWidth={1.8} aria-hidden />
          {t("find.keep")}
        </button>
      )}
      {edited && <Edit kept={edited} onClose={() => setEdited(null)} />}
    </div>
  );
}

function Edit({ kept, onClose }: { kept: Partial<Kept>; onClose: () => void }) {
  const { t } = useTranslation(["library", "ui"]);
  const [name, setName] = useState(kept.name ?? "");
  const [q, setQ] = useState(kept.q ?? "");
  const [shared, setShared] = useState(kept.shared ?? false);
  const { data: reading } = useQuery({ ...readingOf(q.trim()), enabled: q.trim() !== "" });
  const trouble = reading?.parts.find((part) => part.trouble !== null);
  const mine = kept.mine ?? true;
  const ready = name.trim() !== "" && q.trim() !== "" && !trouble;
  const keep = async () => {
    if (!ready) return;
    const told = { name: name.trim(), q: q.trim(), ...(mine ? { shared } : {}) };
    const done = await telling(() =>
      kept.id === undefined ? body(api.POST("/api/searches", { body: { shared, ...told } })) : body(api.PATCH("/api/searches/{search_id}", { params: { path: { search_id: kept.id } }, body: told })),
    );
    if (!done) return;
    again();
    onClose();
  };
  return (
    <Dialog
      title={kept.id === undefined ? t("find.keep") : t("find.edit")}
      open
      onClose={onClose}
      initialFocus={() => document.querySelector<HTMLElement>("[data-begin] input")}
      footer={
        <>
          <Button look="ghost" onClick={onClose}>
            {t("ui:cancel")}
          </Button>
          <Button look="primary" disabled={!ready} onClick={() => void keep()}>
            {t("find.save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4" data-begin>
        <TextField label={t("find.name")} value={name} onChange={setName} maxLength={100} onEnter={() => void keep()} />
        <TextField label={t("find.query")} value={q} onChange={setQ} maxLength={500} inputClassName="font-mono text-xs" error={trouble ? `${trouble.text} · ${said(trouble.trouble!)}` : undefined} help={t("find.fills")} onEnter={() => void keep()} />
        {mine && <Checkbox label={t("find.share")} checked={shared} onChange={setShared} />}
      </div>
    </Dialog>
  );
}
