/** Addresses of files, one a line: the server fetches them. */

import "@/i18n/intake";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Problem } from "@/api";
import { Button, Dialog, TextField } from "@/ui";
import { Order } from "./Order";
import { closeIntake } from "./store";

const DRAFT = "gesso.urls";

export default function Urls() {
  const { t } = useTranslation(["intake", "ui"]);
  const [text, setText] = useState(() => sessionStorage.getItem(DRAFT) ?? "");
  const [order, setOrder] = useState<string | null>(null);
  const [over, setOver] = useState(true);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  const urls = text.split(/\s+/).filter(Boolean);
  const write = (next: string) => {
    setText(next);
    setTrouble(undefined);
    sessionStorage.setItem(DRAFT, next);
  };
  const sent = useRef("");
  const go = async () => {
    if (urls.length === 0 || busy) return;
    setBusy(true);
    setTrouble(undefined);
    try {
      const begun = await body(api.POST("/api/imports/urls", { body: { urls } }));
      sent.current = text;
      setOver(false);
      setOrder(begun.id);
    } catch (error) {
      setTrouble(error instanceof Problem ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={t("urls.title")}
      open
      onClose={closeIntake}
      className="max-w-xl"
      footer={
        <>
          <Button onClick={closeIntake}>{t("ui:close")}</Button>
          <Button look="primary" disabled={urls.length === 0 || busy || !over} onClick={() => void go()}>
            {t("urls.go", { count: urls.length })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TextField label={t("urls.label")} help={t("urls.help")} error={trouble} rows={4} value={text} onChange={write} placeholder="https://" inputClassName="font-mono text-xs" />
        {order !== null && (
          <Order
            key={order}
            id={order}
            every
            onOver={(left) => {
              setOver(true);
              // What did not come stays to be mended and asked for again; what was written meanwhile stays as it is.
              if (sessionStorage.getItem(DRAFT) === sent.current) write(left.join("\n"));
            }}
          />
        )}
      </div>
    </Dialog>
  );
}
