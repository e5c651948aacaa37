/** The collections in the left column: shown as they are nested, filled by dropping pictures on them. */

import { useQuery } from "@tanstack/react-query";
import { ChevronRight, Folder, Megaphone, MoreHorizontal, Plus, Tags } from "lucide-react";
import { lazy, Suspense, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { collections, type Collection } from "@/api";
import { count } from "@/lib/format";
import { patient } from "@/lib/later";
import { cx, IconButton, Menu } from "@/ui";
import "@/i18n/organise";
import { changeCollection, nested, removeCollection } from "./acts";

const CollectionDialog = lazy(patient(() => import("./CollectionDialog")));
const TagList = lazy(patient(() => import("./TagList")));

export type Wish = { collection: Collection } | { parent: string | null; kind: Collection["kind"] };

interface TreeProps {
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
  onTag: (tag: string) => void;
}

export function Tree({ chosen, onChoose, onTag }: TreeProps) {
  const { t } = useTranslation("organise");
  const { data: all = [] } = useQuery(collections);
  const [shut, setShut] = useState<ReadonlySet<string>>(new Set());
  const [wish, setWish] = useState<Wish | null>(null);
  const [tagging, setTagging] = useState(false);
  const parents = new Map(all.map((one) => [one.id, one.parent]));
  const hidden = (one: Collection) => {
    for (let id = one.parent; id !== null; id = parents.get(id) ?? null) if (shut.has(id)) return true;
    return false;
  };
  const turn = (id: string) => setShut((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]));
  return (
    <div className="flex flex-col gap-px" role="group" aria-label={t("collections")}>
      <div className="flex items-center gap-1 pl-2">
        <h2 className="flex-1 text-2xs font-medium text-fg-3">{t("collections")}</h2>
        <IconButton size="sm" label={t("tagList")} onClick={() => setTagging(true)}>
          <Tags size={14} aria-hidden />
        </IconButton>
        <Menu
          placement="bottom-start"
          trigger={
            <IconButton size="sm" label={t("new")}>
              <Plus size={14} aria-hidden />
            </IconButton>
          }
          items={[
            { id: "collection", label: t("new"), icon: <Folder size={15} aria-hidden />, onSelect: () => setWish({ parent: null, kind: "collection" }) },
            { id: "campaign", label: t("newCampaign"), icon: <Megaphone size={15} aria-hidden />, onSelect: () => setWish({ parent: null, kind: "campaign" }) },
          ]}
        />
      </div>
      {nested(all)
        .filter(({ collection }) => !hidden(collection))
        .map(({ collection, deep, inner }) => (
          <Leaf
            key={collection.id}
            {...{ collection, deep, inner, all }}
            open={!shut.has(collection.id)}
            on={chosen === collection.id}
            onTurn={() => turn(collection.id)}
            onChoose={() => onChoose(chosen === collection.id ? undefined : collection.id)}
            onWish={setWish}
            onGone={() => chosen === collection.id && onChoose(undefined)}
          />
        ))}
      <Suspense>
        {wish && <CollectionDialog wish={wish} all={all} onClose={() => setWish(null)} onMade={(made) => onChoose(made.id)} />}
        {tagging && <TagList onClose={() => setTagging(false)} onTag={(tag) => (setTagging(false), onTag(tag))} />}
      </Suspense>
    </div>
  );
}

interface LeafProps {
  collection: Collection;
  deep: number;
  inner: boolean;
  all: readonly Collection[];
  open: boolean;
  on: boolean;
  onTurn: () => void;
  onChoose: () => void;
  onWish: (wish: Wish) => void;
  onGone: () => void;
}

const KIND = "application/x-gesso-collection";

function Leaf({ collection, deep, inner, all, open, on, onTurn, onChoose, onWish, onGone }: LeafProps) {
  const { t } = useTranslation("organise");
  const Icon = collection.kind === "campaign" ? Megaphone : Folder;
  const beside = all.filter((one) => one.parent === collection.parent);
  const at = beside.indexOf(collection);
  const move = (before: string | null) => void changeCollection(collection.id, { before });
  // One collection dropped on another is nested in it; on its upper edge, put in front of it.
  const over = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(KIND)) return;
    event.preventDefault();
    event.currentTarget.setAttribute("data-over", upper(event) ? "edge" : "");
  };
  const drop = (event: DragEvent) => {
    event.currentTarget.removeAttribute("data-over");
    const id = event.dataTransfer.getData(KIND);
    if (id === "" || id === collection.id) return;
    event.preventDefault();
    void changeCollection(id, upper(event) ? { parent: collection.parent, before: collection.id } : { parent: collection.id });
  };
  return (
    <div
      data-collection={collection.id}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(KIND, collection.id)}
      onDragOver={over}
      onDragLeave={(event) => event.currentTarget.removeAttribute("data-over")}
      onDrop={drop}
      className={cx(
        "group/leaf flex min-h-8 items-center rounded-md border-t-2 border-transparent text-sm font-medium data-over:bg-accent-soft data-over:text-fg data-[over=edge]:border-ring data-[over=edge]:bg-transparent",
        on ? "bg-active text-fg" : "text-fg-2 hover:bg-hover hover:text-fg",
      )}
      style={{ paddingLeft: deep * 12 }}
    >
      {inner ? (
        <button type="button" aria-expanded={open} aria-label={t(open ? "close" : "open", { name: collection.name })} onClick={onTurn} className="grid size-6 shrink-0 place-items-center rounded-sm text-fg-3 coarse:size-9">
          <ChevronRight size={13} aria-hidden className={cx("transition-transform duration-100", open && "rotate-90")} />
        </button>
      ) : (
        <span className="w-2 shrink-0" />
      )}
      <button type="button" aria-current={on ? "page" : undefined} onClick={onChoose} className="flex min-h-8 min-w-0 flex-1 items-center gap-2 text-left coarse:min-h-11">
        <Icon size={15} strokeWidth={1.8} className={cx("shrink-0", on && "text-accent-text")} aria-hidden />
        <span className="min-w-0 flex-1 truncate" title={collection.name}>
          {collection.name}
        </span>
        <span className={cx("num text-2xs", on ? "text-fg-2" : "text-fg-3")}>{count(collection.count)}</span>
      </button>
      <Menu
        placement="bottom-start"
        trigger={
          <IconButton size="sm" label={t("actions", { name: collection.name })} className="opacity-0 group-hover/leaf:opacity-100 focus-visible:opacity-100 coarse:opacity-100">
            <MoreHorizontal size={14} aria-hidden />
          </IconButton>
        }
        items={[
          { id: "edit", label: t("edit"), onSelect: () => onWish({ collection }) },
          { id: "inside", label: t("newIn"), onSelect: () => onWish({ parent: collection.id, kind: "collection" }) },
          { id: "up", label: t("moveUp"), disabled: at === 0, onSelect: () => move(beside[at - 1]?.id ?? null) },
          { id: "down", label: t("moveDown"), disabled: at === beside.length - 1, onSelect: () => move(beside[at + 2]?.id ?? null) },
          "-",
          { id: "delete", label: t("delete"), danger: true, onSelect: () => void removeCollection(collection).then((done) => done && onGone()) },
        ]}
      />
    </div>
  );
}

function upper(event: DragEvent): boolean {
  const box = event.currentTarget.getBoundingClientRect();
  return event.clientY - box.top < box.height / 4;
}
