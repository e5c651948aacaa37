/** The inbox: what happened, since when, where it is. Looking at it marks nothing; opening one does. */

import "@/i18n/notices";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { Bell, Check, Settings2, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, body, cache, notices, unread, type Notice } from "@/api";
import { telling } from "@/features/runs";
import { moment } from "@/lib/format";
import { Button, buttonClass, cx, IconButton } from "@/ui";
import { bad, SIGNS, worded } from "./words";

export default function List({ onClose, titled }: { onClose: () => void; titled: boolean }) {
  const { t } = useTranslation("notices");
  const found = useInfiniteQuery(notices);
  const all = found.data?.pages.flatMap((page) => page.items) ?? [];
  const some = all.some((notice) => notice.read_at === null);
  const readAll = async () => {
    const newest = all[0];
    if (!newest) return;
    const left = await telling(() => body(api.POST("/api/notifications/read", { body: { until: newest.id } })));
    if (left) known(left.unread);
  };
  return (
    <div>
      <div className={cx("sticky top-0 z-10 flex h-11 items-center gap-1 border-b border-line bg-overlay pr-1.5 pl-3.5", !titled && "justify-end")}>
        {titled && <h2 className="flex-1 text-sm font-semibold">{t("title")}</h2>}
        {some && (
          <Button look="ghost" size="sm" onClick={() => void readAll()}>
            <Check size={14} aria-hidden />
            {t("readAll")}
          </Button>
        )}
        <Link to="/settings" search={{ part: "notifications" }} onClick={onClose} aria-label={t("settings")} title={t("settings")} className={buttonClass("ghost", "sm", "px-1.5")}>
          <Settings2 size={15} aria-hidden />
        </Link>
      </div>
      {found.isPending && <div className="skeleton m-3 h-32" />}
      {found.error && <p className="px-3.5 py-6 text-sm text-bad">{found.error.message}</p>}
      {found.data && all.length === 0 && (
        <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
          <Bell size={22} className="text-fg-3" aria-hidden />
          <p className="text-sm font-medium">{t("empty")}</p>
          <p className="text-xs text-fg-2">{t("emptyText")}</p>
        </div>
      )}
      {all.length > 0 && (
        <ul className="flex flex-col p-1.5">
          {all.map((notice) => (
            <One key={notice.id} notice={notice} onClose={onClose} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <div className="flex justify-center border-t border-line p-2">
          <Button look="ghost" size="sm" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("older")}
          </Button>
        </div>
      )}
    </div>
  );
}

function One({ notice, onClose }: { notice: Notice; onClose: () => void }) {
  const { t } = useTranslation("notices");
  const router = useRouter();
  const fresh = notice.read_at === null;
  const { title, text } = worded(t, notice);
  const Sign = SIGNS[notice.kind] ?? Bell;
  const open = () => {
    onClose();
    if (fresh) void api.POST("/api/notifications/{notice_id}/read", { params: { path: { notice_id: notice.id } } }).catch(() => undefined);
    // A place in this page, and nowhere else.
    if (/^\/(?!\/)/.test(notice.about)) router.history.push(notice.about);
  };
  const remove = async () => {
    await telling(() => api.DELETE("/api/notifications/{notice_id}", { params: { path: { notice_id: notice.id } } }));
    void cache.invalidateQueries({ queryKey: ["notices"] });
  };
  return (
    <li className="group relative flex items-start rounded-sm hover:bg-hover">
      <button type="button" onClick={open} className="flex min-w-0 flex-1 items-start gap-3 rounded-sm px-2 py-2.5 text-left">
        {notice.assets.length > 0 ? (
          <span className="relative mt-0.5 shrink-0">
            <img src={`/api/assets/${notice.assets[0]!}/thumbnail?size=256`} alt="" className="size-10 rounded-sm object-cover" />
            <span className="absolute -right-1.5 -bottom-1.5 grid size-5 place-items-center rounded-full bg-overlay shadow-card">
              <Sign size={11} className={bad(notice) ? "text-bad" : "text-fg-2"} aria-hidden />
            </span>
          </span>
        ) : (
          <span className="mt-0.5 grid size-10 shrink-0 place-items-center rounded-sm bg-active">
            <Sign size={17} className={bad(notice) ? "text-bad" : "text-fg-2"} aria-hidden />
          </span>
        )}
        <span className="min-w-0 flex-1">
          <span className={cx("line-clamp-2 text-sm break-words", fresh ? "font-semibold" : "text-fg-2")}>
            {fresh && <span className="sr-only">{t("unread")} </span>}
            {title}
          </span>
          {text !== "" && <span className="mt-0.5 line-clamp-2 text-xs break-words text-fg-2">{text}</span>}
          {notice.assets.length > 1 && (
            <span className="mt-2 flex gap-1.5">
              {notice.assets.slice(1).map((id) => (
                <img key={id} src={`/api/assets/${id}/thumbnail?size=256`} alt="" className="size-9 rounded-xs object-cover" />
              ))}
            </span>
          )}
          <span className="num mt-1 block text-2xs text-fg-3">{moment(notice.created_at)}</span>
        </span>
        {fresh && <span aria-hidden className="mt-2 size-2 shrink-0 rounded-full bg-accent-text" />}
      </button>
      <IconButton
        label={t("remove", { title })}
        size="sm"
        onClick={() => void remove()}
        className="absolute top-1.5 right-1.5 bg-overlay opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 coarse:static coarse:mt-1 coarse:opacity-100"
      >
        <Trash2 size={14} aria-hidden />
      </IconButton>
    </li>
  );
}

function known(left: number): void {
  cache.setQueryData(unread.queryKey, left);
  void cache.invalidateQueries({ queryKey: notices.queryKey });
}
