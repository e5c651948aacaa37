/** One template: what it is for, its gaps as fields, and the way into the form. */

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Check, Pencil, Star, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, stylesOf, type Operation, type Template } from "@/api";
import { draftOf, said, useDrafts, type Form, type Schema } from "@/features/forms";
import { Button, IconButton, say, TextField } from "@/ui";
import { filled } from "./gaps";
import { OwnTemplate } from "./OwnTemplate";
import { complain, Drawn, like, nameOf, templatesAnew } from "./templateParts";

interface OpenedProps {
  /** None, where it is no longer there. */
  template: Template | undefined;
  form: Form;
  creates: readonly Operation[];
  onOperation: (op: string) => void;
  onUsed: () => void;
  onBack: () => void;
}

export function Opened({ template, onBack, ...rest }: OpenedProps) {
  const { t } = useTranslation("presets");
  return (
    <div className="flex flex-col gap-4 p-4">
      <Button look="ghost" size="sm" className="-ml-2 self-start" onClick={onBack}>
        <ArrowLeft size={15} aria-hidden />
        {t("templates.back")}
      </Button>
      {template ? <Whole template={template} onBack={onBack} {...rest} /> : <p className="text-sm text-fg-2">{t("templates.gone")}</p>}
    </div>
  );
}

function Whole({ template, form, creates, onOperation, onUsed, onBack }: OpenedProps & { template: Template }) {
  const { t } = useTranslation("presets");
  const styles = useQuery(stylesOf()).data ?? [];
  const [values, setValues] = useState<Record<string, string>>({});
  const [editing, setEditing] = useState(false);
  const prompt = filled(template.prompt, values);
  const style = styles.find(({ id }) => id === template.style);
  // The form that has both words and a size; the one that is open, where it has them.
  const takes = [form.operation, ...creates].find(sized);
  const use = () => {
    if (!takes) return;
    const before = draftOf(takes.op);
    const { width, height, quality } = template;
    useDrafts.getState().change(takes.op, { prompt, width, height, quality, style: template.style === "" ? null : template.style });
    onOperation(takes.op);
    onUsed();
    say({ title: t("templates.used", { name: nameOf(template) }), action: { label: t("templates.undo"), perform: () => useDrafts.getState().put(takes.op, before) } });
  };
  const remove = async () => {
    const { title, prompt: text, width, height, style: worn, quality, platform, use_cases } = template;
    try {
      await api.DELETE("/api/templates/{name}", { params: { path: { name: template.id } } });
    } catch (error) {
      return complain(error);
    }
    onBack();
    await templatesAnew();
    say({
      title: t("templates.removed", { name: title }),
      action: { label: t("templates.undo"), perform: () => void body(api.POST("/api/templates", { body: { title, prompt: text, width, height, style: worn, quality, platform, use_cases } })).then(templatesAnew, complain) },
    });
  };
  return (
    <>
      <div className="relative h-44 shrink-0 overflow-hidden rounded-md bg-canvas">
        <Drawn template={template} />
      </div>
      <div>
        <div className="flex items-start justify-between gap-2">
          <h2 className="text-md font-semibold">{nameOf(template)}</h2>
          <span className="-mt-1 flex shrink-0">
            <IconButton label={t("templates.like", { name: nameOf(template) })} size="sm" on={template.favorite} onClick={() => void like(template)}>
              <Star size={15} aria-hidden className={template.favorite ? "fill-current" : ""} />
            </IconButton>
            {template.own && (
              <>
                <IconButton label={t("templates.edit")} size="sm" onClick={() => setEditing(true)}>
                  <Pencil size={15} aria-hidden />
                </IconButton>
                <IconButton label={t("templates.remove")} size="sm" onClick={() => void remove()}>
                  <Trash2 size={15} aria-hidden />
                </IconButton>
              </>
            )}
          </span>
        </div>
        <p className="num mt-0.5 text-xs text-fg-3">
          {[template.platform_title === "" ? "" : said(template.platform_title), t("templates.size", { width: template.width, height: template.height }), style ? (style.own ? style.title : said(style.title)) : ""].filter(Boolean).join(" · ")}
        </p>
        {template.use_cases.length > 0 && <p className="mt-1.5 text-xs text-fg-2">{t("templates.fits", { what: template.use_cases.map(said).join(", ") })}</p>}
      </div>
      {template.variables.length > 0 && (
        <fieldset className="grid grid-cols-2 gap-3">
          <legend className="mb-2 text-2xs font-medium text-fg-3">{t("templates.gaps")}</legend>
          {template.variables.map((gap) => (
            <TextField key={gap.name} label={said(gap.title)} placeholder={gap.usual} value={values[gap.name] ?? ""} onChange={(next) => setValues({ ...values, [gap.name]: next })} autoComplete="off" maxLength={300} onEnter={use} />
          ))}
        </fieldset>
      )}
      <div>
        <h3 className="mb-1 text-2xs font-medium text-fg-3">{t("templates.prompt")}</h3>
        <p aria-live="polite" className="rounded-md bg-sunken px-3 py-2 text-sm text-fg-2">
          {prompt}
        </p>
      </div>
      <Button onClick={use} disabled={!takes}>
        <Check size={15} aria-hidden />
        {t("templates.use")}
      </Button>
      {!takes && <p className="text-xs text-warn">{t("templates.none")}</p>}
      {editing && <OwnTemplate template={template} values={form.values} onClose={() => setEditing(false)} onKept={() => setValues({})} />}
    </>
  );
}

function sized(operation: Operation): boolean {
  const fields = (operation.offers[0]?.input as Schema | undefined)?.properties ?? {};
  return ["prompt", "width", "height"].every((name) => name in fields);
}
