/** Where one arrives: what can be begun, what is running, what was made. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ImageUp, LayoutTemplate, ListChecks } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, assetOf, body, cache, me, operations, working, type Asset, type Run } from "@/api";
import { holding } from "@/features/assets/actions";
import { pictured } from "@/features/assets/pictured";
import { useOpen } from "@/features/create/Tile";
import { DRAGGED, said, useDrafts } from "@/features/forms";
import { upload } from "@/features/library/uploads";
import { cancelRun } from "@/features/runs";
import { useNow } from "@/live/now";
import { pagesFor, type Page } from "@/shell/pages";
import { Button, cx, Progress } from "@/ui";

const RECENT = 18;

export default function Home() {
  const { t } = useTranslation("shell");
  const { data: who } = useSuspenseQuery(me);
  const { data: known } = useSuspenseQuery(operations);
  const recent = useQuery({ queryKey: ["assets", "home", "recent"], queryFn: () => body(api.GET("/api/assets", { params: { query: { kind: "image", limit: RECENT } } })) });
  const favourites = useQuery({ queryKey: ["assets", "home", "favourites"], queryFn: () => body(api.GET("/api/assets", { params: { query: { kind: "image", favorite: true, limit: RECENT } } })) });
  const running = (useQuery(working).data?.items ?? []).filter((run) => run.state === "queued" || run.state === "running");
  const hour = new Date().getHours();
  const greeting = hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
  const pages = pagesFor(known).filter((page) => page.group === "make" || page.id === "social");
  return (
    <main className="h-full overflow-auto bg-bg">
      <div className="mx-auto flex max-w-[1120px] flex-col gap-10 px-6 py-9 max-md:gap-8 max-md:px-4 max-md:py-6">
        <header>
          <h2 className="text-2xl font-semibold tracking-[-.02em]">{t(`home.${greeting}`, { name: who.name })}</h2>
          <p className="mt-1 text-md text-fg-2">{t("home.lead")}</p>
        </header>
        <section aria-label={t("home.start")} className="grid grid-cols-[repeat(auto-fit,minmax(210px,1fr))] gap-3 max-md:grid-cols-2 max-md:gap-2">
          {pages.map((page) => (
            <Task key={page.id} page={page} />
          ))}
          {pages.some((page) => page.id === "create") && <ToTemplates />}
          <ToBatch />
          <AddPictures />
        </section>
        {running.length > 0 && (
          <section aria-labelledby="running">
            <h3 id="running" className="mb-3 text-md font-semibold">
              {t("home.running")}
            </h3>
            <ul className="grid grid-cols-[repeat(auto-fill,minmax(280px,1fr))] gap-2">
              {running.map((run) => (
                <Running key={run.id} run={run} />
              ))}
            </ul>
          </section>
        )}
        {recent.isPending ? <Strip title={t("home.recent")} /> : recent.data && recent.data.items.length > 0 ? <Strip title={t("home.recent")} assets={recent.data.items} search={{}} /> : <Ideas />}
        {favourites.data && favourites.data.items.length > 0 && <Strip title={t("home.favourites")} assets={favourites.data.items} search={{ favorite: true }} />}
      </div>
    </main>
  );
}

/** A room to go to; a picture dropped on its tile goes there too. */
function Task({ page }: { page: Page }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const [over, setOver] = useState(false);
  const takes = page.id !== "create";
  const id = page.id as "create" | "edit" | "upscale" | "control" | "transform" | "social";
  const drop = async (event: React.DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    const dragged = event.dataTransfer.getData(DRAGGED);
    const asset = dragged !== "" ? await cache.query({ ...assetOf(dragged), staleTime: "static" }) : (await upload([...event.dataTransfer.files].slice(0, 1)))[0];
    const picture = asset && (await pictured(asset));
    if (picture) void navigate({ to: page.to, search: holding(page.id, picture.id) });
  };
  const catches = takes
    ? {
        "data-takes-files": true,
        onDragOver: (event: React.DragEvent) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        },
        onDragLeave: () => setOver(false),
        onDrop: (event: React.DragEvent) => void drop(event),
      }
    : {};
  return (
    <Link
      to={page.to}
      {...catches}
      className={cx("group flex min-h-30 flex-col justify-between gap-3 rounded-xl border bg-panel p-4 transition-colors hover:border-line-2 hover:bg-raised", over ? "border-ring bg-accent-soft" : "border-line")}
    >
      <span className={cx("grid size-9 place-items-center rounded-md", id === "create" ? "bg-accent text-accent-fg" : "bg-hover text-fg-2 group-hover:text-fg")}>
        <page.icon size={18} strokeWidth={1.8} aria-hidden />
      </span>
      <span>
        <span className="block text-md font-semibold">{t(`home.tiles.${id}`)}</span>
        <span className="block text-xs text-fg-3">{over ? t("home.drop") : t(`home.tiles.${id}Text`)}</span>
      </span>
    </Link>
  );
}

function ToTemplates() {
  const { t } = useTranslation("shell");
  return (
    <Link to="/create" search={{ tab: "templates" }} className="group flex min-h-30 flex-col justify-between gap-3 rounded-xl border border-line bg-panel p-4 transition-colors hover:border-line-2 hover:bg-raised">
      <span className="grid size-9 place-items-center rounded-md bg-hover text-fg-2 group-hover:text-fg">
        <LayoutTemplate size={18} strokeWidth={1.8} aria-hidden />
      </span>
      <span>
        <span className="block text-md font-semibold">{t("home.tiles.templates")}</span>
        <span className="block text-xs text-fg-3">{t("home.tiles.templatesText")}</span>
      </span>
    </Link>
  );
}

function ToBatch() {
  const { t } = useTranslation("shell");
  return (
    <Link to="/batch" className="group flex min-h-30 flex-col justify-between gap-3 rounded-xl border border-line bg-panel p-4 transition-colors hover:border-line-2 hover:bg-raised">
      <span className="grid size-9 place-items-center rounded-md bg-hover text-fg-2 group-hover:text-fg">
        <ListChecks size={18} strokeWidth={1.8} aria-hidden />
      </span>
      <span>
        <span className="block text-md font-semibold">{t("home.tiles.batch")}</span>
        <span className="block text-xs text-fg-3">{t("home.tiles.batchText")}</span>
      </span>
    </Link>
  );
}

function AddPictures() {
  const { t } = useTranslation("shell");
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const add = async (files: FileList | null) => {
    const added = await upload([...(files ?? [])]);
    if (added.length > 0) void navigate({ to: "/library" });
  };
  return (
    <>
      <button type="button" onClick={() => input.current?.click()} className="group flex min-h-30 flex-col justify-between gap-3 rounded-xl border border-dashed border-line-2 p-4 text-left hover:bg-hover">
        <span className="grid size-9 place-items-center rounded-md bg-hover text-fg-2 group-hover:text-fg">
          <ImageUp size={18} strokeWidth={1.8} aria-hidden />
        </span>
        <span>
          <span className="block text-md font-semibold">{t("home.tiles.library")}</span>
          <span className="block text-xs text-fg-3">{t("home.tiles.libraryText")}</span>
        </span>
      </button>
      <input ref={input} type="file" accept="image/*" multiple className="hidden" aria-label={t("home.tiles.library")} onChange={(event) => void add(event.target.files)} />
    </>
  );
}

function Running({ run }: { run: Run }) {
  const { t } = useTranslation("shell");
  const now = useNow(run.id);
  const queued = (now?.state ?? run.state) === "queued";
  return (
    <li className="rounded-lg border border-line bg-panel p-3">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm font-medium">{run.title}</p>
          <p className="truncate text-xs text-fg-3">{queued ? t("activity.queued") : said(now?.note || run.note) || t("activity.running")}</p>
        </div>
        <Button size="sm" look="ghost" disabled={now?.stopping ?? run.stopping} onClick={() => void cancelRun(run)}>
          {t("activity.cancel")}
        </Button>
      </div>
      <Progress value={queued ? 0 : Math.max(run.progress, now?.progress ?? 0)} label={run.title} className="mt-2" />
    </li>
  );
}

function Strip({ title, assets, search }: { title: string; assets?: readonly Asset[]; search?: Record<string, unknown> }) {
  const { t } = useTranslation("shell");
  const shown = useMemo(() => assets ?? [], [assets]);
  const open = useOpen(shown);
  return (
    <section aria-label={title}>
      <div className="mb-3 flex items-baseline justify-between gap-3">
        <h3 className="text-md font-semibold">{title}</h3>
        <Link to="/library" search={search ?? {}} className="rounded-xs text-xs font-medium text-fg-2 hover:text-fg">
          {t("home.all")}
        </Link>
      </div>
      <div className="flex max-h-[332px] flex-wrap gap-2 overflow-hidden max-md:max-h-[260px]">
        {assets
          ? assets.map((asset) => {
              const ratio = Math.min(2.4, Math.max(0.6, asset.width / asset.height));
              return (
                <button
                  key={asset.id}
                  type="button"
                  onClick={() => open(asset)}
                  aria-label={t("home.openPicture", { title: asset.title })}
                  title={asset.title}
                  className="checkered h-40 overflow-hidden rounded-md -outline-offset-2 max-md:h-30"
                  style={{ flex: `${ratio} 1 ${ratio * 140}px`, maxWidth: ratio * 220 }}
                >
                  <img src={`${asset.thumbnail}?size=512`} alt="" loading="lazy" className="size-full object-cover" />
                </button>
              );
            })
          : Array.from({ length: 10 }, (_, index) => <div key={index} className="skeleton h-40 flex-[1_1_160px]" />)}
      </div>
    </section>
  );
}

const IDEAS = [
  ["lighthouse", "/starters/lighthouse.webp"],
  ["ridges", "/starters/ridges.webp"],
  ["flowers", "/starters/flowers.webp"],
  ["city", "/starters/city.webp"],
] as const;

/** A studio without a picture: four sentences to begin with. */
function Ideas() {
  const { t } = useTranslation(["shell", "create"]);
  const { data: known } = useSuspenseQuery(operations);
  const navigate = useNavigate();
  const creates = known.find((operation) => operation.capability === "create");
  if (!creates) return null;
  return (
    <section aria-labelledby="ideas">
      <h3 id="ideas" className="mb-3 text-md font-semibold">
        {t("home.ideas")}
      </h3>
      <div className="grid grid-cols-4 gap-3 max-md:grid-cols-2">
        {IDEAS.map(([idea, picture]) => (
          <button
            key={idea}
            type="button"
            onClick={() => {
              useDrafts.getState().change(creates.op, { prompt: t(`create:ideas.${idea}.prompt`) });
              void navigate({ to: "/create" });
            }}
            className="group overflow-hidden rounded-xl border border-line bg-panel text-left hover:border-line-2"
          >
            <img src={picture} alt="" width={512} height={512} className="aspect-square w-full object-cover" />
            <span className="block p-3">
              <span className="block text-sm font-semibold">{t(`create:ideas.${idea}.title`)}</span>
              <span className="block text-xs text-fg-3">{t(`create:ideas.${idea}.prompt`)}</span>
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}
