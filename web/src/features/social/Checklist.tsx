/** Where the picture is to appear: all formats by platform, found by words, chosen by ticks, and kept as sets. */

import "@/i18n/social";
import { ChevronRight, FolderHeart, History, PencilLine, Plus, X } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSuspenseQuery } from "@tanstack/react-query";
import { me } from "@/api";
import { said } from "@/features/forms";
import { day, pixels } from "@/lib/format";
import { Button, Checkbox, cx, Dialog, IconButton, Menu, say, TextField } from "@/ui";
import type { Format, Platform } from "./api";
import { OwnFormat } from "./OwnFormat";
import { matches, some } from "./plan";
import { useSocial, type Collection } from "./store";

interface ChecklistProps {
  platforms: readonly Platform[];
  chosen: readonly string[];
  onChoose: (formats: readonly string[]) => void;
}

const NONE: readonly Collection[] = [];
/** So many formats go into one export. */
const MOST = 200;

export function Checklist({ platforms, chosen, onChoose }: ChecklistProps) {
  const { t } = useTranslation(["social", "ui"]);
  const [words, setWords] = useState("");
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(platforms.filter(({ formats }) => formats.some(({ id }) => chosen.includes(id))).map(({ id }) => id)));
  const [own, setOwn] = useState<Format | "new" | null>(null);
  const recent = useSocial((state) => state.recent);
  const ticked = useMemo(() => new Set(chosen), [chosen]);
  const all = useMemo(() => platforms.flatMap(({ formats }) => formats), [platforms]);
  const known = useMemo(() => new Map(all.map((format) => [format.id, format])), [all]);
  const searching = words.trim() !== "";
  const shown = platforms
    .map((platform) => ({ ...platform, formats: searching ? platform.formats.filter((format) => matches(words.trim(), said(platform.title), { ...format, title: `${said(format.title)} ${format.title}` })) : platform.formats }))
    .filter(({ formats }) => formats.length > 0);
  const last = searching ? [] : recent.flatMap((id) => (ticked.has(id) ? [] : (known.get(id) ?? []))).slice(0, 5);
  const put = (ids: readonly string[], on: boolean) => {
    const next = on ? [...chosen, ...ids.filter((id) => !ticked.has(id))] : chosen.filter((id) => !ids.includes(id));
    if (next.length > MOST) say({ title: t("list.most", { n: MOST }), detail: t("list.rest", { count: next.length - MOST }), bad: true });
    // In the order of the list, whatever was ticked first.
    onChoose(all.map(({ id }) => id).filter((id) => next.slice(0, MOST).includes(id)));
  };
  const may = useSuspenseQuery(me).data.permissions.includes("library.write");
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-col gap-2 border-b border-line p-3">
        <TextField label={t("list.search")} hideLabel placeholder={t("list.search")} type="search" value={words} onChange={setWords} />
        <div className="flex items-center gap-1">
          <span className="num min-w-0 flex-1 truncate px-1 text-xs text-fg-3">{t("list.chosen", { n: chosen.length, all: all.length })}</span>
          {chosen.length > 0 && (
            <Button size="sm" look="ghost" onClick={() => onChoose([])}>
              {t("list.off")}
            </Button>
          )}
          <Sets chosen={chosen} known={known} onChoose={onChoose} />
        </div>
      </div>
      <div className="min-h-0 flex-1 overflow-auto py-1.5">
        {last.length > 0 && (
          <section aria-label={t("list.recent")} className="mb-1 border-b border-line px-3 pb-2">
            <h3 className="py-1.5 text-2xs font-medium text-fg-3">{t("list.recent")}</h3>
            <div className="flex flex-wrap gap-1">
              {last.map((format) => (
                <button
                  key={format.id}
                  type="button"
                  onClick={() => put([format.id], true)}
                  className="min-h-7 max-w-full truncate rounded-full border border-line px-2.5 text-xs font-medium text-fg-2 hover:border-line-2 hover:text-fg coarse:min-h-11"
                >
                  {`${said(platforms.find(({ id }) => id === format.platform)?.title ?? "")} ${said(format.title)}`}
                </button>
              ))}
            </div>
          </section>
        )}
        {shown.map((platform) => {
          const name = said(platform.title);
          const open = searching || opened.has(platform.id);
          const ids = platform.formats.map(({ id }) => id);
          return (
            <section key={platform.id} aria-label={name}>
              <div className="flex items-center gap-1 pr-3 pl-1.5 hover:bg-hover">
                <IconButton
                  size="sm"
                  label={open ? t("list.close", { name }) : t("list.expand", { name })}
                  aria-expanded={open}
                  disabled={searching}
                  onClick={() =>
                    setOpened((now) => {
                      const next = new Set(now);
                      if (!next.delete(platform.id)) next.add(platform.id);
                      return next;
                    })
                  }
                >
                  <ChevronRight size={14} className={cx("transition-transform", open && "rotate-90")} aria-hidden />
                </IconButton>
                <Checkbox label={name} checked={some(platform.formats, ticked)} onChange={(on) => put(ids, on)} className="min-h-8 min-w-0 flex-1 font-medium coarse:min-h-11" />
                <span className="num text-2xs text-fg-3">{`${ids.filter((id) => ticked.has(id)).length} / ${ids.length}`}</span>
              </div>
              {open && (
                <ul>
                  {platform.formats.map((format) => (
                    <li key={format.id} className="flex items-center gap-2 py-px pr-3 pl-9 hover:bg-hover">
                      <Checkbox label={said(format.title)} checked={ticked.has(format.id)} onChange={(on) => put([format.id], on)} className="min-h-7 min-w-0 flex-1 coarse:min-h-11" />
                      {format.stale && <Stale format={format} />}
                      {format.own && may && (
                        <IconButton size="sm" label={t("own.change", { name: format.title })} onClick={() => setOwn(format)}>
                          <PencilLine size={13} aria-hidden />
                        </IconButton>
                      )}
                      <Shape format={format} />
                      <span className="num w-18 shrink-0 text-right text-2xs text-fg-3">{pixels(format.width, format.height)}</span>
                    </li>
                  ))}
                </ul>
              )}
            </section>
          );
        })}
        {shown.length === 0 && (
          <div className="px-4 py-6 text-center text-sm text-fg-2">
            <p>{t("list.none")}</p>
            <Button size="sm" look="ghost" className="mt-2" onClick={() => setWords("")}>
              {t("list.clear")}
            </Button>
          </div>
        )}
      </div>
      {may && (
        <div className="border-t border-line p-2">
          <Button size="sm" look="ghost" onClick={() => setOwn("new")}>
            <Plus size={14} aria-hidden />
            {t("own.add")}
          </Button>
        </div>
      )}
      {own !== null && <OwnFormat format={own === "new" ? null : own} platforms={platforms} onClose={() => setOwn(null)} onKept={(kept) => own === "new" && onChoose([...chosen, kept.id])} />}
    </div>
  );
}

/** Its shape, drawn. */
function Shape({ format }: { format: Format }) {
  const most = 14;
  const ratio = format.width / format.height;
  const [width, height] = ratio >= 1 ? [most, most / ratio] : [most * ratio, most];
  return (
    <span aria-hidden className="grid size-4 shrink-0 place-items-center">
      <span className={cx("border border-fg-3", format.round ? "rounded-full" : "rounded-[2px]")} style={{ width, height: Math.max(3, height) }} />
    </span>
  );
}

function Stale({ format }: { format: Format }) {
  const { t } = useTranslation("social");
  const words = t("list.stale", { date: day(format.as_of) });
  return (
    <a href={format.source.startsWith("http") ? format.source : undefined} target="_blank" rel="noreferrer" aria-label={`${words} ${t("list.source", { name: format.title })}`} data-tip={`${words} ${format.source}`} className="grid size-6 place-items-center rounded-sm text-warn">
      <History size={13} aria-hidden />
    </a>
  );
}

function Sets({ chosen, known, onChoose }: { chosen: readonly string[]; known: ReadonlyMap<string, Format>; onChoose: (formats: readonly string[]) => void }) {
  const { t } = useTranslation(["social", "ui"]);
  const person = useSuspenseQuery(me).data.user;
  const mine = useSocial((state) => state.collections[person]) ?? NONE;
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const keep = () => {
    const called = name.trim() === "" ? t("sets.usual") : name.trim();
    useSocial.getState().collect(person, [...mine.filter((one) => one.name !== called), { name: called, formats: chosen }]);
    setNaming(false);
    say({ title: t("sets.kept", { name: called }) });
  };
  const remove = (one: Collection) => {
    useSocial.getState().collect(person, mine.filter((other) => other !== one));
    say({ title: t("sets.removed", { name: one.name }), action: { label: t("ui:undo"), perform: () => useSocial.getState().collect(person, mine) } });
  };
  return (
    <>
      <Menu
        trigger={
          <button type="button" className="inline-flex min-h-7 items-center gap-1.5 rounded-sm px-2 text-xs font-medium text-fg-2 hover:bg-hover hover:text-fg coarse:min-h-9">
            <FolderHeart size={14} aria-hidden />
            {t("sets.title")}
          </button>
        }
        items={[
          ...mine.map((one) => ({ id: `use ${one.name}`, label: one.name, onSelect: () => onChoose(one.formats.filter((id) => known.has(id))) })),
          ...(mine.length === 0 ? [{ id: "none", label: t("sets.none"), disabled: true, onSelect: () => undefined }] : []),
          "-" as const,
          { id: "keep", label: t("sets.keep"), icon: <Plus size={14} aria-hidden />, disabled: chosen.length === 0, onSelect: () => (setName(mine.length === 0 ? t("sets.usual") : ""), setNaming(true)) },
          ...mine.map((one) => ({ id: `remove ${one.name}`, label: t("sets.remove", { name: one.name }), icon: <X size={14} aria-hidden />, danger: true, onSelect: () => remove(one) })),
        ]}
      />
      <Dialog
        title={t("sets.keepTitle")}
        open={naming}
        onClose={() => setNaming(false)}
        footer={
          <>
            <Button onClick={() => setNaming(false)}>{t("ui:cancel")}</Button>
            <Button look="primary" onClick={keep}>
              {t("own.save")}
            </Button>
          </>
        }
      >
        <TextField label={t("sets.name")} value={name} onChange={setName} maxLength={60} onEnter={keep} placeholder={t("sets.usual")} />
      </Dialog>
    </>
  );
}
