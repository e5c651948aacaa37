/** A template of one's own, written or changed. A new one begins with what stands in the form. */

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, Problem, stylesOf, type Template } from "@/api";
import { said } from "@/features/forms";
import { Button, Dialog, say, Segment, Select, Stepper, TextField } from "@/ui";

interface OwnProps {
  template: Template | null;
  values: Readonly<Record<string, unknown>>;
  onClose: () => void;
  onKept: (template: Template) => void;
}

const NONE = "none";
const EXAMPLE = "{subject:a boat}";

export function OwnTemplate({ template, values, onClose, onKept }: OwnProps) {
  const { t } = useTranslation("presets");
  const styles = useQuery(stylesOf()).data ?? [];
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : "");
  const number = (name: string) => (typeof values[name] === "number" ? values[name] : 1024);
  const [title, setTitle] = useState(template?.title ?? "");
  const [platform, setPlatform] = useState(template?.platform ?? "");
  const [prompt, setPrompt] = useState(template?.prompt ?? text("prompt"));
  const [width, setWidth] = useState(template?.width ?? number("width"));
  const [height, setHeight] = useState(template?.height ?? number("height"));
  const [style, setStyle] = useState(template?.style ?? text("style"));
  const [quality, setQuality] = useState(template?.quality ?? (text("quality") || "standard"));
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useId();
  const keep = async () => {
    setBusy(true);
    setFault("");
    const told = { title, prompt, width, height, style, quality, platform };
    try {
      const kept = await body(template ? api.PATCH("/api/templates/{name}", { params: { path: { name: template.id } }, body: told }) : api.POST("/api/templates", { body: told }));
      await cache.invalidateQueries({ queryKey: ["templates"] });
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
      title={t("templates.form")}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form={form} look="primary" disabled={busy || title.trim() === "" || prompt.trim() === ""}>
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
        <div className="flex gap-3">
          <TextField label={t("templates.name")} value={title} onChange={setTitle} maxLength={100} autoComplete="off" className="min-w-0 flex-1" />
          <TextField label={t("templates.platform")} value={platform} onChange={setPlatform} maxLength={50} autoComplete="off" className="min-w-0 flex-1" />
        </div>
        <TextField label={t("templates.text")} help={t("templates.textHelp", { example: EXAMPLE })} rows={3} value={prompt} onChange={setPrompt} maxLength={10000} />
        <div className="flex gap-3">
          <Stepper label={t("templates.width")} value={width} min={64} max={8192} onChange={(next) => next !== null && setWidth(next)} more={t("templates.wider")} less={t("templates.narrower")} className="min-w-0 flex-1" />
          <Stepper label={t("templates.height")} value={height} min={64} max={8192} onChange={(next) => next !== null && setHeight(next)} more={t("templates.taller")} less={t("templates.shorter")} className="min-w-0 flex-1" />
        </div>
        <Select
          label={t("templates.style")}
          value={style === "" ? NONE : style}
          onChange={(next) => setStyle(next === NONE ? "" : next)}
          items={[{ value: NONE, label: t("templates.noStyle") }, ...styles.map((one) => ({ value: one.id, label: one.own ? one.title : said(one.title) }))]}
        />
        <Segment
          label={t("templates.quality")}
          value={quality}
          onChange={setQuality}
          items={[
            { value: "draft", label: t("templates.draft") },
            { value: "standard", label: t("templates.standard") },
            { value: "premium", label: t("templates.premium") },
          ]}
        />
        {fault !== "" && (
          <p role="alert" className="text-xs text-bad">
            {fault}
          </p>
        )}
      </form>
    </Dialog>
  );
}
