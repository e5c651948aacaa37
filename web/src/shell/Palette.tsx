/** Everything that can be done here, and every picture, by a few letters. */

import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CornerDownLeft, Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Asset } from "@/api";
import { cx, Dialog, Keys } from "@/ui";
import { useActions, useAllActions, type Action } from "./actions";

const NONE: readonly Action[] = [];
const PICTURES = 6;

type Row = { kind: "action"; action: Action } | { kind: "asset"; asset: Asset };

export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const actions = useAllActions();
  useActions(NONE, { modal: true });

  const q = words.trim();
  const pictures = useQuery({
    queryKey: ["assets", "palette", q],
    queryFn: ({ signal }) => body(api.GET("/api/assets", { params: { query: { q, limit: PICTURES } }, signal })),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  }).data;

  const rows = useMemo<Row[]>(() => {
    const found = rank(actions, q).map((action): Row => ({ kind: "action", action }));
    const seen = q.length >= 2 ? (pictures?.items ?? []).map((asset): Row => ({ kind: "asset", asset })) : [];
    return [...found, ...seen];
  }, [actions, q, pictures]);
  useEffect(() => setAt(0), [q]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const choose = (row: Row | undefined) => {
    if (!row) return;
    onClose();
    if (row.kind === "asset") void navigate({ to: ".", search: (now) => ({ ...now, view: row.asset.id }) });
    // After the dialog has given the focus back, which the action may want for itself.
    else setTimeout(row.action.perform, 30);
  };

  return (
    <Dialog title={t("palette.open")} open onClose={onClose} look="bare" className="max-w-xl">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search size={16} className="shrink-0 text-fg-3" aria-hidden />
        <input
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={rows.length > 0 ? `palette-${at}` : undefined}
          aria-label={t("palette.open")}
          value={words}
          placeholder={t("palette.hint")}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") setAt(Math.min(rows.length - 1, at + 1));
            else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
            else if (event.key === "Enter") choose(rows[at]);
            else return;
            event.preventDefault();
          }}
          className="h-13 flex-1 bg-transparent text-md outline-none placeholder:text-fg-3"
        />
      </div>
      <div ref={list} id="palette-list" role="listbox" aria-label={t("palette.results")} className="min-h-0 flex-1 overflow-auto p-1.5">
        {rows.map((row, index) => {
          const first = index === 0 || heading(rows[index - 1]) !== heading(row);
          return (
            <div key={row.kind === "action" ? row.action.id : row.asset.id} role="presentation">
              {first && (
                <div className="px-2 pt-2.5 pb-1 text-2xs font-medium text-fg-3" role="presentation">
                  {heading(row) ?? t("palette.pictures")}
                </div>
              )}
              <div
                id={`palette-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                onPointerMove={() => setAt(index)}
                onClick={() => choose(row)}
                onKeyDown={() => undefined}
                className={cx("flex min-h-9 items-center gap-2.5 rounded-sm px-2 coarse:min-h-11", index === at && "bg-hover")}
              >
                {row.kind === "action" ? <ActionRow action={row.action} /> : <AssetRow asset={row.asset} />}
                {index === at && <CornerDownLeft size={14} className="text-fg-3" aria-hidden />}
              </div>
            </div>
          );
        })}
        {rows.length === 0 && <p className="px-3 py-8 text-center text-sm text-fg-2">{t("palette.nothing", { words: q })}</p>}
      </div>
    </Dialog>
  );
}

const heading = (row: Row | undefined): string | undefined => (row?.kind === "action" ? (row.action.group ?? "") : undefined);

function ActionRow({ action }: { action: Action }) {
  return (
    <>
      {action.icon ? <action.icon size={16} className="text-fg-3" aria-hidden /> : <span className="w-4" />}
      <span className={cx("flex-1", action.danger && "text-bad")}>{action.name}</span>
      {action.keys !== undefined && <Keys keys={action.keys} />}
    </>
  );
}

function AssetRow({ asset }: { asset: Asset }) {
  return (
    <>
      <img src={`${asset.thumbnail}?size=256`} alt="" className="size-7 rounded-xs object-cover" />
      <span className="flex-1 truncate">{asset.title}</span>
    </>
  );
}

/** Every word must be found; names that begin with the words come first, headings stay together. */
function rank(actions: readonly Action[], words: string): Action[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = actions.filter((action) => !action.hidden);
  const scored = shown.flatMap((action) => {
    const text = `${action.name} ${action.group ?? ""} ${action.words ?? ""}`.toLowerCase();
    if (!wanted.every((word) => text.includes(word))) return [];
    return [{ action, score: action.name.toLowerCase().startsWith(words.toLowerCase()) ? 0 : 1 }];
  });
  const best = new Map<string, number>();
  scored.forEach(({ action, score }, index) => {
    const group = action.group ?? "";
    best.set(group, Math.min(best.get(group) ?? Infinity, score * 1000 + index));
  });
  return scored
    .sort((one, other) => (best.get(one.action.group ?? "") ?? 0) - (best.get(other.action.group ?? "") ?? 0) || one.score - other.score)
    .map(({ action }) => action);
}
