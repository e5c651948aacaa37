/** What can be done with a picture. Tiles, the viewer, the details and the library's bar draw their buttons from here. */

import { useNavigate } from "@tanstack/react-router";
import { ArrowUpFromLine, AudioLines, BookmarkPlus, Brush, Copy, Dices, Download, FileDown, Film, GitFork, Heart, ImagePlus, Images, Maximize2, MessageSquareText, Music, Quote, RotateCcw, ScanSearch, Send, Share2, Shrink, Shuffle, Spline, Trash2, Undo2, Wand2 } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSuspenseQuery } from "@tanstack/react-query";
import { api, body, cache, keepAsset, operations, recipeOf, type Asset, type Operation } from "@/api";
import { makeElsewhere } from "@/features/elsewhere/store";
import { fieldsOf, type Schema } from "@/features/forms/schema";
import { share } from "@/features/boards/share";
import { KNOWN } from "@/features/forms/known";
import { draftOf, useDrafts } from "@/features/forms/drafts";
import { written } from "@/features/forms/wild";
import { apply, brought, read } from "@/features/recipes/recall";
import { made } from "@/features/runs/made";
import { rerun, telling } from "@/features/runs";
import { describedOf } from "@/features/wording/described";
import { i18n } from "@/i18n";
import { copyPicture, download } from "@/lib/clipboard";
import type { Action } from "@/shell/actions";
import { pagesFor, type Page } from "@/shell/pages";
import { say } from "@/ui";
import { FRAME, pictured } from "./pictured";

/** What says in its metadata how it was made, when it leaves. */
const CARRIES = new Set(["image/png", "image/jpeg", "image/webp"]);

type Go = ReturnType<typeof useNavigate>;

const WORKSHOPS: Partial<Record<Page["id"], { icon: typeof Brush; keys: string }>> = {
  edit: { icon: Brush, keys: "e" },
  upscale: { icon: Maximize2, keys: "u" },
  control: { icon: Spline, keys: "k" },
  transform: { icon: Film, keys: "a" },
  social: { icon: Send, keys: "o" },
  convert: { icon: Shrink, keys: "m" },
};

/** How the address of a page says which picture is on it. */
export function holding(page: Page["id"], id: string): Record<string, string> {
  return page === "social" ? { image: id } : page === "convert" ? { images: id } : { asset: id };
}

/** The actions of one picture, in the order in which menus show them. */
export function useAssetActions(asset: Asset | undefined): Action[] {
  const { t } = useTranslation("assets");
  const known = useSuspenseQuery(operations).data;
  const navigate = useNavigate();
  return useMemo(() => (asset ? actionsOf(asset, known, navigate, t) : []), [asset, known, navigate, t]);
}

type Say = ReturnType<typeof useTranslation<"assets">>["t"];

function actionsOf(asset: Asset, known: readonly Operation[], go: Go, t: Say): Action[] {
  const group = t("group");
  if (asset.deleted_at !== null) {
    return [{ id: "asset.restore", name: t("restore"), icon: Undo2, group, perform: () => void restore(asset) }];
  }
  const picture = asset.kind === "image";
  const able = new Set(known.filter((operation) => operation.offers.length > 0).map((operation) => operation.op));
  // A film goes where pictures go by the frame that is seen, a body by its view: their names say so, and they have no
  // keys, which are the player's.
  const seen = picture ? "picture" : asset.kind === "video" && able.has(FRAME) ? "frame" : asset.kind === "mesh" ? "view" : null;
  const by = (use: (one: Asset) => void) => () => (picture ? use(asset) : void pictured(asset).then((one) => one && use(one)));
  const keyed = (keys: string) => (picture ? { keys } : {});
  const shops = (seen ? pagesFor(known) : []).flatMap((page): Action[] => {
    const shop = WORKSHOPS[page.id];
    if (!shop || !seen) return [];
    const name = seen === "picture" ? t(`to.${page.id as "edit"}`) : t(`${seen}.${page.id as "edit"}`);
    return [{ id: `asset.${page.id}`, name, icon: shop.icon, group, ...keyed(shop.keys), perform: by((one) => void go({ to: page.to, search: holding(page.id, one.id) })) }];
  });
  const maker = known.find((operation) => operation.op === asset.op);
  const creates = known.find((operation) => operation.capability === "create");
  const takes = creates ? namesOf(creates) : new Map<string, string>();
  const references = [...takes].find(([, widget]) => widget === "references")?.[0];
  const start = [...takes].find(([, widget]) => widget === "image")?.[0];
  return [
    { id: "asset.favourite", name: asset.favorite ? t("unfavourite") : t("favourite"), icon: Heart, group, keys: "f", on: asset.favorite, perform: () => void favourite(asset, !asset.favorite) },
    ...(picture ? [{ id: "asset.keep", name: asset.reference ? t("unkeep") : t("keep"), icon: BookmarkPlus, group, on: asset.reference, perform: () => void refer(asset, !asset.reference) }] : []),
    ...shops,
    ...(asset.kind === "audio" || asset.kind === "text" ? [] : [{ id: "asset.similar", name: t("similar"), icon: ScanSearch, group, ...keyed("y"), perform: () => void go({ to: "/library", search: { like: asset.id } }) }]),
    { id: "asset.download", name: t("download"), icon: Download, group, keys: "d", perform: () => download(`${asset.file}?download=true`) },
    ...(picture && asset.run !== null && CARRIES.has(asset.type)
      ? [{ id: "asset.downloadBare", name: i18n.t("recipes:without"), icon: FileDown, group, perform: () => download(`${asset.file}?download=true&recipe=false`) }]
      : []),
    { id: "asset.share", name: t("share"), icon: Share2, group, perform: () => share({ assets: [asset.id] }) },
    ...(picture ? [{ id: "asset.copy", name: t("copy"), icon: Copy, group, keys: "c", perform: () => void copyPicture(asset.file) }] : []),
    ...(seen && creates && references !== undefined
      ? [{ id: "asset.reference", name: seen === "picture" ? t("reference") : t(`${seen}.reference`), icon: ImagePlus, group, perform: by((one) => addReference(creates.op, references, one, go)) }]
      : []),
    ...(seen && creates && start !== undefined
      ? [{ id: "asset.start", name: seen === "picture" ? t("start") : t(`${seen}.start`), icon: Wand2, group, ...keyed("v"), perform: by((one) => (useDrafts.getState().change(creates.op, { [start]: one.id }), void go({ to: "/create", search: {} }))) }]
      : []),
    ...(seen && able.has(SEQUENCE)
      ? [{ id: "asset.sequence", name: seen === "picture" ? t("sequence") : t(`${seen}.sequence`), icon: Images, group, perform: by((one) => void go({ to: "/transform", search: { op: SEQUENCE, asset: one.id } })) }]
      : []),
    ...soundsOf(asset, able, go, t),
    ...(creates && (asset.kind === "text" || describedOf(asset).caption !== "")
      ? [{ id: "asset.prompt", name: asset.kind === "text" ? t("asPrompt") : t("describedAsPrompt"), icon: MessageSquareText, group, perform: () => void asPrompt(asset, creates.op, go) }]
      : []),
    ...(asset.run !== null && maker
      ? [
          { id: "asset.recall", name: t("recall.all"), icon: ArrowUpFromLine, group, keys: "r", perform: () => void recall(asset, maker, "all", go) },
          ...(maker.capability === "create"
            ? [
                { id: "asset.recallPrompt", name: t("recall.prompt"), icon: Quote, group, keys: "p", perform: () => void recall(asset, maker, "prompt", go) },
                { id: "asset.recallSeed", name: t("recall.seed"), icon: Dices, group, keys: "s", perform: () => void recall(asset, maker, "seed", go) },
              ]
            : []),
          ...(maker.offers.length > 1 ? [{ id: "asset.elsewhere", name: t("elsewhere"), icon: Shuffle, group, perform: () => makeElsewhere(asset) }] : []),
          { id: "asset.rerun", name: t("rerun"), icon: RotateCcw, group, perform: () => void again(asset) },
        ]
      : []),
    ...(brought(asset)
      ? [
          { id: "asset.recall", name: t("recall.all"), icon: ArrowUpFromLine, group, keys: "r", perform: () => void recallBrought(asset, "all", go) },
          { id: "asset.recallPrompt", name: t("recall.prompt"), icon: Quote, group, keys: "p", perform: () => void recallBrought(asset, "prompt", go) },
          { id: "asset.recallSeed", name: t("recall.seed"), icon: Dices, group, keys: "s", perform: () => void recallBrought(asset, "seed", go) },
        ]
      : []),
    { id: "asset.lineage", name: t("lineage"), icon: GitFork, group, keys: "t", perform: () => void go({ to: "/lineage", search: { asset: asset.id } }) },
    { id: "asset.delete", name: t("delete"), icon: Trash2, group, keys: "delete", danger: true, perform: () => void remove([asset]) },
  ];
}

const SEQUENCE = "video.from_images";
const SOUND = "video.sound";
const AVATAR = "video.avatar";

/** Where a sound can go, or a film by what is heard in it. */
function soundsOf(asset: Asset, able: ReadonlySet<string>, go: Go, t: Say): Action[] {
  const group = t("group");
  const heard = asset.kind === "audio" || (asset.kind === "video" && typeof asset.facts["audio"] === "string" && able.has(SOUND));
  if (!heard) return [];
  const into = (op: string) => async () => {
    const sound = asset.kind === "audio" ? asset : await made(SOUND, { video: asset.id });
    if (!sound) return;
    useDrafts.getState().change(op, { audio: sound.id });
    void go({ to: "/transform", search: { op } });
    say({ title: i18n.t("assets:sound.put") });
  };
  return [
    ...(able.has(AVATAR) ? [{ id: "asset.voice", name: t("sound.voice"), icon: AudioLines, group, perform: () => void into(AVATAR)() }] : []),
    ...(able.has(SEQUENCE) ? [{ id: "asset.music", name: t("sound.music"), icon: Music, group, perform: () => void into(SEQUENCE)() }] : []),
  ];
}

/** A text, or what is said of a picture, as what is asked for next. */
async function asPrompt(asset: Asset, op: string, go: Go): Promise<void> {
  const prompt = asset.kind === "text" ? (await (await fetch(asset.file)).text()).trim() : describedOf(asset).caption;
  useDrafts.getState().change(op, { prompt });
  void go({ to: "/create", search: { op } });
}

/** Each field of the operation's forms with its control, whichever offer has it. */
function namesOf(operation: Operation): Map<string, string> {
  return new Map(operation.offers.flatMap((offer) => fieldsOf(offer.input as Schema, KNOWN).map((field) => [field.name, field.widget] as const)));
}

export async function favourite(asset: Asset, value: boolean): Promise<void> {
  // Shown at once; put right again if the studio says no.
  keepAsset({ ...asset, favorite: value });
  const kept = await telling(() => body(api.PATCH("/api/assets/{asset_id}", { params: { path: { asset_id: asset.id } }, body: { favorite: value } })));
  keepAsset(kept ?? asset);
  void cache.invalidateQueries({ queryKey: ["assets"] });
}

/** How well it turned out, from 1 to 5; 0 takes that away. */
export async function rate(asset: Asset, rating: number): Promise<void> {
  keepAsset({ ...asset, rating: rating === 0 ? null : rating });
  keepAsset((await telling(() => body(api.PATCH("/api/assets/{asset_id}", { params: { path: { asset_id: asset.id } }, body: { rating } })))) ?? asset);
}

/** Among the references that forms are filled from, or no longer. */
async function refer(asset: Asset, value: boolean): Promise<void> {
  keepAsset({ ...asset, reference: value });
  const kept = await telling(() => body(api.PATCH("/api/assets/{asset_id}", { params: { path: { asset_id: asset.id } }, body: { reference: value } })));
  keepAsset(kept ?? asset);
  void cache.invalidateQueries({ queryKey: ["assets"] });
  if (kept) say({ title: i18n.t(value ? "assets:kept" : "assets:unkept") });
}

/** Into the trash, at once, with eight seconds to take it back. */
export async function remove(assets: readonly Asset[]): Promise<void> {
  const ids = assets.map((asset) => asset.id);
  const done = await telling(() => bulk(ids, true));
  if (!done) return;
  for (const asset of assets) keepAsset({ ...asset, deleted_at: new Date().toISOString() });
  say({
    title: i18n.t("assets:deleted", { count: ids.length }),
    action: { label: i18n.t("ui:undo"), perform: () => void putBack(assets) },
  });
}

export async function restore(asset: Asset): Promise<void> {
  await putBack([asset]);
}

async function putBack(assets: readonly Asset[]): Promise<void> {
  const done = await telling(() => bulk(assets.map((asset) => asset.id), false));
  if (!done) return;
  for (const asset of assets) keepAsset({ ...asset, deleted_at: null });
}

async function bulk(ids: string[], deleted: boolean) {
  const done = await body(api.POST("/api/assets/bulk", { body: { select: { ids }, change: { deleted } } }));
  void cache.invalidateQueries({ queryKey: ["assets"] });
  return done;
}

async function recall(asset: Asset, operation: Operation, what: "all" | "prompt" | "seed", go: Go): Promise<void> {
  const recipe = await telling(() => cache.query({ ...recipeOf(asset.id), staleTime: "static" }));
  if (!recipe?.run) return;
  const input = written(recipe.run.input);
  const seed = typeof asset.facts["seed"] === "number" ? asset.facts["seed"] : input["seed"];
  const drafts = useDrafts.getState();
  if (what === "all") drafts.put(operation.op, { offer: operation.offers.length > 1 ? recipe.run.offer : null, values: { ...input, ...(seed === undefined ? {} : { seed }) } });
  else if (what === "prompt") drafts.change(operation.op, { prompt: input["prompt"] });
  else drafts.change(operation.op, { seed });
  const page = pagesFor([operation]).find((one) => one.capability === operation.capability);
  const image = typeof input["image"] === "string" && operation.capability !== "create" ? input["image"] : undefined;
  if (page) void go({ to: page.to, search: image === undefined ? {} : { asset: image, op: operation.op } });
  say({ title: i18n.t(`assets:recalled.${what}`) });
}

/** The same for a picture that was made elsewhere, as far as its file says how. */
async function recallBrought(asset: Asset, what: "all" | "prompt" | "seed", go: Go): Promise<void> {
  const found = await telling(() => read({ asset: asset.id }));
  if (!found) return;
  apply(found, what);
  void go({ to: "/create", search: { op: found.op } });
}

async function again(asset: Asset): Promise<void> {
  if (asset.run === null) return;
  const run = await rerun({ id: asset.run });
  if (run) say({ title: i18n.t("assets:rerunning", { title: run.title }) });
}

const WEIGHT = 0.5;

function addReference(op: string, name: string, asset: Asset, go: Go): void {
  const now = draftOf(op).values[name];
  const chosen = (Array.isArray(now) ? now : []) as { image: string }[];
  if (!chosen.some((one) => one.image === asset.id)) useDrafts.getState().change(op, { [name]: [...chosen, { image: asset.id, weight: WEIGHT }] });
  void go({ to: "/create", search: {} });
  say({ title: i18n.t("assets:referenced") });
}
