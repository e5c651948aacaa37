/** Photographs of others: searched at their sources, shown from there with whose they are, and taken in. */

import "@/i18n/intake";
import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Check, ExternalLink, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, assetOf, body, cache, me, Problem, type Asset, type Photo, type StockSource } from "@/api";
import { telling } from "@/features/runs";
import { count } from "@/lib/format";
import { announce } from "@/shell/announce";
import { Button, Dialog, Empty, Segment, TextField } from "@/ui";
import { closeIntake } from "./store";

const sources = queryOptions({ queryKey: ["stock"], queryFn: () => body(api.GET("/api/stock")) });
const SHAPES = ["any", "landscape", "portrait", "square"] as const;
type Shape = (typeof SHAPES)[number];

function photosOf(name: string, words: string, shape: Shape) {
  return infiniteQueryOptions({
    queryKey: ["stock", name, words, shape],
    queryFn: ({ pageParam, signal }) =>
      body(api.GET("/api/stock/{name}/photos", { params: { path: { name }, query: { q: words, page: pageParam, ...(shape === "any" ? {} : { orientation: shape }) } }, signal })),
    initialPageParam: 1,
    getNextPageParam: (last, _, page) => (page < last.pages ? page + 1 : undefined),
    enabled: words !== "",
    retry: false,
  });
}

const LAST = "gesso.stock";

export default function Stock() {
  const { t } = useTranslation(["intake", "ui"]);
  const { data: all, error } = useQuery(sources);
  const [name, setName] = useState(() => localStorage.getItem(LAST) ?? "unsplash");
  const source = all?.find((one) => one.name === name) ?? all?.[0];
  const choose = (next: string) => {
    localStorage.setItem(LAST, next);
    setName(next);
  };
  return (
    <Dialog title={t("stock.title")} open onClose={closeIntake} className="max-w-4xl">
      <div className="flex min-h-0 flex-1 flex-col gap-4">
        {error instanceof Problem && (
          <p role="alert" className="text-sm text-bad">
            {error.message}
          </p>
        )}
        {all && source && (
          <>
            <Segment label={t("stock.source")} hideLabel value={source.name} onChange={choose} items={all.map((one) => ({ value: one.name, label: one.title }))} className="max-w-80" />
            {source.by === null ? <Keyless key={source.name} source={source} /> : <Search key={source.name} source={source} />}
          </>
        )}
      </div>
    </Dialog>
  );
}

function Search({ source }: { source: StockSource }) {
  const { t } = useTranslation(["intake", "ui"]);
  const [text, setText] = useState("");
  const [words, setWords] = useState("");
  const [shape, setShape] = useState<Shape>("any");
  const { data, error, isFetching, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery(photosOf(source.name, words, shape));
  const photos = data?.pages.flatMap((page) => page.items) ?? [];
  const go = () => setWords(text.trim());
  return (
    <>
      <form
        role="search"
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <TextField label={t("stock.search")} hideLabel value={text} onChange={setText} placeholder={t("stock.search")} maxLength={200} className="min-w-48 flex-1" />
        <Segment label={t("stock.shape")} hideLabel value={shape} onChange={(next) => setShape(next as Shape)} items={SHAPES.map((one) => ({ value: one, label: t(`stock.shapes.${one}`) }))} className="w-72" />
        <Button type="submit" look="primary" disabled={text.trim() === ""}>
          {t("stock.go")}
        </Button>
      </form>
      <div className="min-h-0 flex-1 overflow-auto" aria-busy={isFetching}>
        {error ? (
          <Empty title={t("stock.trouble")} actions={<Button onClick={() => void refetch()}>{t("ui:retry")}</Button>}>
            {error instanceof Problem ? error.message : null}
          </Empty>
        ) : words === "" ? (
          <Empty title={t("stock.begin")}>{t("stock.beginText", { source: source.title })}</Empty>
        ) : data && photos.length === 0 ? (
          <Empty title={t("stock.nothing", { words })}>{t("stock.nothingText")}</Empty>
        ) : (
          <>
            {data && <p className="num mb-2 text-xs text-fg-3">{t("stock.found", { count: data.pages[0]!.total, n: count(data.pages[0]!.total) })}</p>}
            <ul className="grid grid-cols-[repeat(auto-fill,minmax(180px,1fr))] gap-3 max-md:grid-cols-2">
              {photos.map((photo) => (
                <Shown key={photo.id} source={source} photo={photo} />
              ))}
            </ul>
            {isFetching && <p role="status" className="py-4 text-center text-sm text-fg-3">{t("stock.looking")}</p>}
            {hasNextPage && !isFetching && (
              <div className="flex justify-center py-4">
                <Button onClick={() => void fetchNextPage()}>{t("stock.more")}</Button>
              </div>
            )}
          </>
        )}
      </div>
      <p className="text-xs text-fg-3">
        <a href={source.site} target="_blank" rel="noreferrer" className="underline underline-offset-2">
          {t("stock.provided", { source: source.title })}
        </a>
        {" · "}
        <a href={source.licence_url} target="_blank" rel="noreferrer" className="underline underline-offset-2">
          {source.licence}
        </a>
      </p>
    </>
  );
}

function Shown({ source, photo }: { source: StockSource; photo: Photo }) {
  const { t } = useTranslation("intake");
  const [state, setState] = useState<"" | "taking" | "taken">("");
  const take = async () => {
    setState("taking");
    const asset = await telling<Asset>(() => body(api.POST("/api/stock/{name}/photos/{photo}", { params: { path: { name: source.name, photo: photo.id } } })));
    setState(asset ? "taken" : "");
    if (!asset) return;
    cache.setQueryData(assetOf(asset.id).queryKey, asset);
    void cache.invalidateQueries({ queryKey: ["assets"] });
    announce(t("stock.taken", { title: photo.title }));
  };
  const name = photo.title || t("stock.by", { name: photo.photographer });
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <div className="relative aspect-[4/3] overflow-hidden rounded-md bg-hover">
        <img src={photo.thumb} alt={name} loading="lazy" referrerPolicy="strict-origin-when-cross-origin" className="size-full object-cover" />
        <Button size="sm" look={state === "taken" ? "default" : "primary"} disabled={state !== ""} aria-label={t("stock.take", { name })} onClick={() => void take()} className="absolute right-2 bottom-2">
          {state === "taken" ? <Check size={14} aria-hidden /> : <Plus size={14} aria-hidden />}
          {t(state === "taken" ? "stock.there" : state === "taking" ? "stock.taking" : "stock.add")}
        </Button>
      </div>
      <p className="truncate text-xs text-fg-2">
        <a href={photo.photographer_url} target="_blank" rel="noreferrer" className="underline underline-offset-2">
          <bdi>{photo.photographer}</bdi>
        </a>
        {" / "}
        <a href={photo.page} target="_blank" rel="noreferrer" className="underline underline-offset-2">
          {source.title}
        </a>
      </p>
    </li>
  );
}

/** Without a key: what it is good for, where there is one, and where it goes. */
function Keyless({ source }: { source: StockSource }) {
  const { t } = useTranslation("intake");
  const may = useSuspenseQuery(me).data.permissions.includes("providers.manage");
  const [key, setKey] = useState("");
  const [trouble, setTrouble] = useState<string>();
  const [busy, setBusy] = useState(false);
  const keep = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await body(api.PUT("/api/stock/{name}", { params: { path: { name: source.name } }, body: { key: key.trim() } }));
      await cache.invalidateQueries({ queryKey: sources.queryKey });
    } catch (error) {
      setTrouble(error instanceof Problem ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <Empty title={t("stock.keyless", { source: source.title })} className="flex-1">
      <p>{t(may ? "stock.keylessText" : "stock.ask", { source: source.title })}</p>
      {may && (
        <form
          className="mx-auto mt-5 flex max-w-96 flex-col gap-3 text-left"
          onSubmit={(event) => {
            event.preventDefault();
            void keep();
          }}
        >
          <TextField label={t("stock.key", { source: source.title })} type="password" autoComplete="off" value={key} onChange={setKey} error={trouble} help={t("stock.keyHelp")} />
          <div className="flex items-center justify-between gap-2">
            <a href={source.keys} target="_blank" rel="noreferrer" className="inline-flex items-center gap-1.5 text-sm underline underline-offset-2">
              <ExternalLink size={14} aria-hidden />
              {t("stock.getKey")}
            </a>
            <Button type="submit" look="primary" disabled={key.trim().length < 8 || busy}>
              {t("stock.keep")}
            </Button>
          </div>
        </form>
      )}
    </Empty>
  );
}
