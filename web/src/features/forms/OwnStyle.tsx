/** A style of one's own: what models are told, and which of ours it is painted as where there is none. */

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, Problem, stylesOf, type Style } from "@/api";
import { Button, Dialog, say, Select, TextField } from "@/ui";
import { said } from "./said";

export function OwnStyle({ style, onClose, onKept }: { style: Style | null; onClose: () => void; onKept: (style: Style) => void }) {
  const { t } = useTranslation("presets");
  const every = useQuery(stylesOf()).data ?? [];
  const [title, setTitle] = useState(style?.title ?? "");
  const [text, setText] = useState(style?.text ?? "");
  const [negative, setNegative] = useState(style?.negative ?? "");
  const [base, setBase] = useState(style?.base ?? "painterly");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useId();
  const keep = async () => {
    setBusy(true);
    setFault("");
    const said = { title, text, negative, base };
    try {
      const kept = await body(style ? api.PATCH("/api/styles/{name}", { params: { path: { name: style.id } }, body: said }) : api.POST("/api/styles", { body: said }));
      await cache.invalidateQueries({ queryKey: ["styles"] });
      say({ title: t("kept", { name: kept.title }) });
      onKept(kept);
      onClose();
    } catch (error) {
      setFault(error instanceof Problem ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={style ? t("styles.edit", { name: style.title }) : t("styles.new")}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form={form} look="primary" disabled={busy || title.trim() === "" || text.trim() === ""}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <TextField label={t("styles.name")} value={title} onChange={setTitle} maxLength={100} autoComplete="off" />
        <TextField label={t("styles.text")} help={t("styles.textHelp")} rows={3} value={text} onChange={setText} maxLength={1000} />
        <TextField label={t("styles.negative")} value={negative} onChange={setNegative} maxLength={1000} autoComplete="off" />
        <Select label={t("styles.base")} value={base} onChange={setBase} items={every.filter((one) => !one.own).map((one) => ({ value: one.id, label: said(one.title) }))} />
        {fault !== "" && (
          <p role="alert" className="text-xs text-bad">
            {fault}
          </p>
        )}
      </form>
    </Dialog>
  );
}
