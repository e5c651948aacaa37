/** All tags, with how many pictures have each: renamed, merged, deleted, each with a way back. */

import "@/i18n/organise";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, tags } from "@/api";
import { telling } from "@/features/runs";
import { count } from "@/lib/format";
import { Button, Checkbox, Dialog, TextField } from "@/ui";
import { said, stale } from "./acts";

export default function TagList({ onClose, onTag }: { onClose: () => void; onTag: (tag: string) => void }) {
  const { t } = useTranslation(["organise", "ui"]);
  const { data: all } = useQuery(tags);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [to, setTo] = useState<string | null>(null);
  const sought = text.trim().toLocaleLowerCase();
  const found = (all ?? []).filter(({ tag }) => tag.toLocaleLowerCase().includes(sought));
  const done = (changed: { id: string; changed: number } | undefined) => {
    if (!changed) return;
    setChosen([]);
    setTo(null);
    stale();
    said(t("changed.tags", { count: changed.changed, n: count(changed.changed) }), changed.id);
  };
  const rename = async () => {
    if (to === null || to.trim() === "") return;
    done(await telling(() => body(api.POST("/api/tags/rename", { body: { tags: [...chosen], to: to.trim() } }))));
  };
  const remove = async () => done(await telling(() => body(api.POST("/api/tags/delete", { body: { tags: [...chosen] } }))));
  return (
    <Dialog
      title={t("tagList")}
      open
      onClose={onClose}
      footer={
        chosen.length === 0 ? undefined : to === null ? (
          <>
            <Button look="danger" onClick={() => void remove()}>
              {t("tagDelete", { count: chosen.length })}
            </Button>
            <Button onClick={() => setTo(chosen[0]!)}>{chosen.length === 1 ? t("tagRename") : t("tagMerge", { count: chosen.length })}</Button>
          </>
        ) : (
          <>
            <TextField className="flex-1" label={chosen.length === 1 ? t("tagName", { tag: chosen[0] }) : t("tagInto")} hideLabel value={to} onChange={setTo} maxLength={60} onEnter={() => void rename()} />
            <Button onClick={() => setTo(null)}>{t("ui:cancel")}</Button>
            <Button look="primary" disabled={to.trim() === ""} onClick={() => void rename()}>
              {t("apply")}
            </Button>
          </>
        )
      }
    >
      {all?.length === 0 ? (
        <p className="text-sm text-fg-2">{t("tagListEmpty")}</p>
      ) : (
        <>
          <TextField label={t("tagFind")} hideLabel placeholder={t("tagFind")} value={text} onChange={setText} />
          <ul className="mt-2 max-h-[46vh] overflow-auto">
            {found.map(({ tag, count: many }) => (
              <li key={tag} className="flex min-h-9 items-center gap-2 rounded-md px-1 text-sm hover:bg-hover coarse:min-h-11">
                <Checkbox label={tag} checked={chosen.includes(tag)} onChange={(on) => setChosen(on ? [...chosen, tag] : chosen.filter((one) => one !== tag))} className="min-w-0 flex-1" />
                <button type="button" title={t("tagShow")} onClick={() => onTag(tag)} className="num min-h-7 rounded-sm px-2 text-xs text-fg-3 hover:bg-active hover:text-fg coarse:min-h-11">
                  {t("tagUsed", { count: many, n: count(many) })}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
