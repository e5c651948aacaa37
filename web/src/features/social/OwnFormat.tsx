/** A place of the team's own: a shop's banner, a screen in the hall. */

import "@/i18n/social";
import { Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, Problem } from "@/api";
import { fileKind } from "@/lib/format";
import { said } from "@/features/forms";
import { telling } from "@/features/runs";
import { Button, Checkbox, Dialog, Label, say, Select, Stepper, Switch, TextField } from "@/ui";
import type { Format, Platform } from "./api";

interface OwnProps {
  format: Format | null;
  platforms: readonly Platform[];
  onClose: () => void;
  onKept: (format: Format) => void;
}

const OWN = "own";
const TYPES = ["jpeg", "png", "webp", "avif", "gif"] as const;
type Type = (typeof TYPES)[number];
const EDGES = ["top", "bottom", "left", "right"] as const;
const KB = 1000;

export function OwnFormat({ format, platforms, onClose, onKept }: OwnProps) {
  const { t } = useTranslation(["social", "ui"]);
  const [title, setTitle] = useState(format?.title ?? "");
  const [platform, setPlatform] = useState(format?.platform ?? OWN);
  const [width, setWidth] = useState(format?.width ?? 1200);
  const [height, setHeight] = useState(format?.height ?? 628);
  const [types, setTypes] = useState<readonly Type[]>(format?.types ?? ["jpeg", "png"]);
  const [limit, setLimit] = useState<number | null>(format?.max_bytes == null ? null : format.max_bytes / KB);
  const [safe, setSafe] = useState(format?.safe ?? { top: 0, bottom: 0, left: 0, right: 0 });
  const [round, setRound] = useState(format?.round ?? false);
  const [source, setSource] = useState(format?.source ?? "");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useId();
  const keep = async () => {
    setBusy(true);
    setFault("");
    const told = { title: title.trim(), platform, width, height, types: TYPES.filter((type) => types.includes(type)), max_bytes: limit === null ? null : Math.round(limit * KB), safe, round, source: source.trim() };
    try {
      const kept = await body(format ? api.PATCH("/api/formats/{name}", { params: { path: { name: format.id } }, body: told }) : api.POST("/api/formats", { body: { ...told, zones: [], kind: "feed", note: "", caption: null, alt_max: null } }));
      await cache.invalidateQueries({ queryKey: ["platforms"] });
      void cache.invalidateQueries({ queryKey: ["crops"] });
      onKept(kept);
      onClose();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setFault(error.fields.map(({ message }) => message).join(" ") || error.message);
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    if (!format) return;
    const done = await telling(async () => {
      await api.DELETE("/api/formats/{name}", { params: { path: { name: format.id } } });
      return true;
    });
    if (!done) return;
    await cache.invalidateQueries({ queryKey: ["platforms"] });
    say({ title: t("own.deleted", { name: format.title }) });
    onClose();
  };
  const number = { more: "+", less: "−" };
  return (
    <Dialog
      title={format ? t("own.change", { name: format.title }) : t("own.title")}
      open
      onClose={onClose}
      footer={
        <>
          {format && (
            <Button look="danger" className="mr-auto" onClick={() => void remove()}>
              <Trash2 size={15} aria-hidden />
              {t("own.delete")}
            </Button>
          )}
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button type="submit" form={form} look="primary" disabled={busy || title.trim() === "" || types.length === 0}>
            {t("own.save")}
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
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <TextField label={t("own.name")} value={title} onChange={setTitle} maxLength={100} autoComplete="off" />
          <Select
            label={t("own.platform")}
            value={platform}
            onChange={setPlatform}
            items={[{ value: OWN, label: t("own.mine") }, ...platforms.filter(({ id }) => id !== OWN).map(({ id, title }) => ({ value: id, label: said(title) }))]}
          />
        </div>
        <div className="grid grid-cols-3 gap-3 max-md:grid-cols-2">
          <Stepper label={t("own.width")} value={width} onChange={(next) => setWidth(next ?? width)} min={16} max={8192} {...number} />
          <Stepper label={t("own.height")} value={height} onChange={(next) => setHeight(next ?? height)} min={16} max={8192} {...number} />
          <Stepper label={t("own.limit")} value={limit} onChange={setLimit} min={1} max={1_000_000} placeholder="–" {...number} />
        </div>
        <p className="-mt-2 text-xs text-fg-3">{t("own.limitHelp")}</p>
        <div role="group" aria-label={t("own.types")}>
          <Label>{t("own.types")}</Label>
          <div className="flex flex-wrap gap-4">
            {TYPES.map((type) => (
              <Checkbox key={type} label={fileKind(type)} checked={types.includes(type)} onChange={(on) => setTypes(on ? [...types, type] : types.filter((one) => one !== type))} />
            ))}
          </div>
        </div>
        <div role="group" aria-label={t("own.safe")}>
          <Label>{t("own.safe")}</Label>
          <div className="grid grid-cols-4 gap-3 max-md:grid-cols-2">
            {EDGES.map((edge) => (
              <Stepper key={edge} label={t(`own.${edge}`)} value={Math.round(safe[edge] * 100)} onChange={(next) => setSafe({ ...safe, [edge]: (next ?? 0) / 100 })} min={0} max={90} {...number} />
            ))}
          </div>
        </div>
        <Switch label={t("own.round")} checked={round} onChange={setRound} />
        <TextField label={t("own.source")} value={source} onChange={setSource} maxLength={500} type="url" placeholder="https://" />
        {fault !== "" && (
          <p role="alert" className="text-xs text-bad">
            {fault}
          </p>
        )}
      </form>
    </Dialog>
  );
}
