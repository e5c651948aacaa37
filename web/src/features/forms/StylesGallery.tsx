/** All styles: by groups, by words, one's favourites, one's own. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Pencil, Plus, Star, Trash2 } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, Problem, stylesOf, type Style } from "@/api";
import { Button, cx, Dialog, IconButton, say, Segment, TextField } from "@/ui";
import { OwnStyle } from "./OwnStyle";
import { said } from "./said";
import { type StylesProps, Tile } from "./StylesField";

const ALL = "all";
const LIKED = "liked";

async function stylesAnew(): Promise<void> {
  await cache.invalidateQueries({ queryKey: ["styles"] });
}

async function like(style: Style): Promise<void> {
  await api.PUT("/api/styles/{name}/favorite", { params: { path: { name: style.id } }, body: { favorite: !style.favorite } });
  await stylesAnew();
}

export default function StylesGallery({ title, value, onChange, optional, presets, onClose }: StylesProps & { onClose: () => void }) {
  const { t } = useTranslation("presets");
  const [words, setWords] = useState("");
  const [which, setWhich] = useState(ALL);
  const [writing, setWriting] = useState<Style | "new" | null>(null);
  const asked = useDeferredValue(words.trim());
  const styles = useQuery({ ...stylesOf(asked), placeholderData: keepPreviousData }).data ?? [];
  const found = which === LIKED ? styles.filter((style) => style.favorite) : styles;
  // An answer to words stands in its own order.
  const groups = asked !== "" || which === LIKED ? [{ title: "", styles: found }] : grouped(found);
  const choose = (next: string | null) => {
    onChange(next);
    onClose();
  };
  const remove = async (style: Style) => {
    try {
      await api.DELETE("/api/styles/{name}", { params: { path: { name: style.id } } });
    } catch (error) {
      return say({ title: error instanceof Problem ? error.message : String(error), bad: true });
    }
    if (style.id === value) onChange(null);
    await stylesAnew();
    say({
      title: t("styles.removed", { name: style.title }),
      action: {
        label: t("templates.undo"),
        perform: () => {
          const { title: name, text, negative, base } = style;
          void body(api.POST("/api/styles", { body: { title: name, text, negative, base } })).then(stylesAnew);
        },
      },
    });
  };
  return (
    <Dialog title={title} open onClose={onClose} className="max-w-2xl">
      <div className="flex flex-wrap items-end gap-2">
        <TextField label={t("styles.search")} hideLabel placeholder={t("styles.search")} value={words} onChange={setWords} className="min-w-44 flex-1" />
        <Segment
          label={t("styles.group")}
          hideLabel
          value={which}
          onChange={setWhich}
          items={[
            { value: ALL, label: t("styles.all") },
            { value: LIKED, label: t("styles.liked") },
          ]}
          className="w-44"
        />
        <Button onClick={() => setWriting("new")}>
          <Plus size={15} aria-hidden />
          {t("styles.new")}
        </Button>
      </div>
      {presets !== undefined && found.some((style) => style.native.includes(presets)) && (
        <p className="mt-2.5 flex items-center gap-1.5 text-2xs text-fg-3">
          <span aria-hidden className="size-1.5 rounded-full bg-ring" />
          {t("styles.nativeHere")}
        </p>
      )}
      {groups.map((group, index) => (
        <section key={group.title} aria-label={group.title === "" ? undefined : said(group.title)} className="mt-4">
          {group.title !== "" && <h3 className="mb-2 text-2xs font-medium text-fg-3">{said(group.title)}</h3>}
          <div className="grid grid-cols-[repeat(auto-fill,minmax(84px,1fr))] items-start gap-3">
            {optional && index === 0 && asked === "" && which === ALL && <Tile style={null} on={value === null} onClick={() => choose(null)} wide />}
            {group.styles.map((style) => (
              <div key={style.id} className="group/tile relative">
                <Tile style={style} on={style.id === value} onClick={() => choose(style.id)} wide native={presets !== undefined && style.native.includes(presets)} />
                <button
                  type="button"
                  aria-pressed={style.favorite}
                  aria-label={t("styles.like", { name: style.own ? style.title : said(style.title) })}
                  onClick={() => void like(style)}
                  className={cx("absolute top-1 right-1 grid size-7 place-items-center rounded-full bg-black/45 text-white transition-opacity focus-visible:opacity-100 coarse:size-9 coarse:opacity-100", !style.favorite && "opacity-0 group-hover/tile:opacity-100")}
                >
                  <Star size={14} aria-hidden className={style.favorite ? "fill-current" : ""} />
                </button>
                {style.own && (
                  <div className="mt-0.5 flex gap-1">
                    <IconButton label={t("styles.edit", { name: style.title })} size="sm" onClick={() => setWriting(style)}>
                      <Pencil size={13} aria-hidden />
                    </IconButton>
                    <IconButton label={t("styles.remove", { name: style.title })} size="sm" onClick={() => void remove(style)}>
                      <Trash2 size={13} aria-hidden />
                    </IconButton>
                  </div>
                )}
              </div>
            ))}
          </div>
        </section>
      ))}
      {found.length === 0 && <p className="py-8 text-center text-fg-2">{t(which === LIKED && asked === "" ? "styles.noneLiked" : "styles.nothing")}</p>}
      {writing !== null && <OwnStyle style={writing === "new" ? null : writing} onClose={() => setWriting(null)} onKept={(kept) => onChange(kept.id)} />}
    </Dialog>
  );
}

function grouped(styles: readonly Style[]): { title: string; styles: Style[] }[] {
  const groups = new Map<string, Style[]>();
  for (const style of styles) groups.set(style.group_title, [...(groups.get(style.group_title) ?? []), style]);
  return [...groups].map(([title, each]) => ({ title, styles: each }));
}
