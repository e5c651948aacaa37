/** An archive on its way in: sent, then unpacked by the server, file by file. */

import "@/i18n/intake";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/api";
import { bytes } from "@/lib/format";
import { Button, Dialog, Progress, Segment } from "@/ui";
import { Order } from "./Order";
import { closeIntake, useIntake } from "./store";

const STEP_MS = 80;

export default function Zip() {
  const { t } = useTranslation(["intake", "ui"]);
  const file = useIntake((state) => state.file);
  const [folders, setFolders] = useState("tags");
  const [sent, setSent] = useState<number | null>(null);
  const [order, setOrder] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string>();
  const flying = useRef<XMLHttpRequest>(null);
  if (file === null) return null;
  const send = () => {
    const request = new XMLHttpRequest();
    flying.current = request;
    setTrouble(undefined);
    setSent(0);
    let told = 0;
    request.upload.onprogress = (event) => {
      if (event.timeStamp - told < STEP_MS) return;
      told = event.timeStamp;
      setSent(event.loaded / event.total);
    };
    request.onload = () => void answered(request);
    request.onerror = () => fallen(t("zip.away"));
    request.open("POST", "/api/imports/zip");
    request.setRequestHeader("Accept", "application/json");
    const form = new FormData();
    form.append("folders", folders);
    form.append("file", file, file.name);
    request.send(form);
  };
  const fallen = (words: string) => {
    setSent(null);
    setTrouble(words);
  };
  const answered = async (request: XMLHttpRequest) => {
    if (request.status === 202) {
      setOrder((JSON.parse(request.responseText) as { id: string }).id);
      setSent(null);
      return;
    }
    const type = request.getResponseHeader("content-type") ?? "";
    fallen((await problemOf(new Response(request.responseText, { status: request.status, headers: { "content-type": type } }))).message);
  };
  const close = () => {
    flying.current?.abort();
    closeIntake();
  };
  return (
    <Dialog
      title={t("zip.title")}
      open
      onClose={close}
      className="max-w-xl"
      footer={
        <>
          <Button onClick={close}>{order === null ? t("ui:cancel") : t("ui:close")}</Button>
          {order === null && (
            <Button look="primary" disabled={sent !== null} onClick={send}>
              {t("zip.go")}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="flex items-baseline gap-2 text-sm">
          <bdi className="min-w-0 flex-1 truncate font-medium">{file.name}</bdi>
          <span className="num text-xs text-fg-3">{bytes(file.size)}</span>
        </p>
        {order === null ? (
          <>
            <Segment label={t("zip.folders")} value={folders} disabled={sent !== null} onChange={setFolders} items={(["tags", "collections", "none"] as const).map((one) => ({ value: one, label: t(`zip.become.${one}`) }))} />
            <p className="text-xs text-fg-3">{t("zip.text")}</p>
            {sent !== null && <Progress value={sent < 1 ? sent : null} label={t("zip.sending")} />}
            {trouble !== undefined && <p role="alert" className="text-sm text-bad">{trouble}</p>}
          </>
        ) : (
          <>
            <Order id={order} />
            <p className="text-xs text-fg-3">{t("zip.goesOn")}</p>
          </>
        )}
      </div>
    </Dialog>
  );
}
