/** What stands around every page: the ways, the search, what is running, and the connection. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useMatches, useNavigate } from "@tanstack/react-router";
import { CircleHelp, LayoutTemplate, LogOut, Menu as Lines, Moon, PanelLeft, Search, Sun } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, cache, credits, me, onSignedOut, operations } from "@/api";
import { Activity } from "@/features/activity";
import { useShare } from "@/features/boards/share";
import { makeElsewhere, useElsewhere } from "@/features/elsewhere/store";
import { Bell } from "@/features/notices";
import { DropAnywhere } from "@/features/library/DropAnywhere";
import { dollars } from "@/lib/format";
import { fetchSoon, patient, soon } from "@/lib/later";
import { Live } from "@/live/live";
import { everything, happened } from "@/live/news";
import { cx, Dialog, IconButton, Keys, Logo, Menu, Tip } from "@/ui";
import { pressed, useActions, type Action } from "./actions";
import { Announcer } from "./announce";
import { Connection } from "./Connection";
import { useLook } from "./look";
import { pagesFor, type Page } from "./pages";

const Palette = lazy(soon(() => import("./Palette")));
const Shortcuts = lazy(soon(() => import("./Shortcuts")));
const Elsewhere = lazy(soon(() => import("@/features/elsewhere")));
const Share = lazy(patient(() => import("@/features/boards/Share")));
const Viewer = lazy(soon(() => import("@/features/viewer")));

export function Frame() {
  const { t } = useTranslation("shell");
  const known = useSuspenseQuery(operations).data;
  const pages = useMemo(() => pagesFor(known), [known]);
  const here = usePage(pages);
  const navigate = useNavigate();
  const { theme, rail, set } = useLook();
  // The benches give their width to the picture: their sidebar is always a rail.
  const bench = (here?.group === "make" && here.id !== "create") || here?.id === "social";
  const sharing = useShare((now) => now.what !== null);
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const [more, setMore] = useState(false);
  const elsewhere = useElsewhere((state) => state.asset);
  const view = useMatches({ select: (matches) => (matches[0]?.search as { view?: string } | undefined)?.view });

  useEffect(fetchSoon, []);
  useEffect(() => {
    const live = new Live({ happened, resync: everything });
    addEventListener("keydown", pressed);
    return () => {
      live.close();
      removeEventListener("keydown", pressed);
    };
  }, []);
  useEffect(
    () =>
      onSignedOut(() => {
        cache.removeQueries({ queryKey: me.queryKey });
        void navigate({ to: "/welcome", search: { next: location.pathname + location.search } });
      }),
    [navigate],
  );
  useEffect(() => {
    document.title = here ? `${t(`pages.${here.id}`)} · Gesso` : "Gesso";
  }, [here, t]);

  const dark = document.documentElement.dataset["theme"] === "dark";
  useActions(
    useMemo<Action[]>(
      () => [
        ...pages.map((page): Action => ({ id: `go.${page.id}`, name: t("go", { page: t(`pages.${page.id}`) }), group: t("groups.go"), icon: page.icon, keys: page.keys, perform: () => void navigate({ to: page.to }) })),
        ...(pages.some((page) => page.id === "create")
          ? [{ id: "go.templates", name: t("go", { page: t("home.tiles.templates") }), group: t("groups.go"), icon: LayoutTemplate, keys: "g p", perform: () => void navigate({ to: "/create", search: { tab: "templates" } }) }]
          : []),
        { id: "palette", name: t("palette.open"), group: t("groups.studio"), icon: Search, keys: "mod+k", hidden: true, perform: () => setPalette(true) },
        { id: "shortcuts", name: t("shortcuts.title"), group: t("groups.studio"), icon: CircleHelp, keys: "?", perform: () => setShortcuts(true) },
        { id: "rail", name: rail ? t("expand") : t("collapse"), group: t("groups.studio"), icon: PanelLeft, keys: "\\", disabled: bench, perform: () => set({ rail: !rail }) },
        { id: "theme", name: dark ? t("light") : t("dark"), group: t("groups.studio"), icon: dark ? Sun : Moon, keys: "shift+d", perform: () => set({ theme: dark ? "light" : "dark" }) },
        { id: "signOut", name: t("signOut"), group: t("groups.studio"), icon: LogOut, perform: () => void signOut() },
      ],
      [pages, t, navigate, rail, bench, dark, set],
    ),
  );

  return (
    <div className="grid h-dvh grid-cols-[auto_minmax(0,1fr)] overflow-hidden max-md:grid-cols-1 max-md:grid-rows-[minmax(0,1fr)_auto]">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-sm focus:bg-overlay focus:p-2">
        {t("skip")}
      </a>
      <Sidebar pages={pages} here={here} rail={rail || bench} />
      <div className="grid min-h-0 min-w-0 grid-rows-[auto_minmax(0,1fr)]">
        <header className="flex h-13 items-center gap-2 border-b border-line bg-bg px-3 max-md:px-2">
          {!bench && (
            <IconButton label={rail ? t("expand") : t("collapse")} keys="\\" onClick={() => set({ rail: !rail })} className="max-lg:hidden">
              <PanelLeft size={17} aria-hidden />
            </IconButton>
          )}
          <Link to="/" aria-label={t("pages.home")} className="pl-1 md:hidden">
            <Logo />
          </Link>
          <h1 className="truncate pl-1 text-sm font-semibold">{here ? t(`pages.${here.id}`) : ""}</h1>
          <button
            type="button"
            onClick={() => setPalette(true)}
            className="ml-auto flex h-8 w-64 items-center gap-2 rounded-md border border-line bg-panel px-2.5 text-sm text-fg-3 hover:border-line-2 max-lg:hidden"
          >
            <Search size={15} aria-hidden />
            <span className="flex-1 truncate text-left">{t("palette.hint")}</span>
            <Keys keys="mod+k" />
          </button>
          <IconButton label={t("palette.open")} keys="mod+k" onClick={() => setPalette(true)} className="ml-auto lg:hidden">
            <Search size={17} aria-hidden />
          </IconButton>
          <Activity />
          <Bell />
          <IconButton label={dark ? t("light") : t("dark")} onClick={() => set({ theme: dark ? "light" : "dark" })} className="max-md:hidden">
            {theme === "light" || !dark ? <Moon size={17} aria-hidden /> : <Sun size={17} aria-hidden />}
          </IconButton>
          <Account />
        </header>
        <Connection />
        <div id="main" tabIndex={-1} className="min-h-0 min-w-0 outline-none">
          <Suspense fallback={<div className="h-full bg-bg" />}>
            <Outlet />
          </Suspense>
        </div>
      </div>
      <nav aria-label={t("main")} className="flex border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] md:hidden">
        {pages
          .filter((page) => page.thumb)
          .map((page) => (
            <Link
              key={page.id}
              to={page.to}
              aria-current={page === here ? "page" : undefined}
              className={cx("flex h-14 flex-1 flex-col items-center justify-center gap-1 text-2xs font-medium", page === here ? "text-accent-text" : "text-fg-2")}
            >
              <page.icon size={20} strokeWidth={1.8} aria-hidden />
              {t(`pages.${page.id}`)}
            </Link>
          ))}
        <button type="button" onClick={() => setMore(true)} className="flex h-14 flex-1 flex-col items-center justify-center gap-1 text-2xs font-medium text-fg-2">
          <Lines size={20} strokeWidth={1.8} aria-hidden />
          {t("more")}
        </button>
      </nav>
      <Dialog title={t("more")} open={more} onClose={() => setMore(false)} sheet="bottom">
        <div className="flex flex-col gap-1">
          {pages
            .filter((page) => !page.thumb)
            .map((page) => (
              <Link key={page.id} to={page.to} onClick={() => setMore(false)} className="flex min-h-11 items-center gap-3 rounded-md px-2 text-md font-medium hover:bg-hover">
                <page.icon size={19} strokeWidth={1.8} className="text-fg-3" aria-hidden />
                {t(`pages.${page.id}`)}
              </Link>
            ))}
          <button type="button" onClick={() => set({ theme: dark ? "light" : "dark" })} className="flex min-h-11 items-center gap-3 rounded-md px-2 text-md font-medium hover:bg-hover">
            {dark ? <Sun size={19} className="text-fg-3" aria-hidden /> : <Moon size={19} className="text-fg-3" aria-hidden />}
            {dark ? t("light") : t("dark")}
          </button>
          <Budget />
        </div>
      </Dialog>
      <Suspense>
        {palette && <Palette onClose={() => setPalette(false)} />}
        {shortcuts && <Shortcuts onClose={() => setShortcuts(false)} />}
        {view !== undefined && <Viewer id={view} />}
      </Suspense>
      {/* Over a viewer, which must not go while these come. */}
      <Suspense>
        {elsewhere && <Elsewhere key={elsewhere.id} asset={elsewhere} onClose={() => makeElsewhere(null)} />}
        {sharing && <Share />}
      </Suspense>
      <DropAnywhere />
      <Announcer />
    </div>
  );
}

function usePage(pages: readonly Page[]): Page | undefined {
  const path = useMatches({ select: (matches) => matches.at(-1)?.pathname.replace(/(.)\/$/, "$1") ?? "/" });
  return pages.find((page) => page.to === (PARTS[path] ?? (path.startsWith("/batch/") ? "/batch" : path)));
}

/** Pages that are part of another. */
const PARTS: Record<string, string> = { "/duplicates": "/library", "/tagging": "/library" };

function Sidebar({ pages, here, rail }: { pages: readonly Page[]; here: Page | undefined; rail: boolean }) {
  const { t } = useTranslation("shell");
  const who = useSuspenseQuery(me).data;
  const small = rail ? "" : "max-lg:hidden";
  return (
    <nav aria-label={t("main")} className={cx("flex h-dvh flex-col border-r border-line bg-bg max-md:hidden", rail ? "w-[60px]" : "w-[60px] lg:w-[212px]")}>
      <div className={cx("flex h-13 shrink-0 items-center", rail ? "justify-center" : "px-3 max-lg:justify-center")}>
        <Link to="/" className="-m-0.5 flex min-w-0 items-center gap-2.5 rounded-md p-1.5 hover:bg-hover" aria-label={`${t("pages.home")} · ${who.team_name}`}>
          <Logo />
          {!rail && <span className={cx("truncate text-sm font-semibold", small)}>{who.team_name}</span>}
        </Link>
      </div>
      <div className="flex flex-1 flex-col gap-3 overflow-auto px-2.5 pb-2">
        {(["", "make", "keep", "ship"] as const).map((group) => (
          <div key={group} className="flex flex-col gap-px not-has-[a]:hidden">
            {group !== "" && (
              <>
                <div className={cx("mx-2 my-1 h-px bg-line", !rail && "lg:hidden")} />
                {!rail && <div className={cx("px-2 pt-1 pb-1 text-2xs font-medium text-fg-3", small)}>{t(`groups.${group}`)}</div>}
              </>
            )}
            {pages
              .filter((page) => page.group === group && page.id !== "settings")
              .map((page) => (
                <Way key={page.id} page={page} on={page === here} rail={rail} />
              ))}
          </div>
        ))}
      </div>
      <div className="flex flex-col gap-1 border-t border-line px-2.5 py-2.5">
        {!rail && (
          <div className={small}>
            <Budget />
          </div>
        )}
        {pages
          .filter((page) => page.id === "settings")
          .map((page) => (
            <Way key={page.id} page={page} on={page === here} rail={rail} />
          ))}
      </div>
    </nav>
  );
}

function Way({ page, on, rail }: { page: Page; on: boolean; rail: boolean }) {
  const { t } = useTranslation("shell");
  const name = t(`pages.${page.id}`);
  const link = (
    <Link
      to={page.to}
      aria-current={on ? "page" : undefined}
      aria-label={name}
      className={cx(
        "flex items-center rounded-md text-sm font-medium transition-colors duration-100",
        rail ? "size-10 justify-center" : "h-8 gap-2.5 px-2 max-lg:size-10 max-lg:justify-center",
        on ? "bg-active text-fg" : "text-fg-2 hover:bg-hover hover:text-fg",
      )}
    >
      <page.icon size={17} strokeWidth={1.8} className={on ? "text-accent-text" : ""} aria-hidden />
      {!rail && <span className="max-lg:hidden">{name}</span>}
    </Link>
  );
  return rail ? (
    <Tip label={name} keys={page.keys} side="right">
      {link}
    </Tip>
  ) : (
    link
  );
}

function Budget() {
  const { t } = useTranslation("shell");
  const found = useQuery(credits).data;
  if (!found) return <div className="skeleton h-[52px]" />;
  return (
    <Link to="/settings" search={{ part: "budget" }} className="mb-1 block rounded-md border border-line bg-panel p-2.5 hover:border-line-2">
      <span className="block text-xs font-medium text-fg-2">{t("budget.title")}</span>
      <span className="num mt-0.5 block text-sm">
        <span className="font-semibold">{found.unlimited ? t("budget.unlimited") : t("budget.left", { amount: dollars(found.balance) })}</span>
        {found.reserved > 0 && <span className="text-fg-3"> {t("budget.reserved", { amount: dollars(found.reserved) })}</span>}
      </span>
    </Link>
  );
}

function Account() {
  const { t } = useTranslation("shell");
  const who = useSuspenseQuery(me).data;
  const navigate = useNavigate();
  const initials = who.name
    .split(/\s+/)
    .map((word) => word[0])
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return (
    <Menu
      trigger={
        <button type="button" aria-label={t("account", { name: who.name })} className="ml-1 grid size-7.5 shrink-0 place-items-center rounded-full bg-fg text-2xs font-semibold text-bg coarse:size-9">
          {initials}
        </button>
      }
      items={[
        { id: "settings", label: t("pages.settings"), onSelect: () => void navigate({ to: "/settings" }) },
        "-",
        { id: "out", label: t("signOut"), icon: <LogOut size={15} aria-hidden />, onSelect: () => void signOut() },
      ]}
    />
  );
}

async function signOut(): Promise<void> {
  // Whoever sits here next is not told of what was mine.
  await import("@/features/notices/push").then((push) => push.leave()).catch(() => undefined);
  await api.DELETE("/api/session");
  location.assign("/welcome");
}
