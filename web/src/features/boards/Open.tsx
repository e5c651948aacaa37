/** One board: its head, its pictures in their order, and what waits to be taken in. */

import "@/i18n/boards";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ArrowLeft, Check, Images, MessageSquare, MoreHorizontal, PenLine, Plus, Share2, Trash2 } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache, Problem } from "@/api";
import { telling } from "@/features/runs";
import { patient } from "@/lib/later";
import { announce } from "@/shell/announce";
import { Button, cx, Empty, IconButton, Menu, say, TextField } from "@/ui";
import { accept, add, boardOf, change, discard, fresh, itemsOf, move, restore, takeOff, type Board, type Item } from "./api";
import { moved, stepped } from "./order";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));
const Sharing = lazy(patient(() => import("./Sharing")));
const Talk = lazy(patient(() => import("./Talk")));

const route = getRouteApi("/inside/boards");

export function Open({ id }: { id: string }) {
  const { t } = useTranslation(["boards", "ui"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: board, error } = useQuery(boardOf(id));
  const { data: items } = useQuery(itemsOf(id));
  const [picking, setPicking] = useState(false);
  const go = (next: { share?: string | undefined; asset?: string | undefined }, replace = false) => void navigate({ to: "/boards", replace, search: { board: id, ...next } });
  if (error && !board) {
    return (
      <Empty title={t("gone")} className="pt-[14vh]" actions={<Button onClick={() => void navigate({ to: "/boards", search: {} })}>{t("every")}</Button>}>
        {error instanceof Problem ? error.message : null}
      </Empty>
    );
  }
  if (!board || !items) return <div className="skeleton m-5 h-40" role="status" aria-label={t("loading")} />;
  const edits = board.standing === "editor";
  const own = board.collection === null;
  const waiting = items.filter((item) => item.waiting);
  const away = async () => {
    if (!(await telling(() => discard(id)))) return;
    await fresh(id);
    void navigate({ to: "/boards", search: {} });
    say({ title: t("discarded", { title: board.title }), action: { label: t("ui:undo"), perform: () => void telling(() => restore(id)).then(() => fresh(id)) } });
  };
  return (
    <main className="flex h-full flex-col overflow-auto bg-canvas">
      <header className="flex flex-wrap items-start gap-3 px-5 pt-4 pb-3 max-md:px-3">
        <IconButton label={t("every")} onClick={() => void navigate({ to: "/boards", search: {} })}>
          <ArrowLeft size={17} aria-hidden />
        </IconButton>
        <Head board={board} edits={edits} />
        <div className="flex flex-wrap gap-2">
          {own && (edits || board.standing === "uploader") && (
            <Button onClick={() => setPicking(true)}>
              <Plus size={15} aria-hidden />
              {t("add")}
            </Button>
          )}
          {edits && (
            <>
              <Button look="primary" onClick={() => go({ share: "1" })}>
                <Share2 size={15} aria-hidden />
                {t("share")}
              </Button>
              <Menu
                trigger={
                  <IconButton label={t("more")}>
                    <MoreHorizontal size={17} aria-hidden />
                  </IconButton>
                }
                items={[{ id: "discard", label: t("discard"), icon: <Trash2 size={15} aria-hidden />, danger: true, onSelect: () => void away() }]}
              />
            </>
          )}
        </div>
      </header>
      {waiting.length > 0 && edits && <Waiting board={board} items={waiting} />}
      {items.length === 0 ? (
        <Empty title={t("bare.title")} className="pt-[10vh]">
          {own ? t("bare.text") : t("bare.collection")}
        </Empty>
      ) : (
        <Pictures board={board} items={items} edits={edits && own} onOpen={(asset) => go({ asset })} />
      )}
      <Suspense>
        {picking && (
          <Picker
            title={t("add")}
            onClose={() => setPicking(false)}
            onPick={(asset) => {
              setPicking(false);
              void telling(() => add(id, [asset.id])).then(() => fresh(id));
            }}
          />
        )}
        {search.share !== undefined && edits && <Sharing board={board} onClose={() => go({}, true)} />}
        {search.asset !== undefined && <Talk board={board} items={items} asset={search.asset} onGo={(asset) => go({ asset }, true)} onClose={() => go({}, true)} />}
      </Suspense>
    </main>
  );
}

/** Title and words, changed where they stand by who may. */
function Head({ board, edits }: { board: Board; edits: boolean }) {
  const { t } = useTranslation(["boards", "ui"]);
  const [draft, setDraft] = useState<{ title: string; words: string } | null>(null);
  const keep = async () => {
    if (!draft) return;
    if (await telling(() => change(board.id, draft))) setDraft(null);
    await fresh(board.id);
  };
  if (draft) {
    return (
      <form
        className="flex min-w-60 flex-1 flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <TextField label={t("title")} value={draft.title} onChange={(title) => setDraft({ ...draft, title })} maxLength={200} />
        <TextField label={t("words")} value={draft.words} onChange={(words) => setDraft({ ...draft, words })} rows={2} maxLength={2000} />
        <div className="flex gap-2">
          <Button onClick={() => setDraft(null)}>{t("ui:cancel")}</Button>
          <Button look="primary" type="submit" disabled={draft.title.trim() === ""}>
            {t("keep")}
          </Button>
        </div>
      </form>
    );
  }
  return (
    <div className="min-w-60 flex-1">
      <h2 className="flex items-center gap-1 text-xl font-semibold tracking-[-.02em]">
        <bdi className="min-w-0 truncate">{board.title}</bdi>
        {edits && (
          <IconButton label={t("edit")} size="sm" onClick={() => setDraft({ title: board.title, words: board.words })}>
            <PenLine size={15} aria-hidden />
          </IconButton>
        )}
      </h2>
      {board.words !== "" && <bdi className="mt-1 block max-w-[70ch] text-sm whitespace-pre-wrap text-fg-2">{board.words}</bdi>}
      <p className="mt-1 flex flex-wrap items-center gap-x-2 text-xs text-fg-3">
        {t("pictures", { count: board.count })}
        <span>·</span>
        <bdi>{t("by", { name: board.by })}</bdi>
        {board.collection !== null && (
          <span className="flex items-center gap-1">
            <Images size={12} aria-hidden />
            {t("live")}
          </span>
        )}
      </p>
    </div>
  );
}

function Waiting({ board, items }: { board: Board; items: readonly Item[] }) {
  const { t } = useTranslation("boards");
  const ids = items.map((item) => item.asset.id);
  const act = (what: typeof accept) => void telling(() => what(board.id, ids)).then(() => fresh(board.id));
  return (
    <section className="mx-5 mb-3 flex flex-wrap items-center gap-3 rounded-lg border border-line bg-warn-soft px-4 py-2.5 text-sm max-md:mx-3" aria-label={t("waiting.label")}>
      <span className="flex-1">{t("waiting.text", { count: items.length, names: [...new Set(items.map((item) => item.guest))].join(", ") })}</span>
      <Button size="sm" onClick={() => act(takeOff)}>
        {t("waiting.decline")}
      </Button>
      <Button size="sm" look="primary" onClick={() => act(accept)}>
        {t("waiting.accept")}
      </Button>
    </section>
  );
}

interface PicturesProps {
  board: Board;
  items: readonly Item[];
  edits: boolean;
  onOpen: (asset: string) => void;
}

/** Moved by the pointer, or with Alt and the arrows. */
function Pictures({ board, items, edits, onOpen }: PicturesProps) {
  const { t } = useTranslation(["boards", "ui"]);
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const ids = items.map((item) => item.asset.id);
  const put = async (id: string, to: number) => {
    const { order, before } = moved(ids, id, to);
    if (order.every((each, index) => each === ids[index])) return;
    // Shown at once; put right again if the studio says no.
    const key = itemsOf(board.id).queryKey;
    cache.setQueryData(key, (now) => now && order.map((each) => now.find((item) => item.asset.id === each)!));
    announce(t("placed", { n: order.indexOf(id) + 1, of: order.length }));
    await telling(() => move(board.id, [id], before));
    await fresh(board.id);
    list.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus();
  };
  const columns = () => (list.current ? getComputedStyle(list.current).gridTemplateColumns.split(" ").length : 1);
  const off = async (item: Item) => {
    const before = ids[ids.indexOf(item.asset.id) + 1] ?? null;
    if (!(await telling(() => takeOff(board.id, [item.asset.id])))) return;
    await fresh(board.id);
    if (!item.waiting) say({ title: t("takenOff"), action: { label: t("ui:undo"), perform: () => void telling(() => add(board.id, [item.asset.id], before)).then(() => fresh(board.id)) } });
  };
  return (
    <>
      {edits && (
        <p id="order" className="px-5 pb-2 text-xs text-fg-3 max-md:hidden">
          {t("order")}
        </p>
      )}
      <ul ref={list} className="grid grid-cols-[repeat(auto-fill,minmax(180px,1fr))] gap-3 px-5 pb-6 max-md:grid-cols-2 max-md:gap-2 max-md:px-3">
        {items.map((item, index) => (
          <li
            key={item.asset.id}
            className={cx("group relative rounded-md", over === item.asset.id && dragged !== item.asset.id && "ring-2 ring-ring", dragged === item.asset.id && "opacity-50")}
            draggable={edits}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = "move";
              setDragged(item.asset.id);
            }}
            onDragEnd={() => (setDragged(null), setOver(null))}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              setOver(item.asset.id);
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== null) void put(dragged, index);
              setDragged(null);
              setOver(null);
            }}
          >
            <button
              type="button"
              data-id={item.asset.id}
              aria-describedby={edits ? "order" : undefined}
              aria-label={[item.asset.title, item.waiting ? t("waitsHere") : "", item.verdict && item.verdict.state !== "open" ? t(`state.${item.verdict.state}`) : "", item.unresolved > 0 ? t("unresolved", { count: item.unresolved }) : ""].filter(Boolean).join(", ")}
              onClick={() => onOpen(item.asset.id)}
              onKeyDown={(event) => {
                const to = edits && event.altKey ? stepped(index, event.key, columns()) : null;
                if (to === null) return;
                event.preventDefault();
                void put(item.asset.id, to);
              }}
              className="block aspect-square w-full overflow-hidden rounded-md bg-hover"
            >
              <img src={`${item.asset.thumbnail}?size=512`} alt="" draggable={false} loading="lazy" className={cx("size-full object-cover", item.waiting && "opacity-55")} />
            </button>
            <span className="pointer-events-none absolute right-2 bottom-2 flex gap-1" aria-hidden>
              {item.waiting && <Badge>{t("waitsHere")}</Badge>}
              {item.verdict?.state === "approved" && (
                <Badge>
                  <Check size={13} strokeWidth={3} />
                </Badge>
              )}
              {item.verdict?.state === "changes" && (
                <Badge>
                  <PenLine size={13} />
                </Badge>
              )}
              {item.unresolved > 0 && (
                <Badge>
                  <MessageSquare size={13} />
                  {item.unresolved}
                </Badge>
              )}
            </span>
            {edits && (
              <span className="absolute top-1.5 right-1.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 coarse:opacity-100">
                <Menu
                  placement="bottom-end"
                  trigger={
                    <IconButton label={t("moreOf", { title: item.asset.title })} size="sm" className="!bg-overlay shadow-card">
                      <MoreHorizontal size={15} aria-hidden />
                    </IconButton>
                  }
                  items={[
                    { id: "cover", label: t("cover"), disabled: item.waiting, onSelect: () => void telling(() => change(board.id, { cover: item.asset.id })).then(() => fresh(board.id)) },
                    { id: "first", label: t("first"), disabled: index === 0, onSelect: () => void put(item.asset.id, 0) },
                    { id: "last", label: t("last"), disabled: index === items.length - 1, onSelect: () => void put(item.asset.id, items.length) },
                    "-",
                    ...(item.waiting ? [{ id: "accept", label: t("waiting.acceptOne"), onSelect: () => void telling(() => accept(board.id, [item.asset.id])).then(() => fresh(board.id)) }] : []),
                    { id: "off", label: item.waiting ? t("waiting.decline") : t("takeOff"), danger: true, onSelect: () => void off(item) },
                  ]}
                />
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Badge({ children }: { children: React.ReactNode }) {
  return <span className="flex min-h-6 items-center gap-1 rounded-full bg-black/75 px-1.5 text-2xs font-semibold text-white">{children}</span>;
}
