/** What is done with a comparison as a whole: it is named, thrown away, taken back, erased. */

import { Ellipsis, Pencil, Trash2, Undo2 } from "lucide-react";
import { type ReactElement, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Comparison } from "@/api";
import { Button, buttonClass, Dialog, Menu, type MenuItem, TextField } from "@/ui";
import { erase, remove, rename, restore } from "./api";

interface OwnProps {
  comparison: Comparison;
  /** It is no longer where it was. */
  onGone?: () => void;
}

export function Own({ comparison, onGone }: OwnProps): ReactElement {
  const { t } = useTranslation(["comparison", "ui"]);
  const [asks, setAsks] = useState<"name" | "erase" | null>(null);
  const close = () => setAsks(null);
  const items: (MenuItem | "-")[] = comparison.deleted_at
    ? [
        { id: "restore", label: t("own.restore"), icon: <Undo2 size={15} aria-hidden />, onSelect: () => void restore(comparison.id) },
        { id: "erase", label: t("own.erase"), icon: <Trash2 size={15} aria-hidden />, danger: true, onSelect: () => setAsks("erase") },
      ]
    : [
        { id: "rename", label: t("own.rename"), icon: <Pencil size={15} aria-hidden />, onSelect: () => setAsks("name") },
        { id: "remove", label: t("own.remove"), icon: <Trash2 size={15} aria-hidden />, danger: true, onSelect: () => void remove(comparison).then((gone) => gone && onGone?.()) },
      ];
  return (
    <>
      <Menu
        placement="bottom-end"
        trigger={
          <button type="button" aria-label={t("own.more", { title: comparison.title })} className={buttonClass("ghost", "sm", "!px-1.5")}>
            <Ellipsis size={16} aria-hidden />
          </button>
        }
        items={items}
      />
      {asks === "name" && <Name comparison={comparison} onClose={close} />}
      {asks === "erase" && (
        <Dialog
          title={t("own.eraseTitle")}
          open
          onClose={close}
          footer={
            <>
              <Button onClick={close}>{t("ui:cancel")}</Button>
              <Button
                look="danger"
                onClick={() => {
                  close();
                  void erase(comparison.id).then(onGone);
                }}
              >
                {t("own.erase")}
              </Button>
            </>
          }
        >
          <p className="text-sm text-fg-2">{t("own.eraseText")}</p>
        </Dialog>
      )}
    </>
  );
}

function Name({ comparison, onClose }: { comparison: Comparison; onClose: () => void }) {
  const { t } = useTranslation(["comparison", "ui"]);
  const [title, setTitle] = useState(comparison.title);
  const form = useId();
  const named = title.trim();
  return (
    <Dialog
      title={t("own.renameTitle")}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button type="submit" form={form} look="primary" disabled={named === ""}>
            {t("own.save")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          void rename(comparison.id, named).then((done) => done && onClose());
        }}
      >
        <TextField label={t("own.title")} value={title} onChange={setTitle} maxLength={300} autoComplete="off" />
      </form>
    </Dialog>
  );
}
