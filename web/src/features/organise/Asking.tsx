/** What is asked before many are tagged or renamed. */

import "@/i18n/organise";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/lib/format";
import { Button, Dialog, TextField } from "@/ui";
import { listOf, type Change } from "./acts";
import { TagsField } from "./TagsField";

interface Props {
  what: "tags" | "titles";
  many: number;
  onClose: () => void;
  onDo: (change: Change, words: "tags" | "title") => void;
}

export default function Asking({ what, many, onClose, onDo }: Props) {
  const { t } = useTranslation(["organise", "ui"]);
  const [add, setAdd] = useState("");
  const [remove, setRemove] = useState("");
  const [pattern, setPattern] = useState("{title}");
  const said = { count: many, n: count(many) };
  const fits = what === "tags" ? listOf(add).length + listOf(remove).length > 0 : pattern.trim() !== "" && pattern !== "{title}";
  const perform = () => {
    if (!fits) return;
    onClose();
    if (what === "tags") onDo({ tags: { add: listOf(add), remove: listOf(remove) } }, "tags");
    else onDo({ title: pattern }, "title");
  };
  return (
    <Dialog
      title={what === "tags" ? t("tagsOf", said) : t("titlesOf", said)}
      open
      onClose={onClose}
      initialFocus={() => document.querySelector<HTMLElement>("[data-begin] input")}
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button look="primary" disabled={!fits} onClick={perform}>
            {t("apply")}
          </Button>
        </>
      }
    >
      {what === "tags" ? (
        <div data-begin className="flex flex-col gap-4">
          <TagsField label={t("addTags")} value={add} onChange={setAdd} />
          <TagsField label={t("removeTags")} value={remove} onChange={setRemove} />
        </div>
      ) : (
        <div data-begin>
          <TextField label={t("pattern")} value={pattern} onChange={setPattern} help={t("patternHelp")} maxLength={300} onEnter={perform} />
        </div>
      )}
    </Dialog>
  );
}
