/** Everything there is to know of one picture: beside the page where there is room, over it where not. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Copy, MoreHorizontal, X } from "lucide-react";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, keepAsset, operations, Problem, recipeOf, versionsOf, type Asset, type Recipe, type Run } from "@/api";
import { rate, useAssetActions } from "@/features/assets/actions";
import { Stars } from "@/features/assets/Stars";
import { Kept } from "@/features/organise/Kept";
import { BrandLine } from "@/features/brand/BrandLine";
import { said } from "@/features/forms/said";
import { Credit } from "@/features/intake/Credit";
import { LineageLine } from "@/features/lineage/Line";
import { Provenance } from "@/features/provenance/Provenance";
import { Found } from "@/features/recipes/Found";
import { looked } from "@/features/keeping/looked";
import { Describe } from "@/features/wording/Describe";
import { copyText } from "@/lib/clipboard";
import { bytes, count, day, moment, percent, pixels, price, time } from "@/lib/format";
import { patient } from "@/lib/later";
import { useMedia } from "@/lib/media";
import type { Action } from "@/shell/actions";
import { Button, cx, Dialog, Disclosure, IconButton, Menu } from "@/ui";
import { blurOf } from "./blur";
import { rename } from "./change";

const Proposed = lazy(patient(() => import("@/features/tagging/Proposed")));
const Keeping = lazy(patient(() => import("@/features/keeping/Keeping")));
const Reviews = lazy(patient(() => import("@/features/boards/Reviews")));

interface DetailsProps {
  assetId: string;
  onClose: () => void;
  /** Where a click on a parent, a child or a version leads; the viewer, if nobody says. */
  onGo?: (id: string) => void;
}

export default function Details({ assetId, onClose, onGo }: DetailsProps) {
  const { t } = useTranslation("library");
  const beside = useMedia("(min-width: 1600px)");
  const phone = useMedia("(max-width: 767px)");
  if (beside) {
    return (
      <aside aria-label={t("details.label")} className="flex min-h-0 w-80 shrink-0 flex-col border-l border-line bg-panel">
        <About assetId={assetId} onClose={onClose} onGo={onGo} />
      </aside>
    );
  }
  return (
    <Dialog title={t("details.label")} open onClose={onClose} sheet={phone ? "bottom" : "right"} look="bare" className={phone ? "h-[86dvh]" : ""}>
      <About assetId={assetId} onClose={onClose} onGo={onGo} />
    </Dialog>
  );
}

/** The details without a place of their own. */
export function About({ assetId, onClose, onGo }: { assetId: string; onClose?: () => void; onGo?: ((id: string) => void) | undefined }) {
  const { t } = useTranslation("library");
  const navigate = useNavigate();
  const { data: asset, error } = useQuery(assetOf(assetId));
  const { data: recipe } = useQuery({ ...recipeOf(assetId), enabled: asset !== undefined });
  const { data: versions } = useQuery({ ...versionsOf(assetId), enabled: asset !== undefined });
  useEffect(() => looked(assetId), [assetId]);
  const view = (id: string) => void navigate({ to: ".", search: (now: object) => ({ ...now, view: id }) });
  const go = onGo ?? view;
  if (error instanceof Problem) {
    return (
      <>
        <Top title="" onClose={onClose} />
        <p className="p-4 text-sm text-fg-2">{error.message}</p>
      </>
    );
  }
  if (!asset) {
    return (
      <>
        <Top title="" onClose={onClose} />
        <div className="skeleton m-4 aspect-square" role="status" aria-label={t("loading")} />
      </>
    );
  }
  return (
    <>
      <Top title={t("details.label")} onClose={onClose} asset={asset} />
      <div className="min-h-0 flex-1 overflow-auto">
        <Shown asset={asset} onView={() => view(asset.id)} />
        <Title key={asset.id} asset={asset} />
        <Doing asset={asset} />
        <Prompt recipe={recipe} />
        {asset.deleted_at === null && <Describe key={`${asset.id} described`} asset={asset} />}
        {asset.deleted_at === null && <Kept asset={asset} />}
        {asset.deleted_at === null && (
          <Suspense>
            <Proposed asset={asset} />
          </Suspense>
        )}
        {asset.deleted_at === null && <BrandLine asset={asset} worn={recipe?.run?.input["brand"]} />}
        <Facts asset={asset} recipe={recipe} />
        <Credit asset={asset} />
        <Provenance asset={asset} />
        <Found asset={asset} />
        <Suspense>
          <Reviews asset={asset.id} />
        </Suspense>
        <Words title={t("details.understood")} words={recipe?.run?.understood} />
        <Words title={t("details.ignored")} words={recipe?.run?.ignored} />
        <Words title={t("details.notes")} words={recipe?.run?.notes.map(said)} />
        {versions && versions.length > 1 && <Strip title={t("details.versions", { count: versions.length })} assets={versions} here={asset.id} onGo={go} />}
        {recipe && recipe.parents.length > 0 && <Strip title={t("details.parents")} assets={recipe.parents} onGo={go} />}
        {recipe && recipe.children.length > 0 && <Strip title={t("details.children")} assets={recipe.children} onGo={go} />}
        <LineageLine asset={asset} />
        <Suspense>
          <Keeping asset={asset} />
        </Suspense>
        {recipe?.run && <Json run={recipe.run} />}
      </div>
    </>
  );
}

function Top({ title, onClose, asset }: { title: string; onClose: (() => void) | undefined; asset?: Asset }) {
  const { t } = useTranslation(["library", "ui"]);
  const favourite = useAssetActions(asset).find((action) => action.id === "asset.favourite");
  return (
    <header className="flex min-h-12 shrink-0 items-center gap-1 pr-2 pl-4">
      <h2 className="flex-1 text-sm font-medium">{title}</h2>
      {asset && asset.deleted_at === null && <Stars label={t("details.rating")} value={asset.rating ?? null} onChange={(rating) => void rate(asset, rating)} />}
      {favourite?.icon && (
        <IconButton size="sm" label={favourite.name} keys={favourite.keys} on={favourite.on} onClick={favourite.perform}>
          <favourite.icon size={16} aria-hidden className={favourite.on ? "fill-current" : ""} />
        </IconButton>
      )}
      {onClose && (
        <IconButton size="sm" label={t("ui:close")} keys="escape" onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      )}
    </header>
  );
}

function Shown({ asset, onView }: { asset: Asset; onView: () => void }) {
  const { t } = useTranslation("library");
  const blur = blurOf(asset);
  const clear = asset.facts["alpha"] === true;
  return (
    <button
      type="button"
      onClick={onView}
      aria-label={t("details.view", { title: asset.title })}
      className={cx("block w-full bg-cover bg-center -outline-offset-2", clear ? "checkered" : "bg-canvas")}
      style={{ aspectRatio: Math.min(2.4, Math.max(0.8, asset.width / asset.height)), backgroundImage: clear || blur === null ? undefined : `url(${blur})` }}
    >
      <img key={asset.id} src={`${asset.thumbnail}?size=512`} srcSet={`${asset.thumbnail}?size=512 512w, ${asset.preview} 2048w`} sizes="380px" alt="" className={cx("size-full", clear ? "object-contain" : "object-cover")} />
    </button>
  );
}

/** Changed where it stands; Escape puts it back. */
function Title({ asset }: { asset: Asset }) {
  const { t } = useTranslation("library");
  const [text, setText] = useState(asset.title);
  useEffect(() => setText(asset.title), [asset.title]);
  const keep = async () => {
    const title = text.trim();
    if (title === "" || title === asset.title) return setText(asset.title);
    const kept = await rename(asset, title);
    if (kept) keepAsset(kept);
    else setText(asset.title);
  };
  return (
    <div className="px-2.5 pt-3">
      <textarea
        aria-label={t("details.title")}
        value={text}
        rows={1}
        maxLength={300}
        onChange={(event) => setText(event.target.value.replaceAll("\n", " "))}
        onBlur={() => void keep()}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            event.currentTarget.blur();
          } else if (event.key === "Escape" && text !== asset.title) {
            event.preventDefault();
            event.stopPropagation();
            setText(asset.title);
          }
        }}
        className="field-sizing-content w-full resize-none rounded-sm bg-transparent px-1.5 py-1 text-md font-semibold hover:bg-hover focus:bg-hover coarse:min-h-11"
      />
    </div>
  );
}

const BUTTONS = 4;

function Doing({ asset }: { asset: Asset }) {
  const { t } = useTranslation("library");
  const all = useAssetActions(asset).filter((action) => action.id !== "asset.favourite");
  const plain = all.filter((action) => !action.danger);
  const shown = plain.slice(0, BUTTONS);
  const rest = all.filter((action) => !shown.includes(action));
  const item = (action: Action) => ({
    id: action.id,
    label: action.name,
    icon: action.icon && <action.icon size={15} aria-hidden />,
    keys: action.keys,
    danger: action.danger,
    disabled: action.disabled,
    onSelect: action.perform,
  });
  return (
    <div className="grid grid-cols-2 gap-1.5 px-4 pt-2 pb-3">
      {shown.map((action) => (
        <Button key={action.id} size="sm" onClick={action.perform} disabled={action.disabled} className="min-w-0 !justify-start">
          {action.icon && <action.icon size={15} className="shrink-0 text-fg-3" aria-hidden />}
          <span className="truncate">{action.name}</span>
        </Button>
      ))}
      {rest.length > 0 && (
        <Menu
          placement="bottom-end"
          items={rest.map(item)}
          trigger={
            <Button size="sm" look="ghost" className="col-span-2">
              <MoreHorizontal size={15} aria-hidden />
              {t("details.more")}
            </Button>
          }
        />
      )}
    </div>
  );
}

function Prompt({ recipe }: { recipe: Recipe | undefined }) {
  const { t } = useTranslation("library");
  const prompt = recipe?.run?.input["prompt"];
  if (typeof prompt !== "string" || prompt === "") return null;
  return (
    <p className="px-4 pb-3 text-xs leading-5 break-words text-fg-2">
      {prompt}{" "}
      <button type="button" onClick={() => void copyText(prompt)} className="inline-flex min-h-6 items-center gap-1 rounded-xs align-middle font-medium text-accent-text coarse:min-h-11">
        <Copy size={12} aria-hidden />
        {t("details.copy")}
      </button>
    </p>
  );
}

function Facts({ asset, recipe }: { asset: Asset; recipe: Recipe | undefined }) {
  const { t } = useTranslation("library");
  const known = useSuspenseQuery(operations).data;
  const run = recipe?.run;
  const operation = known.find((one) => one.op === asset.op);
  const offer = operation?.offers.find((one) => one.id === run?.offer);
  const seed = asset.facts["seed"] ?? run?.input["seed"];
  const { confidence, advice, outside_changed: changed } = asset.facts;
  const { pages, seconds: lasts } = asset.facts;
  const colours = coloursOf(asset.facts["seen"]);
  const took = run?.started_at && run.ended_at ? (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000 : null;
  return (
    <div className="border-t border-line px-4 py-2.5">
      <dl>
        <Fact name={t("details.madeBy")}>{asset.op === null ? t("uploaded") : said(operation?.title ?? asset.op)}</Fact>
        {run && <Fact name={t("details.model")}>{said(offer?.title ?? run.offer)}</Fact>}
        {asset.kind !== "text" && <Fact name={t("details.size")}>{pixels(asset.width, asset.height)}</Fact>}
        <Fact name={t("details.file")}>{`${(asset.type.split("/")[1] ?? "").toUpperCase()}, ${bytes(asset.bytes)}`}</Fact>
        {typeof lasts === "number" && lasts > 0 && <Fact name={t("details.length")}>{t("details.seconds", { n: count(Math.round(lasts * 10) / 10) })}</Fact>}
        {typeof pages === "number" && pages > 1 && <Fact name={t("details.pages")}>{count(pages)}</Fact>}
        {typeof seed === "number" && <Fact name={t("details.seed")}>{String(seed)}</Fact>}
        {typeof changed === "number" && <Fact name={t("details.outside")}>{t("details.changed", { count: changed })}</Fact>}
        {run && <Fact name={t("details.cost")}>{run.spent > 0 && run.expected > 1 ? t("details.costOf", { price: price(run.spent), count: run.expected }) : price(run.spent)}</Fact>}
        {took !== null && <Fact name={t("details.took")}>{t("details.seconds", { n: count(Math.round(took * 10) / 10) })}</Fact>}
        {typeof confidence === "number" && <Fact name={t("details.confidence")}>{percent(confidence)}</Fact>}
        {colours.length > 0 && (
          <Fact name={t("details.colours")}>
            <span className="flex flex-wrap justify-end gap-1">
              {colours.map((colour) => (
                <button key={colour} type="button" aria-label={t("details.copyColour", { colour })} title={colour} onClick={() => void copyText(colour)} className="size-6 rounded-full border border-line-2 coarse:size-11" style={{ backgroundColor: colour }} />
              ))}
            </span>
          </Fact>
        )}
        <Fact name={t("details.date")}>
          <time dateTime={asset.created_at} title={moment(asset.created_at)}>{`${day(asset.created_at)}, ${time(asset.created_at)}`}</time>
        </Fact>
        {asset.deleted_at !== null && <Fact name={t("details.deleted")}>{moment(asset.deleted_at)}</Fact>}
      </dl>
      {typeof advice === "string" && <p className="mt-1.5 rounded-sm bg-warn-soft px-2.5 py-2 text-xs text-fg">{said(advice)}</p>}
    </div>
  );
}

/** The main colours, as the studio saw them when the picture came in. */
function coloursOf(seen: unknown): string[] {
  const found = (seen as { colours?: unknown } | undefined)?.colours;
  return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : [];
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4 py-1 text-xs">
      <dt className="shrink-0 text-fg-3">{name}</dt>
      <dd className="num min-w-0 text-right break-words">{children}</dd>
    </div>
  );
}

function Words({ title, words }: { title: string; words: readonly string[] | undefined }) {
  if (!words || words.length === 0) return null;
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-2xs font-medium text-fg-3">{title}</h3>
      <ul className="flex flex-wrap gap-1">
        {words.map((word) => (
          <li key={word} className="rounded-xs bg-hover px-1.5 py-0.5 text-xs text-fg-2">
            {word}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Strip({ title, assets, here, onGo }: { title: string; assets: readonly Asset[]; here?: string; onGo: (id: string) => void }) {
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-2xs font-medium text-fg-3">{title}</h3>
      <ul className="flex flex-wrap gap-1.5">
        {assets.map((asset) => (
          <li key={asset.id}>
            <button
              type="button"
              onClick={() => onGo(asset.id)}
              title={asset.title}
              aria-current={asset.id === here ? "true" : undefined}
              className={cx("block size-13 overflow-hidden rounded-sm bg-hover", asset.id === here ? "ring-2 ring-ring ring-offset-2 ring-offset-panel" : "hover:opacity-85")}
            >
              <img src={`${asset.thumbnail}?size=256`} alt={asset.title} loading="lazy" className={cx("size-full object-cover", asset.facts["alpha"] === true && "checkered")} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a script would send to have the same made again. */
function Json({ run }: { run: Run }) {
  const { t } = useTranslation("library");
  const text = JSON.stringify({ op: run.op, offer: run.offer, input: run.input }, null, 2);
  return (
    <Disclosure title={t("details.recipe")}>
      <div className="relative">
        {/* A region that scrolls can be reached by the keyboard. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <pre tabIndex={0} aria-label={t("details.recipe")} className="max-h-72 overflow-auto rounded-sm bg-sunken p-2.5 pr-10 font-mono text-2xs break-words whitespace-pre-wrap text-fg-2">
          {text}
        </pre>
        <IconButton size="sm" label={t("details.copyRecipe")} onClick={() => void copyText(text)} className="!absolute top-1 right-1">
          <Copy size={14} aria-hidden />
        </IconButton>
      </div>
    </Disclosure>
  );
}
