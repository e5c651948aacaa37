import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowDownUp, ChevronDown, LayoutGrid, List, Rows3, SlidersHorizontal, X } from "lucide-react";
import { useState, type ReactElement, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { operations } from "@/api";
import { said } from "@/features/forms/said";
import ColourFilter, { PALETTE } from "@/features/looks/ColourFilter";
import { ByPicture, Like } from "@/features/looks/Like";
import { Tree } from "@/features/organise/Tree";
import "@/i18n/looks";
import "@/i18n/organise";
import { day as dayOf } from "@/lib/format";
import { Button, buttonClass, Checkbox, cx, Dialog, IconButton, Popover, Segment, Slider, TextField } from "@/ui";
import { Facets } from "./find/Facets";
import { ranks, readingOf } from "./find/query";
import { Saved } from "./find/Saved";
import { SearchField } from "./find/SearchField";
import { DAYS, narrowed, ranked, SHAPES, SIDES, STATUSES, WIDE, type LibrarySearch, type Place, type Shape, type Status, type When } from "./search";
import { LARGEST, SMALLEST, useTaste, type Mode } from "./taste";

type Order = "hand" | "best" | "newest" | "oldest";

interface FiltersProps {
  search: LibrarySearch;
  onChange: (change: LibrarySearch) => void;
  field: RefObject<HTMLInputElement | null>;
  phone: boolean;
  actions?: ReactNode;
}

/** What is looked for and how it is shown. On a phone all but the search is in a sheet. */
export function Filters({ search, onChange, field, phone, actions }: FiltersProps) {
  const { t } = useTranslation(["library", "looks", "organise"]);
  const [sheet, setSheet] = useState(false);
  const taste = useTaste();
  const same = { search, onChange };
  const { data: reading } = useQuery({ ...readingOf(search.q ?? ""), enabled: search.q !== undefined, placeholderData: keepPreviousData });
  const best = search.q !== undefined && ranks(reading);
  // In a collection first the order that people made.
  const orders: readonly Order[] = [...(search.collection ? ["hand" as const] : []), ...(best ? ["best" as const] : []), "newest", "oldest"];
  const order: Order = search.sort ?? orders[0]!;
  const sorted = (next: Order) => onChange({ sort: next === orders[0] || next === "hand" ? undefined : next });
  const many = [search.op, search.shape, search.when ?? search.since ?? search.until, search.side, search.status, search.colour, search.like].filter((one) => one !== undefined).length;
  return (
    <div role="search" className="flex min-h-13 flex-wrap items-center gap-x-2 gap-y-1.5 border-b border-line bg-bg px-4 py-2 max-md:px-2">
      {search.like !== undefined && <Like like={search.like} onClear={() => onChange({ like: undefined })} />}
      <SearchField value={search.q ?? ""} onChange={(q) => onChange({ q: q === "" ? undefined : q })} field={field} />
      {phone ? (
        <>
          <IconButton label={many > 0 ? t("filtersOn", { count: many }) : t("filters")} onClick={() => setSheet(true)} on={many > 0}>
            <SlidersHorizontal size={17} aria-hidden />
          </IconButton>
          <ByPicture onFound={(like) => onChange({ like })} />
          {actions}
          <Dialog
            title={t("filters")}
            open={sheet}
            onClose={() => setSheet(false)}
            sheet="bottom"
            footer={
              <>
                {narrowed(search) && (
                  <Button look="ghost" onClick={() => onChange(WIDE)}>
                    {t("clear")}
                  </Button>
                )}
                <Button look="primary" onClick={() => setSheet(false)}>
                  {t("show")}
                </Button>
              </>
            }
          >
            <div className="flex flex-col gap-5">
              <Segment
                label={t("places.label")}
                value={search.place ?? "all"}
                items={(["all", "favourites", "references", "uploads", "trash"] as const).map((place) => ({ value: place, label: t(`places.${place}`) }))}
                onChange={(place) => onChange({ place: place === "all" ? undefined : (place as Place) })}
              />
              <Trees {...same} onDone={() => setSheet(false)} />
              <Shapes {...same} />
              <Days {...same} />
              <Sides {...same} />
              <Colours {...same} />
              <Makers {...same} />
              <Statuses {...same} />
              <Saved {...same} />
              <Facets {...same} />
              <Segment label={t("sort.label")} value={order} items={orders.map((each) => ({ value: each, label: t(`sort.${each}`) }))} onChange={(sort) => sorted(sort as Order)} />
              <Segment
                label={t("mode.label")}
                value={taste.mode === "list" ? "list" : "squares"}
                items={[
                  { value: "squares", label: t("mode.squares") },
                  { value: "list", label: t("mode.list") },
                ]}
                onChange={(mode) => taste.set({ mode: mode as Mode })}
              />
              <Link to="/duplicates" className={buttonClass("ghost")}>
                {t("doubles")}
              </Link>
              <Link to="/tagging" className={buttonClass("ghost")}>
                {t("proposals")}
              </Link>
            </div>
          </Dialog>
        </>
      ) : (
        <>
          <Chip title={t("organise:collections")} value={undefined} onClear={() => undefined} className="xl:hidden">
            <Trees {...same} />
          </Chip>
          <Chip title={t("shape.label")} value={search.shape && t(`shape.${search.shape}`)} onClear={() => onChange({ shape: undefined })}>
            <Shapes {...same} />
          </Chip>
          <Chip title={t("date.label")} value={dateSaid(search, t)} onClear={() => onChange({ when: undefined, since: undefined, until: undefined })}>
            <Days {...same} />
          </Chip>
          <MakerChip {...same} />
          <Chip title={t("side.label")} value={search.side && t("side.least", { n: search.side })} onClear={() => onChange({ side: undefined })}>
            <Sides {...same} />
          </Chip>
          <Chip title={t("looks:colour.label")} value={colourSaid(search, t)} onClear={() => onChange({ colour: undefined, tolerance: undefined })}>
            <Colours {...same} />
          </Chip>
          <Arranged {...same} />
          <Chip title={t("status.label")} value={search.status && t(`status.${search.status}`)} onClear={() => onChange({ status: undefined })}>
            <Statuses {...same} />
          </Chip>
          <Popover
            title={t("find.all")}
            placement="bottom-start"
            className="max-h-[70vh] w-80 overflow-auto p-3.5"
            trigger={
              <button type="button" className="flex h-8 items-center gap-1.5 rounded-full border border-line px-3 text-xs font-medium text-fg-2 hover:border-line-2 hover:text-fg coarse:h-11">
                <SlidersHorizontal size={13} aria-hidden />
                {t("find.all")}
              </button>
            }
          >
            <Facets {...same} />
          </Popover>
          {narrowed(search) && (
            <Button size="sm" look="ghost" onClick={() => onChange(WIDE)}>
              {t("clear")}
            </Button>
          )}
          <div className="ml-auto flex items-center gap-1.5">
            <ByPicture onFound={(like) => onChange({ like })} />
            {ranked(search) ? (
              <span className="px-2 text-xs text-fg-3">{t(search.like === undefined ? "looks:like.colourOrder" : "looks:like.order")}</span>
            ) : (
              <Button size="sm" look="ghost" onClick={() => sorted(orders[(orders.indexOf(order) + 1) % orders.length]!)} aria-label={`${t("sort.label")}: ${t(`sort.${order}`)}`}>
                <ArrowDownUp size={14} aria-hidden />
                {t(`sort.${order}`)}
              </Button>
            )}
            {taste.mode !== "list" && <Slider bare label={t("size")} min={SMALLEST} max={LARGEST} step={4} value={taste.size} onChange={(size) => taste.set({ size })} className="w-24 max-lg:hidden" />}
            <Segment
              label={t("mode.label")}
              hideLabel
              value={taste.mode}
              onChange={(mode) => taste.set({ mode: mode as Mode })}
              items={[
                { value: "rows", title: t("mode.rows"), label: <Icon name={t("mode.rows")} icon={<Rows3 size={15} aria-hidden />} /> },
                { value: "squares", title: t("mode.squares"), label: <Icon name={t("mode.squares")} icon={<LayoutGrid size={15} aria-hidden />} /> },
                { value: "list", title: t("mode.list"), label: <Icon name={t("mode.list")} icon={<List size={15} aria-hidden />} /> },
              ]}
              className="w-28"
            />
            {actions}
          </div>
        </>
      )}
    </div>
  );
}

/** The collections, where the left column has no room. */
function Trees({ search, onChange, onDone }: PartProps & { onDone?: () => void }) {
  const go = (change: LibrarySearch) => {
    onDone?.();
    onChange({ place: undefined, stack: undefined, ...change });
  };
  return <Tree chosen={search.collection} onChoose={(collection) => go({ collection, sort: undefined })} onTag={(tag) => go({ tag, collection: undefined })} />;
}

/** The tag, the label or the stack that is shown: chosen elsewhere, taken back here. */
function Arranged({ search, onChange }: PartProps) {
  const { t } = useTranslation(["library", "organise"]);
  const shown = [
    { key: "tag", name: t("organise:tagFind"), value: search.tag && `#${search.tag}` },
    { key: "label", name: t("organise:label"), value: search.label && t(`organise:labels.${search.label}`) },
    { key: "stack", name: t("organise:stack"), value: search.stack && t("organise:stack") },
  ] as const;
  return shown.map(
    ({ key, name, value }) =>
      value !== undefined && (
        <span key={key} className="flex h-8 items-center rounded-full border border-ring bg-accent-soft pl-3 text-xs font-medium coarse:h-11">
          <span className="max-w-44 truncate">{value}</span>
          <button type="button" aria-label={t("without", { name })} onClick={() => onChange({ [key]: undefined })} className="mr-1 grid size-6 place-items-center rounded-full hover:bg-hover coarse:size-9">
            <X size={13} aria-hidden />
          </button>
        </span>
      ),
  );
}

function Icon({ name, icon }: { name: string; icon: ReactElement }) {
  return (
    <>
      {icon}
      <span className="sr-only">{name}</span>
    </>
  );
}

interface ChipProps {
  title: string;
  value: string | 0 | undefined;
  onClear: () => void;
  children: ReactNode;
  className?: string;
}

function Chip({ title, value, onClear, children, className }: ChipProps) {
  const { t } = useTranslation("library");
  const on = value !== undefined && value !== 0;
  return (
    <div className={cx("flex h-8 items-center rounded-full border text-xs font-medium coarse:h-11", on ? "border-ring bg-accent-soft text-fg" : "border-line text-fg-2 hover:border-line-2 hover:text-fg", className)}>
      <Popover
        title={title}
        placement="bottom-start"
        className="w-72 p-3.5"
        trigger={
          <button type="button" className={cx("flex h-full items-center gap-1.5 rounded-full pl-3", on ? "pr-1" : "pr-2.5")}>
            {on && <span className="sr-only">{`${title}: `}</span>}
            <span className="max-w-44 truncate">{on ? value : title}</span>
            {!on && <ChevronDown size={13} className="text-fg-3" aria-hidden />}
          </button>
        }
      >
        {children}
      </Popover>
      {on && (
        <button type="button" aria-label={t("without", { name: title })} onClick={onClear} className="mr-1 grid size-6 place-items-center rounded-full hover:bg-hover coarse:size-9">
          <X size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}

interface PartProps {
  search: LibrarySearch;
  onChange: (change: LibrarySearch) => void;
}

function Shapes({ search, onChange }: PartProps) {
  const { t } = useTranslation("library");
  const drawn: Record<Shape, string> = { landscape: "h-3 w-4.5", portrait: "h-4.5 w-3", square: "size-4" };
  return (
    <Segment
      label={t("shape.label")}
      value={search.shape ?? "any"}
      onChange={(shape) => onChange({ shape: shape === "any" ? undefined : (shape as Shape) })}
      items={[
        { value: "any", label: t("any") },
        ...SHAPES.map((shape) => ({
          value: shape,
          label: (
            <>
              <span aria-hidden className="grid h-5 place-items-center">
                <span className={cx("rounded-[2px] border-[1.5px] border-current", drawn[shape])} />
              </span>
              {t(`shape.${shape}`)}
            </>
          ),
        })),
      ]}
    />
  );
}

function Statuses({ search, onChange }: PartProps) {
  const { t } = useTranslation("library");
  return (
    <Segment
      label={t("status.label")}
      value={search.status ?? "any"}
      onChange={(status) => onChange({ status: status === "any" ? undefined : (status as Status) })}
      items={[{ value: "any", label: t("any") }, ...STATUSES.map((status) => ({ value: status, label: t(`status.${status}`) }))]}
    />
  );
}

function Days({ search, onChange }: PartProps) {
  const { t } = useTranslation("library");
  const range = search.since !== undefined || search.until !== undefined;
  return (
    <div className="flex flex-col gap-3">
      <Segment
        label={t("date.label")}
        value={range ? null : (search.when ?? "any")}
        onChange={(when) => onChange({ when: when === "any" ? undefined : (when as When), since: undefined, until: undefined })}
        items={[{ value: "any", label: t("any") }, ...(Object.keys(DAYS) as When[]).map((when) => ({ value: when, label: t(`date.${when}`) }))]}
      />
      <div className="grid grid-cols-2 gap-2">
        <TextField label={t("date.since")} type="date" value={search.since ?? ""} onChange={(since) => onChange({ since: since === "" ? undefined : since, when: undefined })} />
        <TextField label={t("date.until")} type="date" value={search.until ?? ""} onChange={(until) => onChange({ until: until === "" ? undefined : until, when: undefined })} />
      </div>
    </div>
  );
}

function dateSaid(search: LibrarySearch, t: ReturnType<typeof useTranslation<["library", "looks"]>>["t"]): string | undefined {
  const { since, until, when } = search;
  if (since && until) return since === until ? dayOf(since) : `${dayOf(since)} – ${dayOf(until)}`;
  if (since) return t("date.from", { day: dayOf(since) });
  if (until) return t("date.to", { day: dayOf(until) });
  return when && t(`date.${when}`);
}

function Sides({ search, onChange }: PartProps) {
  const { t } = useTranslation("library");
  return (
    <Segment
      label={t("side.label")}
      value={String(search.side ?? "any")}
      onChange={(side) => onChange({ side: side === "any" ? undefined : Number(side) })}
      items={[{ value: "any", label: t("any") }, ...SIDES.map((side) => ({ value: String(side), label: <span className="num">{t("side.least", { n: side })}</span> }))]}
    />
  );
}

function Colours({ search, onChange }: PartProps) {
  const { t } = useTranslation("looks");
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium text-fg-2">{t("colour.label")}</legend>
      <ColourFilter value={search.colour} tolerance={search.tolerance} onChange={(colour, tolerance) => onChange({ colour, tolerance })} />
    </fieldset>
  );
}

function colourSaid(search: LibrarySearch, t: ReturnType<typeof useTranslation<["library", "looks"]>>["t"]): string | undefined {
  const name = (Object.keys(PALETTE) as (keyof typeof PALETTE)[]).find((each) => PALETTE[each] === search.colour);
  return name === undefined ? search.colour : t(`looks:colour.names.${name}`);
}

/** Above the width at which the left column has them, the chip is not needed. */
function MakerChip(props: PartProps) {
  const { t } = useTranslation("library");
  const known = useSuspenseQuery(operations).data;
  const chosen = props.search.op ?? [];
  const first = known.find((operation) => operation.op === chosen[0]);
  const value = chosen.length === 0 ? undefined : chosen.length === 1 ? said(first?.title ?? chosen[0]!) : t("several", { n: chosen.length });
  return (
    <Chip title={t("madeBy")} value={value} onClear={() => props.onChange({ op: undefined })} className={chosen.length === 0 ? "xl:hidden" : ""}>
      <Makers {...props} />
    </Chip>
  );
}

function Makers({ search, onChange }: PartProps) {
  const { t } = useTranslation("library");
  const known = useSuspenseQuery(operations).data;
  const chosen = search.op ?? [];
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium text-fg-2">{t("madeBy")}</legend>
      {known
        .filter((operation) => operation.offers.length > 0)
        .map(({ op, title }) => (
          <Checkbox
            key={op}
            label={said(title)}
            checked={chosen.includes(op)}
            onChange={(on) => {
              const next = on ? [...chosen, op] : chosen.filter((one) => one !== op);
              onChange({ op: next.length > 0 ? next : undefined });
            }}
            className="min-h-8 coarse:min-h-11"
          />
        ))}
    </fieldset>
  );
}
