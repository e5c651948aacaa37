/** The library: everything the studio keeps, found, shown, chosen and put away. */

import "@/i18n/organise";
import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Copy, Download, Heart, ListChecks, Scissors, Search, Send, Share2, Shrink, Sparkles, Tags, Trash2, Undo2, Upload } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { cache, collections, operations, Problem, type Asset } from "@/api";
import { NONE, selected, selectedOf, type Selection } from "@/engine/grid/selection";
import { useAssetActions } from "@/features/assets/actions";
import { ACCEPTED, TEXTS } from "@/features/assets/kinds";
import { share } from "@/features/boards/share";
import { AddMenu } from "@/features/intake/AddMenu";
import type { Form } from "@/features/intake/PackAs";
import { carry } from "@/features/organise/carry";
import { CollectionHead } from "@/features/organise/Head";
import { useArrange } from "@/features/organise/useArrange";
import { setSequence } from "@/features/viewer/sequence";
import { count } from "@/lib/format";
import { patient } from "@/lib/later";
import { useMedia } from "@/lib/media";
import { useActions, type Action } from "@/shell/actions";
import { announce } from "@/shell/announce";
import { pagesFor } from "@/shell/pages";
import { Button, buttonClass, Empty, IconButton, say } from "@/ui";
import { download, erase, favour, MOST_AT_ONCE, restore, trash, wantedOf, type Wanted } from "./change";
import Details from "./Details";
import { Filters } from "./Filters";
import { Grid } from "./Grid";
import { Head } from "./Line";
import { Places } from "./Places";
import { filtersOf, narrowed, validateSearch, WIDE, type LibrarySearch } from "./search";
import { SelectionBar } from "./SelectionBar";
import { shelfOf, type Shelf } from "./shelf";
import { useTaste } from "./taste";
import { upload } from "./uploads";

const Batch = lazy(patient(() => import("./Batch")));
const Ask = lazy(patient(() => import("@/features/tagging/Ask")));
const PackAs = lazy(patient(() => import("@/features/intake/PackAs")));
const RoomLine = lazy(patient(() => import("@/features/keeping/RoomLine")));
const TrashLine = lazy(patient(() => import("@/features/keeping/TrashLine")));

/** The id before or after another in the order of the list, fetched where it was not seen yet. */
async function neighbour(shelf: Shelf, id: string, step: 1 | -1): Promise<string | null> {
  const at = shelf.indexOf(id);
  const to = at === undefined ? -1 : at + step;
  if (to < 0 || to >= shelf.total) return null;
  return (await shelf.ids(to, to + 1))[0] ?? null;
}

export default function Library() {
  const { t } = useTranslation(["library", "ui"]);
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const search = useMemo(() => validateSearch(raw), [raw]);
  const navigate = useNavigate();
  const change = useCallback(
    (next: LibrarySearch, replace = false) => void navigate({ to: "/library", replace, search: (now: object) => ({ ...now, ...next }) }),
    [navigate],
  );
  // Another list is another choice; another look at the same picture is not.
  const narrow = useCallback((next: LibrarySearch) => change({ ...next, asset: undefined }, next.q !== undefined), [change]);
  const filters = filtersOf(search);
  const { data: shelf, error, isPlaceholderData, refetch } = useQuery({ ...shelfOf(filters), placeholderData: keepPreviousData });
  useKept(shelf);
  const total = useSyncExternalStore(shelf?.subscribe ?? nothing, () => shelf?.total);

  const phone = useMedia("(max-width: 767px)");
  const taste = useTaste();
  const mode = phone && taste.mode === "rows" ? "squares" : taste.mode;
  const field = useRef<HTMLInputElement>(null);
  const [active, setActive] = useState(0);
  const [focused, setFocused] = useState(false);
  const [selection, setSelection] = useState<Selection>(NONE);
  useEffect(() => {
    setSelection(NONE);
    setActive(0);
  }, [shelf]);
  useEffect(() => {
    if (total !== undefined && active >= total) setActive(Math.max(0, total - 1));
  }, [active, total]);
  const many = shelf ? selectedOf(selection, shelf.total) : 0;
  const select = useCallback((next: Selection) => setSelection(next), []);
  useEffect(() => {
    if (many > 0) announce(t("bar.count", { count: many, n: many }));
  }, [many, t]);

  const beside = useMedia("(min-width: 1600px)");
  // Where there is room the details stand beside the grid; elsewhere a picture is looked at whole, its details a key away.
  const open = useCallback(
    (id: string, fully = false) => {
      if (beside && !fully) return change({ asset: id }, search.asset !== undefined);
      if (shelf) setSequence({ prev: (of) => neighbour(shelf, of, -1), next: (of) => neighbour(shelf, of, 1) });
      void navigate({ to: ".", search: (now: object) => ({ ...now, view: id }) });
    },
    [beside, change, search.asset, shelf, navigate],
  );
  const at = useCallback(
    (index: number) => {
      setActive(index);
      const id = shelf?.at(index)?.id;
      // With the details beside the grid, they follow the keys.
      if (beside && search.asset !== undefined && id !== undefined && id !== search.asset) change({ asset: id }, true);
    },
    [shelf, beside, search.asset, change],
  );

  const acts = useActs(shelf, selection, setSelection);
  const { data: shelves } = useQuery(collections);
  const names = useMemo(() => new Map(shelves?.map((each) => [each.id, each.name])), [shelves]);
  const [together, setTogether] = useState<readonly string[] | null>(null);
  /** The selected ones, if they are not too many to be worked on at once. */
  const some = useCallback(async () => {
    if (!shelf) return null;
    const chosen = selection.all ? (await shelf.ids(0, shelf.total)).filter((id) => selected(selection, id)) : [...selection.ids];
    if (chosen.length <= MOST_AT_ONCE) return chosen;
    say({ title: t("batch.many", { n: count(MOST_AT_ONCE) }), detail: t("batch.manyText"), bad: true });
    return null;
  }, [shelf, selection, t]);
  const batch = useCallback(async () => setTogether(await some()), [some]);
  const [described, setDescribed] = useState<Wanted | null>(null);
  const tag = useCallback(() => shelf && setDescribed(wantedOf(shelf, selection)), [shelf, selection]);
  const publishes = pagesFor(useSuspenseQuery(operations).data).some(({ id }) => id === "social");
  const social = useCallback(async () => {
    const chosen = await some();
    if (chosen) void navigate({ to: "/social", search: chosen.length === 1 ? { image: chosen[0] } : { images: chosen.join(",") } });
  }, [some, navigate]);
  const converts = pagesFor(useSuspenseQuery(operations).data).some(({ id }) => id === "convert");
  const convert = useCallback(async () => {
    const chosen = await some();
    if (chosen) void navigate({ to: "/convert", search: { images: chosen.join(",") } });
  }, [some, navigate]);
  const rows = useCallback(async () => {
    const chosen = await some();
    if (!chosen) return;
    const { beginPictures } = await import("@/features/batch/begin");
    const made = await beginPictures(chosen);
    if (made) void navigate({ to: "/batch/$id", params: { id: made.id } });
  }, [some, navigate]);
  const [packing, setPacking] = useState(false);
  const shareSome = useCallback(async () => {
    const chosen = await some();
    if (chosen) share({ assets: chosen });
  }, [some]);
  const inTrash = search.place === "trash";
  const one = focused || search.asset !== undefined ? (shelf?.at(active) ?? undefined) : undefined;
  const own = useAssetActions(one);
  const arranging = useArrange(shelf, selection, search, one, names);
  const sorts = search.collection !== undefined && search.sort === undefined;
  const carried = (event: { clientX: number; clientY: number }, index: number): boolean => {
    const id = shelf?.at(index)?.id;
    if (id === undefined || inTrash || !(sorts || selected(selection, id))) return false;
    const ids = selected(selection, id) ? undefined : [id];
    carry(event, { count: ids ? 1 : many, sorts, onCollection: (to) => arranging.put(to, ids), onPlace: (to) => arranging.order(to, ids) });
    return true;
  };
  const shift = (index: number, step: 1 | -1) => {
    const id = shelf?.at(index)?.id;
    if (id !== undefined) arranging.order(step === 1 ? index + 2 : index - 1, [id]);
  };
  const picker = useRef<HTMLInputElement>(null);
  const pick = useCallback(() => picker.current?.click(), []);
  useActions(
    useMemo<Action[]>(
      () => [
        { id: "library.search", name: t("search"), group: t("group"), icon: Search, keys: "/", perform: () => field.current?.focus() },
        { id: "library.upload", name: t("upload"), group: t("group"), icon: Upload, perform: pick },
        { id: "library.doubles", name: t("doubles"), group: t("group"), icon: Copy, perform: () => void navigate({ to: "/duplicates" }) },
        ...(search.asset === undefined ? [] : [{ id: "library.close", name: t("details.close"), group: t("group"), keys: "escape", hidden: true, perform: () => change({ asset: undefined }) }]),
      ],
      [t, pick, navigate, search.asset, change],
    ),
  );
  useActions(arranging.actions, { when: !inTrash && (many > 0 || one !== undefined) });
  useActions(own, { when: many === 0 && one !== undefined });
  useActions(
    useMemo<Action[]>(() => {
      const group = t("bar.label");
      const none: Action = { id: "selected.none", name: t("bar.none"), group, keys: "escape", hidden: true, perform: acts.none };
      if (inTrash) return [none, { id: "selected.restore", name: t("bar.restore"), group, icon: Undo2, perform: acts.restore }];
      return [
        none,
        { id: "selected.favour", name: t("bar.favour"), group, icon: Heart, keys: "f", perform: () => acts.favour(!acts.favourites) },
        { id: "selected.download", name: t("bar.download"), group, icon: Download, keys: "d", perform: acts.download },
        { id: "selected.downloadAs", name: t("bar.downloadAs"), group, icon: Download, keys: "shift+d", perform: () => setPacking(true) },
        { id: "selected.batch", name: t("bar.batch"), group, icon: Scissors, keys: "b", perform: () => void batch() },
        { id: "selected.rows", name: t("bar.rows"), group, icon: ListChecks, keys: "q", perform: () => void rows() },
        ...(publishes ? [{ id: "selected.social", name: t("bar.social"), group, icon: Send, keys: "o", perform: () => void social() }] : []),
        ...(converts ? [{ id: "selected.convert", name: t("bar.convert"), group, icon: Shrink, keys: "m", perform: () => void convert() }] : []),
        { id: "selected.tag", name: t("bar.tag"), group, icon: Tags, keys: "shift+t", perform: tag },
        { id: "selected.share", name: t("bar.share"), group, icon: Share2, keys: "s", perform: () => void shareSome() },
        { id: "selected.trash", name: t("bar.trash"), group, icon: Trash2, keys: "delete", danger: true, perform: acts.trash },
      ];
    }, [t, inTrash, acts, batch, rows, publishes, social, converts, convert, tag, shareSome]),
    { when: many > 0 },
  );

  const add = (
    <>
      {phone ? (
        <IconButton label={t("upload")} onClick={pick}>
          <Upload size={17} aria-hidden />
        </IconButton>
      ) : (
        <Button size="sm" onClick={pick}>
          <Upload size={14} aria-hidden />
          {t("upload")}
        </Button>
      )}
      <AddMenu />
      <input
        ref={picker}
        type="file"
        multiple
        accept={[...Object.values(ACCEPTED), TEXTS].join(",")}
        aria-label={t("upload")}
        className="hidden"
        onChange={(event) => {
          void upload([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
  return (
    <div className="flex h-full min-h-0">
      <Places search={search} onChange={narrow} total={isPlaceholderData ? undefined : total} />
      <main className="relative flex min-w-0 flex-1 flex-col" onFocus={(event) => setFocused(inGrid(event.target))} onBlur={(event) => setFocused(inGrid(event.relatedTarget))}>
        <Filters search={search} onChange={narrow} field={field} phone={phone} actions={add} />
        {search.collection !== undefined && (
          <CollectionHead id={search.collection} onClose={() => narrow({ collection: undefined, sort: undefined })} onCreate={() => void navigate({ to: "/create", search: { collection: search.collection } })} />
        )}
        <Suspense>{inTrash ? <TrashLine /> : <RoomLine />}</Suspense>
        {error && !shelf ? (
          <Empty title={t("trouble")} actions={<Button onClick={() => void refetch()}>{t("ui:retry")}</Button>} className="flex-1">
            {error instanceof Problem ? error.message : null}
          </Empty>
        ) : shelf && total === 0 && !isPlaceholderData ? (
          <Nothing search={search} onChange={narrow} onUpload={pick} />
        ) : shelf ? (
          <Grid
            shelf={shelf}
            mode={mode}
            size={taste.size}
            phone={phone && mode !== "list"}
            label={t("grid", { count: total ?? 0 })}
            selection={selection}
            onSelect={select}
            onOpen={open}
            active={active}
            onActive={at}
            opened={search.asset}
            dim={isPlaceholderData}
            onCarry={carried}
            onShift={sorts ? shift : undefined}
            onStack={(stack) => narrow({ stack })}
            head={<Head oldest={search.sort === "oldest"} onSort={(oldest) => narrow({ sort: oldest ? "oldest" : undefined })} />}
          />
        ) : (
          <Waiting label={t("loading")} />
        )}
        {shelf && many > 0 && (
          <SelectionBar
            many={many}
            total={shelf.total}
            trash={inTrash}
            favourites={acts.favourites}
            onAll={() => setSelection({ all: true, ids: new Set() })}
            onNone={acts.none}
            onFavour={acts.favour}
            onDownload={acts.download}
            onDownloadAs={() => setPacking(true)}
            onBatch={() => void batch()}
            onRows={() => void rows()}
            onSocial={publishes ? () => void social() : undefined}
            onConvert={converts ? () => void convert() : undefined}
            onTag={tag}
            onShare={() => void shareSome()}
            onTrash={acts.trash}
            onRestore={acts.restore}
            onErase={acts.erase}
            arrange={arranging.items}
          />
        )}
      </main>
      {arranging.dialogs}
      <Suspense>{packing && shelf && <PackAs many={many} onPack={(form: Form) => download(shelf, selection, form)} onClose={() => setPacking(false)} />}</Suspense>
      <Suspense>{together && <Batch ids={together} onClose={() => setTogether(null)} />}</Suspense>
      <Suspense>{described && <Ask select={described} onClose={() => setDescribed(null)} />}</Suspense>
      {search.asset !== undefined && <Details assetId={search.asset} onClose={() => change({ asset: undefined })} onGo={(id) => change({ asset: id }, true)} />}
    </div>
  );
}

const nothing = () => () => undefined;

function inGrid(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=grid]") !== null;
}

/** A picture that was changed anywhere in the page is changed on the shelf. */
function useKept(shelf: Shelf | undefined): void {
  useEffect(() => {
    if (!shelf) return;
    return cache.getQueryCache().subscribe(({ type, query }) => {
      const [noun] = query.queryKey as readonly unknown[];
      if (type !== "updated" || noun !== "asset") return;
      const asset = query.state.data as Asset | undefined;
      const index = asset && shelf.indexOf(asset.id);
      if (!asset || index === undefined || shelf.at(index) === asset) return;
      if ((asset.deleted_at !== null) === (shelf.filters.deleted ?? false)) shelf.put(asset);
      else shelf.takeOff([asset.id]);
    });
  }, [shelf]);
}

/** What the bar and the keys do with the selected ones. */
function useActs(shelf: Shelf | undefined, selection: Selection, setSelection: (selection: Selection) => void) {
  const version = useSyncExternalStore(shelf?.subscribe ?? nothing, () => shelf?.version);
  return useMemo(() => {
    const does = (act: (shelf: Shelf, selection: Selection) => unknown, keep = false) => () => {
      if (!shelf) return;
      void act(shelf, selection);
      if (!keep) setSelection(NONE);
    };
    const known = shelf ? shelf.assets().filter((asset) => selected(selection, asset.id)) : [];
    return {
      favourites: known.length > 0 && known.every((asset) => asset.favorite),
      favour: (on: boolean) => does((each, which) => favour(each, which, on), true)(),
      download: does(download, true),
      none: () => setSelection(NONE),
      trash: does(trash),
      restore: does(restore),
      erase: does(erase),
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the version says that what is on the shelf has changed
  }, [shelf, selection, setSelection, version]);
}

function Waiting({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-1 flex-wrap content-start gap-2 overflow-hidden bg-canvas p-4">
      {Array.from({ length: 24 }, (_, index) => (
        <div key={index} className="skeleton h-48 grow" style={{ flexBasis: [190, 260, 140, 320, 200][index % 5] }} />
      ))}
    </div>
  );
}

function Nothing({ search, onChange, onUpload }: { search: LibrarySearch; onChange: (change: LibrarySearch) => void; onUpload: () => void }) {
  const { t } = useTranslation(["library", "organise"]);
  if (narrowed(search)) {
    return (
      <Empty title={t("empty.found")} actions={<Button onClick={() => onChange(WIDE)}>{t("clear")}</Button>} className="flex-1 pt-[14vh]">
        {t("empty.foundText")}
      </Empty>
    );
  }
  if (search.collection !== undefined) {
    return (
      <Empty title={t("organise:empty")} actions={<Button onClick={() => onChange({ collection: undefined })}>{t("organise:back")}</Button>} className="flex-1 pt-[14vh]">
        {t("organise:emptyText")}
      </Empty>
    );
  }
  if (search.place !== undefined) {
    return (
      <Empty title={t(`empty.${search.place}`)} actions={<Button onClick={() => onChange({ place: undefined })}>{t("empty.back")}</Button>} className="flex-1 pt-[14vh]">
        {t(`empty.${search.place}Text`)}
      </Empty>
    );
  }
  return (
    <Empty
      title={t("empty.all")}
      className="flex-1 pt-[14vh]"
      actions={
        <div className="flex flex-wrap justify-center gap-2">
          <Link to="/create" className={buttonClass("primary")}>
            <Sparkles size={16} aria-hidden />
            {t("empty.create")}
          </Link>
          <Button onClick={onUpload}>
            <Upload size={16} aria-hidden />
            {t("empty.upload")}
          </Button>
        </div>
      }
    >
      {t("empty.allText")}
    </Empty>
  );
}
