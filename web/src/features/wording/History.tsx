/** What was asked for in words, to be found, judged and asked for again. */

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ArrowUpFromLine, Heart, RotateCcw, Search } from "lucide-react";
import { useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, keepAsset, runOf, type Asked, type Run } from "@/api";
import { Stars } from "@/features/assets/Stars";
import { telling } from "@/features/runs";
import { moment } from "@/lib/format";
import { Button, IconButton, say, Segment } from "@/ui";
import { promptsOf, type Sort } from "./earlier";

const PAUSE_MS = 200;

interface HistoryProps {
  onTake: (prompt: string) => void;
  /** Takes over all of the run that asked for it last. */
  onTakeAll: (run: Run) => void;
}

export default function History({ onTake, onTakeAll }: HistoryProps) {
  const { t } = useTranslation(["wording", "forms"]);
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const [sort, setSort] = useState<Sort>("recent");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const found = useInfiniteQuery(promptsOf(q, sort));
  const shown = useDeferredValue(found.data?.pages.flatMap((page) => page.items) ?? []);
  const again = () => void client.invalidateQueries({ queryKey: ["prompts"] });
  const all = async (one: Asked) => {
    const run = await telling(() => cache.query({ ...runOf(one.run), staleTime: "static" }));
    if (run) onTakeAll(run);
  };
  const rate = async (one: Asked, rating: number) => {
    const kept = await telling(() => Promise.all(one.pictures.map((id) => body(api.PATCH("/api/assets/{asset_id}", { params: { path: { asset_id: id } }, body: { rating } })))));
    kept?.forEach(keepAsset);
    again();
  };
  const unreset = async () => {
    await telling(async () => {
      await api.DELETE("/api/prompts/reset");
    });
    again();
  };
  const reset = async () => {
    const since = await telling(() => body(api.POST("/api/prompts/reset")));
    if (!since) return;
    again();
    say({ title: t("history.forgotten"), action: { label: t("forms:improve.undo"), perform: () => void unreset() } });
  };
  return (
    <div className="flex flex-col gap-2.5 p-3.5">
      <label className="flex h-9 items-center gap-2 rounded-md border border-line bg-raised px-2.5 focus-within:border-ring coarse:h-11">
        <Search size={15} aria-hidden className="shrink-0 text-fg-3" />
        <input type="search" aria-label={t("history.search")} placeholder={t("history.search")} value={typed} onChange={(event) => setTyped(event.target.value)} className="min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-fg-3" />
      </label>
      <div className="flex items-center gap-1.5">
        <Segment
          label={t("history.sort")}
          hideLabel
          value={sort}
          onChange={(value) => setSort(value as Sort)}
          items={[
            { value: "recent", label: t("history.recent") },
            { value: "worked", label: t("history.worked") },
          ]}
          className="flex-1"
        />
        {sort === "worked" && (
          <IconButton label={t("history.reset")} onClick={() => void reset()}>
            <RotateCcw size={16} aria-hidden />
          </IconButton>
        )}
      </div>
      {sort === "worked" && <p className="text-xs text-fg-3">{t("history.learns")}</p>}
      {found.isPending ? (
        <div className="flex flex-col gap-2" role="status" aria-label={t("history.reading")}>
          {[1, 2, 3].map((n) => (
            <div key={n} className="skeleton h-14" />
          ))}
        </div>
      ) : shown.length === 0 ? (
        <p className="text-sm text-fg-2">{q === "" ? t("history.empty") : t("history.nothing")}</p>
      ) : (
        <ul className="-mx-1.5 flex flex-col gap-1">
          {shown.map((one) => (
            <Entry key={one.prompt} one={one} onTake={() => onTake(one.prompt)} onTakeAll={() => void all(one)} onRate={(rating) => void rate(one, rating)} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button size="sm" look="ghost" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("history.more")}
        </Button>
      )}
    </div>
  );
}

interface EntryProps {
  one: Asked;
  onTake: () => void;
  onTakeAll: () => void;
  onRate: (rating: number) => void;
}

function Entry({ one, onTake, onTakeAll, onRate }: EntryProps) {
  const { t } = useTranslation("wording");
  const navigate = useNavigate();
  const view = (id: string) => void navigate({ to: ".", search: (now: object) => ({ ...now, view: id }) });
  return (
    <li className="rounded-md p-1.5 hover:bg-hover">
      <div className="flex items-start gap-1">
        <button type="button" onClick={onTake} className="min-w-0 flex-1 rounded-sm text-left">
          <span className="line-clamp-3 text-sm leading-4.5 break-words">{one.prompt}</span>
        </button>
        <IconButton label={t("history.all")} size="sm" onClick={onTakeAll}>
          <ArrowUpFromLine size={15} aria-hidden />
        </IconButton>
      </div>
      {one.pictures.length > 0 && (
        <div className="mt-1.5 flex gap-1">
          {one.pictures.map((id, index) => (
            <button key={id} type="button" aria-label={t("history.picture", { n: index + 1 })} onClick={() => view(id)} className="size-12 shrink-0 overflow-hidden rounded-sm bg-hover">
              <img src={`/api/assets/${id}/thumbnail?size=256`} alt="" loading="lazy" className="size-full object-cover" />
            </button>
          ))}
        </div>
      )}
      <div className="mt-1 flex min-h-6 flex-wrap items-center gap-x-2.5">
        {one.pictures.length > 0 && <Stars small label={t("history.rate")} value={one.rating} onChange={onRate} />}
        <span className="num flex items-center gap-2.5 text-2xs text-fg-3">
          {one.favorites > 0 && (
            <span className="flex items-center gap-1" aria-label={t("history.favourites", { count: one.favorites })}>
              <Heart size={11} aria-hidden className="fill-current" />
              {one.favorites}
            </span>
          )}
          <span>{moment(one.at)}</span>
          {one.times > 1 && <span>{t("history.times", { count: one.times })}</span>}
        </span>
      </div>
    </li>
  );
}
