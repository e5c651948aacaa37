/** The room: the formats on the left, how each will look in the middle, how they are written on the right. */

import "@/i18n/social";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Crosshair, Expand, Frame as Framed, ListChecks, Redo2, RotateCcw, ScanLine, SlidersHorizontal, Type, Undo2, X, ZoomIn, ZoomOut } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { kits, runOf, type Asset, type Operation, type Run } from "@/api";
import { rounded, type Box, type Spot } from "@/engine/crop";
import { said, useDrafts, useForm } from "@/features/forms";
import type { Values } from "@/features/forms/schema";
import { useMedia } from "@/lib/media";
import { useNow } from "@/live/now";
import { useActions, type Action } from "@/shell/actions";
import { announce } from "@/shell/announce";
import { Button, cx, Dialog, IconButton, Segment } from "@/ui";
import { foundOf, type Format, type Platform } from "./api";
import { Checklist } from "./Checklist";
import { Done } from "./Done";
import { Extend } from "./Extend";
import { shapesOf } from "./shapes";
import { Arrivals, useExtended } from "./Extending";
import { FocalPicker } from "./FocalPicker";
import { useLetters } from "./letters";
import { Made } from "./Made";
import { lostOf, resultsOf, waitingOf } from "./made";
import { laidOf, logoOf, type Over, type Text, type Watermark } from "./Overlays";
import { OwnSettings } from "./Own";
import { Export, Panel } from "./Panel";
import { Pictures } from "./Pictures";
import { boxOf, captionsOf, changed, follows, MODES, NOTHING, overridesOf, padded, PLAIN, plainly, tileSize, typeOf, warningsOf, type Layout, type Mode, type Small } from "./plan";
import { joined, listed, useSocialSearch } from "./search";
import { cutOtherwise, extendingNoMore, layoutOf, redo, undo, useExtending, useSocial, useTrail } from "./store";
import { Tile, type Ground } from "./Tile";

interface WorkshopProps {
  asset: Asset;
  images: readonly string[];
  operation: Operation;
  /** What extends a picture, where something does. */
  extend: Operation | undefined;
  platforms: readonly Platform[];
}

/** What somebody who has chosen nothing yet begins with, as far as it is there. */
const FIRST = ["instagram.feed_portrait", "instagram.story", "instagram.profile", "facebook.feed", "x.post", "linkedin.feed", "youtube.thumbnail", "pinterest.pin"];
const SIDES = [140, 170, 200, 240, 290, 350] as const;
const PADDING = 16;
const MIDDLE: readonly Spot[] = [[0.5, 0.5]];
const alphaOf = (asset: Asset) => asset.facts["alpha"] === true;
/** Of a tile on a phone, in CSS pixels. */
const HIGHEST = 520;
const EMPTY: Values = {};
const ONCE: readonly Record<string, unknown>[] = [{}];

export function Workshop({ asset, images, operation, extend, platforms }: WorkshopProps) {
  const { t } = useTranslation(["social", "ui"]);
  const { search, go } = useSocialSearch();
  const phone = useMedia("(max-width: 767px)");
  const narrow = useMedia("(max-width: 1179px)");
  const all = useMemo(() => platforms.flatMap(({ formats }) => formats), [platforms]);
  const known = useMemo(() => new Map(all.map((format) => [format.id, format])), [all]);

  const kept = useSocial((state) => state.chosen);
  const named = search.formats;
  const chosen = useMemo(() => {
    const wanted = named === undefined ? (kept ?? FIRST) : listed(named);
    return wanted.flatMap((id) => known.get(id) ?? []);
  }, [named, kept, known]);
  const ids = useMemo(() => chosen.map(({ id }) => id), [chosen]);
  const choose = useCallback(
    (next: readonly string[]) => {
      useSocial.getState().choose(next);
      go({ formats: joined(next) }, true);
    },
    [go],
  );
  const groups = useMemo(
    () => platforms.map((platform) => ({ ...platform, formats: platform.formats.filter(({ id }) => ids.includes(id)) })).filter(({ formats }) => formats.length > 0),
    [platforms, ids],
  );

  const layout = useSocial((state) => state.layouts[asset.id]) ?? PLAIN;
  const { back, forth } = useTrail(asset.id);
  const { data: told } = useQuery(foundOf(asset.id, useMemo(() => all.map(({ id }) => id), [all])));
  const found = told?.asset === asset.id ? told : NOTHING;

  const input = useInputs(chosen, groups);
  const draft = useDrafts((state) => state.drafts[operation.op]?.values) ?? EMPTY;
  const given = input(asset);
  const form = useForm(
    operation,
    useMemo(() => ({ ...given, ...saying(draft) }), [given, draft]),
  );
  const { fields } = form;
  const each = useMemo(() => {
    if (images.length === 1) return ONCE;
    const names = new Set(fields.map(({ name }) => name));
    return images.map((id) => Object.fromEntries(Object.entries(input(id === asset.id ? asset : { id })).filter(([name]) => names.has(name))));
  }, [images, asset, input, fields]);
  const { values } = form;
  const over = useOver(values);
  useLetters(over.texts.map(({ font }) => font));
  const alpha = alphaOf(asset);
  const small = (typeof values["small"] === "string" ? values["small"] : "pad") as Small;
  const file = typeof values["file"] === "string" ? values["file"] : "auto";
  const ground = useMemo<Ground>(() => ({ kind: values["pad"] === "colour" ? "colour" : "blur", colour: typeof values["pad_colour"] === "string" ? values["pad_colour"] : "#ffffff" }), [values]);

  // --- How it is cut ------------------------------------------------------------------------------------------------
  const cut = useCallback((change: (layout: Layout) => Layout, gesture?: string) => cutOtherwise(asset.id, change, gesture), [asset.id]);
  const onBox = useCallback((id: string, box: Box, gesture: string) => cut((now) => changed(now, id, { box }), gesture), [cut]);
  const onFollow = useCallback((id: string) => cut((now) => changed(now, id, now.overrides[id]?.picture !== undefined ? { box: undefined, focal: undefined } : { box: undefined, focal: undefined, crop: now.crop === "smart" && now.focal === null ? undefined : "smart" })), [cut]);
  const onGrow = useCallback((id: string) => cut((now) => changed(now, id, { small: "enlarge" })), [cut]);
  const onRemove = useCallback((id: string) => choose(ids.filter((one) => one !== id)), [choose, ids]);
  const onOpen = useCallback((id: string, open: boolean) => go({ tile: open ? id : undefined }, true), [go]);
  const points = useMemo<Spot[]>(() => [[0.5, 0.5], ...found.faces.map(([x, y, width, height]): Spot => [x + width / 2, y + height / 2])], [found]);

  // --- With more picture ----------------------------------------------------------------------------------------------
  const larger = useExtended(images);
  const seenOf = (id: string) => larger.get(layout.overrides[id]?.picture ?? "") ?? asset;
  const under = useExtending(asset.id);
  const underway = useMemo(() => new Map(under.flatMap(({ run, formats }) => formats.map((id) => [id, run] as const))), [under]);
  const smallOf = useCallback((id: string) => layout.overrides[id]?.small ?? small, [layout, small]);
  const plain = useMemo(() => (extend ? chosen.filter(({ id }) => layout.overrides[id]?.picture === undefined) : []), [extend, chosen, layout]);
  const extendable = useMemo(() => new Set(shapesOf(plain, asset, smallOf).flatMap(({ formats }) => formats.map(({ id }) => id))), [plain, asset, smallOf]);
  const filled = useMemo(
    () => new Set(plain.filter((format) => extendable.has(format.id) && padded(format, boxOf(format, asset, layout, found), asset, smallOf(format.id))).map(({ id }) => id)),
    [plain, extendable, asset, layout, found, smallOf],
  );
  const [enlarging, setEnlarging] = useState<readonly Format[] | null>(null);
  const onExtend = useCallback(
    (id: string) => {
      go({ tile: undefined }, true);
      // What went wrong for several is tried again for all of them.
      const those = under.find(({ formats }) => formats.includes(id))?.formats ?? [id];
      setEnlarging(chosen.filter((format) => those.includes(format.id)));
    },
    [under, chosen, go],
  );
  const onForget = useCallback((run: string) => extendingNoMore(asset.id, run), [asset.id]);
  const every = useMemo(() => plain.filter(({ id }) => filled.has(id) && !underway.has(id)), [plain, filled, underway]);

  // --- What came of it ----------------------------------------------------------------------------------------------
  const followed = listed(search.run);
  const runs = useQueries({ queries: followed.map(runOf), combine: (answers) => answers.flatMap(({ data }) => data ?? []) });
  const mine = useMemo(() => runs.filter((run) => run.input["image"] === asset.id), [runs, asset.id]);
  const results = useMemo(() => resultsOf(mine), [mine]);
  const calls = useCallback((id: string) => {
    const format = known.get(id);
    return format ? `${platforms.find((one) => one.id === format.platform)?.title ?? ""} ${format.title}` : id;
  }, [known, platforms]);
  const lost = useMemo(() => new Map(lostOf(mine, calls).map(({ format, reason }) => [format, reason])), [mine, calls]);
  const waiting = useMemo(() => waitingOf(mine), [mine]);
  const latest = mine.at(-1);
  const now = useNow(latest?.id ?? "");
  const exported = followed.length > 0 && mine.length > 0;
  const [earlier, setEarlier] = useState<string>();
  useEffect(() => {
    if (search.run !== undefined) setEarlier(search.run);
  }, [search.run]);
  const ended = mine.length > 0 && waiting.size === 0;
  const announced = useRef("");
  useEffect(() => {
    if (!ended || latest === undefined || announced.current === latest.id) return;
    announced.current = latest.id;
    announce(t("run.done", { count: results.size }));
  }, [ended, latest, results, t]);

  const [list, setList] = useState(false);
  const [panel, setPanel] = useState(false);
  const onRun = useCallback(
    (_: Run, promised: readonly Run[]) => {
      useSocial.getState().used(ids);
      setPanel(false);
      go({ run: joined(promised.map(({ id }) => id)), tile: undefined });
    },
    [go, ids],
  );
  const again = useCallback((run: Run) => go({ run: joined([...new Set([...followed, run.id])]) }), [go, followed]);

  const sight = useSocial((state) => state.sight);
  const look = useSocial((state) => state.look);
  const at = SIDES.findIndex((side) => side >= sight.side);
  const resize = (by: number) => look({ side: SIDES[Math.min(SIDES.length - 1, Math.max(0, at + by))] ?? sight.side });
  useActions(
    useMemo<Action[]>(
      () => [
        { id: "social.undo", name: t("bar.undo"), group: t("bar.group"), icon: Undo2, keys: "mod+z", disabled: !back, perform: () => undo(asset.id) },
        { id: "social.redo", name: t("bar.redo"), group: t("bar.group"), icon: Redo2, keys: "mod+shift+z", disabled: !forth, perform: () => redo(asset.id) },
        { id: "social.focal", name: t("bar.focal"), group: t("bar.group"), icon: Crosshair, keys: "shift+f", perform: () => go({ tool: "focal" }, true) },
        { id: "social.extend", name: t("extend.all", { n: every.length }), group: t("bar.group"), icon: Expand, disabled: every.length === 0, perform: () => setEnlarging(every) },
        { id: "social.zones", name: t("bar.zones"), group: t("bar.group"), icon: ScanLine, keys: "shift+z", on: sight.zones, perform: () => look({ zones: !sight.zones }) },
      ],
      [t, back, forth, asset.id, go, sight.zones, look, every],
    ),
  );

  const canvas = useRef<HTMLDivElement>(null);
  const width = useWidth(canvas);
  const most = Math.max(120, width - 2 * PADDING);
  const drawnOf = (format: Format) => (phone ? tileSize(format, most, Math.min(most, (HIGHEST * format.width) / format.height)) : tileSize(format, sight.side, most));
  const files = ids.length * images.length;
  const settings = useCallback(
    (id: string) => {
      const format = known.get(id);
      if (!format) return null;
      const plain = changed(layout, id, { file: undefined });
      return (
        <OwnSettings
          format={format}
          layout={layout}
          type={typeOf(format, file, plain, alpha)}
          has={{ text: over.texts.length > 0, logo: over.logo !== null }}
          fields={form.fields}
          onChange={(more) => cut((now) => changed(now, id, more))}
          onReset={() => cut((now) => plainly(now, id))}
          onExtend={extendable.has(id) && !underway.has(id) ? () => onExtend(id) : undefined}
        />
      );
    },
    [known, layout, file, alpha, over, cut, form.fields, extendable, underway, onExtend],
  );

  const checklist = <Checklist platforms={platforms} chosen={ids} onChoose={choose} />;
  const right = (
    <Panel
      asset={asset}
      images={images}
      form={form}
      draft={draft}
      platforms={groups}
      files={files}
      each={each}
      onPicture={(id) => go({ image: id, images: images.length > 1 ? joined(images.map((one) => (one === asset.id ? id : one))) : undefined, run: undefined })}
      onMore={(id) => go({ images: joined([...images, id]) })}
      onRun={onRun}
    />
  );
  return (
    <main className={cx("grid h-full min-h-0 grid-rows-[minmax(0,1fr)] bg-bg", phone ? "grid-cols-1" : narrow ? "grid-cols-[minmax(0,1fr)_320px]" : "grid-cols-[284px_minmax(0,1fr)_336px]")}>
      {!narrow && (
        <section aria-label={t("list.title")} className="flex min-h-0 flex-col border-r border-line bg-panel">
          {checklist}
        </section>
      )}
      <section aria-label={t("bar.planned")} className="flex min-h-0 min-w-0 flex-col bg-canvas">
        <div role="toolbar" aria-label={t("bar.label")} className="flex min-h-12 shrink-0 items-center gap-2 overflow-x-auto border-b border-line bg-bg px-3 py-1.5">
          {narrow && (
            <Button size="sm" onClick={() => setList(true)} className="shrink-0">
              <ListChecks size={14} aria-hidden />
              {t("list.open", { n: ids.length })}
            </Button>
          )}
          <Segment
            label={t("bar.crop")}
            hideLabel
            value={layout.crop}
            onChange={(crop) => cut((now) => ({ ...now, crop: crop as Mode, focal: crop === "smart" ? null : now.focal }))}
            className="shrink-0"
            items={MODES.map((mode) => ({ value: mode, label: <span className="px-1.5 whitespace-nowrap">{t(`bar.${mode}`)}</span> }))}
          />
          <IconButton label={layout.focal ? t("bar.focalOn") : t("bar.focal")} keys="shift+f" on={layout.focal !== null} onClick={() => go({ tool: "focal" }, true)}>
            <Crosshair size={16} aria-hidden />
          </IconButton>
          <span className="flex shrink-0">
            <IconButton label={t("bar.undo")} keys="mod+z" disabled={!back} onClick={() => undo(asset.id)}>
              <Undo2 size={16} aria-hidden />
            </IconButton>
            <IconButton label={t("bar.redo")} keys="mod+shift+z" disabled={!forth} onClick={() => redo(asset.id)}>
              <Redo2 size={16} aria-hidden />
            </IconButton>
            <IconButton label={t("bar.reset")} disabled={layout.focal === null && Object.keys(layout.overrides).length === 0} onClick={() => cut((now) => ({ ...PLAIN, crop: now.crop }))}>
              <RotateCcw size={16} aria-hidden />
            </IconButton>
            {extend && (
              <IconButton label={t("extend.all", { n: every.length })} disabled={every.length === 0} onClick={() => setEnlarging(every)}>
                <Expand size={16} aria-hidden />
              </IconButton>
            )}
          </span>
          <span className="ml-auto flex shrink-0 items-center" role="group" aria-label={t("bar.look")}>
            <IconButton label={t("bar.zones")} keys="shift+z" on={sight.zones} onClick={() => look({ zones: !sight.zones })}>
              <ScanLine size={16} aria-hidden />
            </IconButton>
            <IconButton label={t("bar.frames")} on={sight.frames} onClick={() => look({ frames: !sight.frames })}>
              <Framed size={16} aria-hidden />
            </IconButton>
            <IconButton label={t("bar.laid")} on={sight.laid} onClick={() => look({ laid: !sight.laid })}>
              <Type size={16} aria-hidden />
            </IconButton>
            {!phone && (
              <>
                <IconButton label={t("bar.smaller")} disabled={at === 0} onClick={() => resize(-1)}>
                  <ZoomOut size={16} aria-hidden />
                </IconButton>
                <IconButton label={t("bar.larger")} disabled={at === SIDES.length - 1} onClick={() => resize(1)}>
                  <ZoomIn size={16} aria-hidden />
                </IconButton>
              </>
            )}
          </span>
          {(exported || earlier !== undefined) && (
            <Segment
              label={t("bar.look")}
              hideLabel
              value={exported ? "made" : "planned"}
              onChange={(next) => go({ run: next === "made" ? earlier : undefined })}
              className="shrink-0"
              items={(["planned", "made"] as const).map((value) => ({ value, label: <span className="px-1.5">{t(`bar.${value}`)}</span> }))}
            />
          )}
        </div>
        {images.length > 1 && (
          <Pictures
            images={images}
            shown={asset.id}
            runs={runs}
            onShow={(image) => go({ image, tile: undefined })}
            onRemove={(id) => {
              const rest = images.filter((one) => one !== id);
              go({ image: id === asset.id ? rest[0] : asset.id, images: rest.length > 1 ? joined(rest) : undefined });
            }}
          />
        )}
        {exported && <Done runs={runs} mine={mine} results={results} lost={lost} waiting={waiting} onAgain={again} />}
        <div ref={canvas} className="min-h-0 flex-1 overflow-auto">
          {ids.length === 0 ? (
            <div className="grid min-h-full place-items-center p-6 text-center">
              <div>
                <h2 className="text-lg font-semibold">{t("tile.empty")}</h2>
                <p className="mx-auto mt-1 max-w-[44ch] text-sm text-fg-2">{t("tile.emptyText")}</p>
                <div className="mt-5 flex justify-center gap-2">
                  <Button look="primary" onClick={() => choose(FIRST.filter((id) => known.has(id)))}>
                    {t("tile.start")}
                  </Button>
                  {narrow && <Button onClick={() => setList(true)}>{t("list.title")}</Button>}
                </div>
              </div>
            </div>
          ) : (
            <div className="flex flex-wrap items-start gap-x-8 gap-y-7 p-4">
              {groups.map((platform) => (
                <section key={platform.id} aria-label={said(platform.title)} className="max-w-full min-w-0">
                  <h2 className="mb-2.5 text-xs font-medium text-fg-2">{said(platform.title)}</h2>
                  <div className="flex flex-wrap items-start gap-x-4 gap-y-5">
                    {platform.formats.map((format) => {
                      const drawn = drawnOf(format);
                      if (exported && (results.has(format.id) || waiting.has(format.id) || lost.has(format.id))) {
                        return <Made key={format.id} format={format} drawn={drawn} preview={asset.preview} result={results.get(format.id)} lost={lost.get(format.id)} progress={now?.progress ?? latest?.progress ?? 0} />;
                      }
                      const own = layout.overrides[format.id];
                      const seen = seenOf(format.id);
                      const other = seen !== asset;
                      const box = boxOf(format, seen, layout, found);
                      return (
                        <Tile
                          key={format.id}
                          {...{ format, box, own, drawn, sight, over, onOpen, onBox, onFollow, onGrow, onRemove, onExtend, onForget, settings }}
                          points={other ? MIDDLE : points}
                          extending={underway.get(format.id)}
                          extendable={filled.has(format.id)}
                          ground={own?.pad ? { ...ground, kind: own.pad } : ground}
                          preview={seen.preview}
                          size={seen}
                          byHand={own !== undefined && Object.keys(own).length > 0}
                          follows={follows(format, layout)}
                          warnings={warningsOf(format, box, { size: seen, faces: other ? [] : found.faces, laid: laidOf(format, over, own), alpha: alphaOf(seen), type: typeOf(format, file, layout, alphaOf(seen)), small: own?.small ?? small })}
                          small={own?.small ?? small}
                          open={search.tile === format.id}
                        />
                      );
                    })}
                  </div>
                </section>
              ))}
            </div>
          )}
        </div>
        {phone && (
          <div className="flex shrink-0 items-center gap-2 border-t border-line bg-overlay p-2">
            <Button aria-label={t("panel.title")} onClick={() => setPanel(true)} className="!min-h-11 !px-3">
              <SlidersHorizontal size={16} aria-hidden />
            </Button>
            <Export form={form} files={files} each={each} onRun={onRun} bare />
          </div>
        )}
      </section>
      {!phone && (
        <section aria-label={t("panel.title")} className="flex min-h-0 flex-col border-l border-line bg-panel">
          {right}
        </section>
      )}
      {search.tool === "focal" && (
        <FocalPicker asset={asset} value={layout.focal} faces={found.faces} title={t("focal.title")} onChange={(focal, gesture) => cut((now) => ({ ...now, focal }), gesture)} onClose={() => go({ tool: undefined }, true)} />
      )}
      <Arrivals images={images} />
      {extend && enlarging !== null && (
        <Extend asset={asset} operation={extend} wanted={enlarging} all={plain.filter(({ id }) => !underway.has(id) || enlarging.some((one) => one.id === id))} padded={filled} smallOf={smallOf} called={calls} onClose={() => setEnlarging(null)} />
      )}
      {narrow && (
        <Dialog title={t("list.title")} open={list} onClose={() => setList(false)} sheet="bottom" look="bare" className="bg-panel">
          <Sheet title={t("list.title")} onClose={() => setList(false)}>
            {checklist}
          </Sheet>
        </Dialog>
      )}
      {phone && (
        <Dialog title={t("panel.title")} open={panel} onClose={() => setPanel(false)} sheet="bottom" look="bare" className="bg-panel">
          <Sheet title={t("panel.title")} onClose={() => setPanel(false)}>
            {right}
          </Sheet>
        </Dialog>
      )}
    </main>
  );
}

function Sheet({ title, onClose, children }: { title: string; onClose: () => void; children: React.ReactNode }) {
  const { t } = useTranslation("ui");
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center justify-between px-4 pt-2">
        <h2 className="text-md font-semibold">{title}</h2>
        <IconButton label={t("close")} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </div>
      {children}
    </div>
  );
}

/** What is asked for one of the pictures: all of the form, and how this one is cut and worded. */
function useInputs(chosen: readonly Format[], groups: readonly Platform[]): (asset: Pick<Asset, "id"> & Partial<Asset>) => Record<string, unknown> {
  const layouts = useSocial((state) => state.layouts);
  const captions = useSocial((state) => state.captions);
  const alts = useSocial((state) => state.alts);
  const made = useMemo(() => {
    const one = (asset: Pick<Asset, "id"> & Partial<Asset>) => {
      const layout = layouts[asset.id] ?? layoutOf(asset.id);
      return {
        image: asset.id,
        formats: chosen.map(({ id }) => id),
        crop: layout.crop,
        focal: layout.focal && rounded([layout.focal[0], layout.focal[1], 0, 0]).slice(0, 2),
        overrides: overridesOf(chosen, layout),
        caption: captions[asset.id]?.[""] ?? "",
        captions: captionsOf(groups.map(({ id }) => id), captions[asset.id] ?? {}),
        // What is kept with the picture is not sent: the studio has it, and knows who wrote it.
        alt_text: alts[asset.id]?.text ?? "",
      };
    };
    return one;
  }, [layouts, captions, alts, chosen, groups]);
  const cache = useRef(new Map<string, Record<string, unknown>>());
  return useCallback(
    (asset) => {
      const next = made(asset);
      const before = cache.current.get(asset.id);
      // The same object while nothing in it changes: what stands on it is not reckoned again.
      if (before && JSON.stringify(before) === JSON.stringify(next)) return before;
      cache.current.set(asset.id, next);
      return next;
    },
    [made],
  );
}

/** The words on the picture, without those that are still to be written: the server is not asked about these. */
function saying({ texts, watermark, brand }: Values): Values {
  const written = (one: unknown) => typeof (one as Partial<Text> | null)?.text === "string" && (one as Text).text.trim() !== "";
  return {
    texts: Array.isArray(texts) ? texts.filter(written) : [],
    // Without words it is the logo of the brand.
    watermark: written(watermark) || (typeof brand === "string" && brand !== "") ? (watermark ?? null) : null,
  };
}

/** What is laid on the picture, as the form has it. */
function useOver(values: Readonly<Record<string, unknown>>): Over {
  const every = useQuery(kits).data;
  const { texts, watermark, anywhere, brand, logo, logo_size, logo_opacity } = values;
  return useMemo(() => {
    const kit = typeof brand === "string" && brand !== "" ? every?.find(({ id }) => id === brand) : undefined;
    const made: Over = {
      texts: (Array.isArray(texts) ? texts : []) as Text[],
      watermark: (watermark ?? null) as Watermark | null,
      anywhere: anywhere === true,
      logo: logoOf(kit, { logo, logo_size, logo_opacity }),
    };
    const { watermark: mark, logo: stamp } = made;
    // Without words the logo is the watermark, and stands in no corner as well.
    return mark && mark.text.trim() === "" ? { ...made, watermark: stamp ? { ...mark, url: stamp.url } : null, logo: null } : made;
  }, [every, texts, watermark, anywhere, brand, logo, logo_size, logo_opacity]);
}

/** How wide an element is. */
function useWidth(ref: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    setWidth(element.clientWidth);
    return () => watch.disconnect();
  }, [ref]);
  return width;
}
