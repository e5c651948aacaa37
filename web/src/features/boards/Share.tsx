/** Where what was chosen goes: onto a new board, or one that is there. Then who may see it is asked. */

import "@/i18n/boards";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { telling } from "@/features/runs";
import { Button, Dialog, Select, TextField } from "@/ui";
import { add, boards, create, fresh } from "./api";
import { useShare } from "./share";

const NEW = "new";

export default function Share() {
  const { t } = useTranslation(["boards", "ui"]);
  const navigate = useNavigate();
  const { what, share } = useShare();
  const { data: every } = useQuery(boards);
  const [board, setBoard] = useState(NEW);
  const [title, setTitle] = useState(what?.collection?.name ?? "");
  const [busy, setBusy] = useState(false);
  if (!what) return null;
  const takes = every?.filter((one) => one.collection === null && (one.standing === "editor" || one.standing === "uploader")) ?? [];
  const fresher = board === NEW;
  const go = async () => {
    if (fresher && title.trim() === "") return;
    setBusy(true);
    const id = await telling(async () => {
      if (fresher) return (await create(title.trim(), { ...(what.assets ? { assets: what.assets } : {}), ...(what.collection ? { collection: what.collection.id } : {}) })).id;
      await add(board, what.assets ?? []);
      return board;
    });
    setBusy(false);
    if (id === undefined) return;
    share(null);
    await fresh(id);
    void navigate({ to: "/boards", search: { board: id, share: "1" } });
  };
  return (
    <Dialog
      title={what.collection ? t("shareCollection") : t("sharePictures", { count: what.assets?.length ?? 0 })}
      open
      onClose={() => share(null)}
      footer={
        <>
          <Button onClick={() => share(null)}>{t("ui:cancel")}</Button>
          <Button look="primary" disabled={busy || (fresher && title.trim() === "")} onClick={() => void go()}>
            {t("goOn")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {!what.collection && takes.length > 0 && (
          <Select label={t("onto")} value={board} onChange={setBoard} items={[{ value: NEW, label: t("new") }, ...takes.map((one) => ({ value: one.id, label: one.title }))]} />
        )}
        {fresher && <TextField label={t("title")} value={title} onChange={setTitle} maxLength={200} onEnter={() => void go()} help={what.collection ? t("liveText") : undefined} />}
      </div>
    </Dialog>
  );
}
