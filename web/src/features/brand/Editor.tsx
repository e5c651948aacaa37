/** A kit is written here; what it looks like, and what it makes of a prompt, is seen while one writes. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ArrowLeft, ImageDown, Plus, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, kits, Problem, type Asset, type Kit } from "@/api";
import ColourField from "@/features/forms/ColourField";
import { PictureField } from "@/features/forms/PictureField";
import { patient } from "@/lib/later";
import { Button, IconButton, say, Select, Slider, Stepper, TextField } from "@/ui";
import { bodyOf, type Form, formOf, kitOf, MOST_COLOURS, ROLES, type Role, type Shade, STARTER } from "./kit";
import { Mock } from "./Mock";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));
const PAUSE_MS = 400;

export function Editor({ kit, onClose }: { kit: Kit | null; onClose: () => void }) {
  const { t } = useTranslation("brand");
  const [form, setForm] = useState<Form>(() => (kit ? formOf(kit) : STARTER));
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const id = useId();
  const set = (more: Partial<Form>) => setForm((now) => ({ ...now, ...more }));
  const keep = async () => {
    setBusy(true);
    setFault("");
    try {
      const said = kitOf(form);
      const kept = await body(kit ? api.PATCH("/api/brand/{name}", { params: { path: { name: kit.id } }, body: said as never }) : api.POST("/api/brand", { body: said }));
      await cache.invalidateQueries({ queryKey: kits.queryKey });
      say({ title: t("kept", { name: kept.title }) });
      onClose();
    } catch (error) {
      setFault(error instanceof Problem ? error.message : String(error));
    }
    setBusy(false);
  };
  const logo = (name: "logo" | "logo_dark") => <PictureField title={t(`fields.${name}`)} value={form[name]} onChange={(asset) => set({ [name]: asset })} optional />;
  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <div className="-mt-3">
        <Button look="ghost" size="sm" onClick={onClose} className="-ml-2.5">
          <ArrowLeft size={14} aria-hidden />
          {t("back")}
        </Button>
      </div>
      <div className="overflow-hidden rounded-lg border border-line">
        <Mock form={form} large />
      </div>
      <Part title={t("parts.name")}>
        <TextField label={t("fields.title")} value={form.title} onChange={(title) => set({ title })} maxLength={100} autoComplete="off" />
        <TextField label={t("fields.voice")} help={t("help.voice")} rows={2} value={form.voice} onChange={(voice) => set({ voice })} maxLength={300} />
      </Part>
      <Part title={t("parts.palette")}>
        <Palette palette={form.palette} onChange={(palette) => set({ palette })} />
      </Part>
      <Part title={t("parts.logo")}>
        <div className="grid gap-3 sm:grid-cols-2">
          {logo("logo")}
          {logo("logo_dark")}
        </div>
        <div className="grid gap-3 sm:grid-cols-2">
          <Slider label={t("fields.clear_space")} value={form.clear_space} onChange={(clear_space) => set({ clear_space })} min={0} max={2} step={0.05} />
          <Stepper label={t("fields.least")} value={form.least} onChange={(least) => set({ least: least ?? 0 })} min={0} max={2000} step={8} more={t("larger")} less={t("smaller")} />
        </div>
      </Part>
      <Part title={t("parts.fonts")}>
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField label={t("fields.heading")} value={form.heading} onChange={(heading) => set({ heading })} maxLength={80} autoComplete="off" />
          <TextField label={t("fields.body")} value={form.body} onChange={(next) => set({ body: next })} maxLength={80} autoComplete="off" />
        </div>
        <p className="text-xs text-fg-3">{t("help.fonts")}</p>
      </Part>
      <Part title={t("parts.words")}>
        <TextField label={t("fields.use")} help={t("help.use")} value={form.use} onChange={(use) => set({ use })} autoComplete="off" />
        <TextField label={t("fields.avoid")} help={t("help.avoid")} rows={2} value={form.avoid} onChange={(avoid) => set({ avoid })} />
        <TextField label={t("fields.dos")} help={t("help.dos")} rows={2} value={form.dos} onChange={(dos) => set({ dos })} />
        <TextField label={t("fields.donts")} help={t("help.donts")} rows={2} value={form.donts} onChange={(donts) => set({ donts })} />
      </Part>
      <Sample form={form} />
      {fault !== "" && (
        <p id={`${id}fault`} role="alert" className="text-sm text-bad">
          {fault}
        </p>
      )}
      <div className="sticky bottom-0 -mx-1 flex gap-2 border-t border-line bg-bg px-1 py-3">
        <Button type="submit" look="primary" disabled={busy || form.title.trim() === ""}>
          {t("save")}
        </Button>
        <Button onClick={onClose}>{t("cancel")}</Button>
      </div>
    </form>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex flex-col gap-3.5">
      <legend className="mb-3 text-sm font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}

function Palette({ palette, onChange }: { palette: Shade[]; onChange: (palette: Shade[]) => void }) {
  const { t } = useTranslation("brand");
  const [picking, setPicking] = useState(false);
  const put = (index: number, more: Partial<Shade>) => onChange(palette.with(index, { ...palette[index]!, ...more }));
  const read = async (asset: Asset) => {
    setPicking(false);
    try {
      onChange(await body(api.GET("/api/brand/palette", { params: { query: { asset: asset.id } } })));
    } catch (error) {
      say({ title: error instanceof Problem ? error.message : String(error), bad: true });
    }
  };
  return (
    <>
      <ul className="flex flex-col gap-2">
        {palette.map((shade, index) => {
          const what = t("colour", { n: index + 1 });
          return (
            <li key={index} className="grid grid-cols-[10rem_minmax(0,1fr)_9rem_auto] items-end gap-2 max-sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]">
              <ColourField title={what} hideLabel value={shade.colour} onChange={(colour) => colour !== null && put(index, { colour })} />
              <TextField label={t("nameOf", { what })} hideLabel placeholder={t("name")} value={shade.name ?? ""} onChange={(name) => put(index, { name })} maxLength={40} autoComplete="off" className="max-sm:order-4" />
              <Select label={t("roleOf", { what })} hideLabel value={shade.role ?? "primary"} onChange={(role) => put(index, { role: role as Role })} items={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))} />
              <IconButton label={t("dropColour", { what })} disabled={palette.length === 1} onClick={() => onChange(palette.filter((_, other) => other !== index))}>
                <X size={15} aria-hidden />
              </IconButton>
            </li>
          );
        })}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" disabled={palette.length >= MOST_COLOURS} onClick={() => onChange([...palette, { colour: "#7a8b99", name: "", role: "primary" }])}>
          <Plus size={14} aria-hidden />
          {t("addColour")}
        </Button>
        <Button size="sm" look="ghost" onClick={() => setPicking(true)}>
          <ImageDown size={14} aria-hidden />
          {t("fromPicture")}
        </Button>
      </div>
      <Suspense>{picking && <Picker title={t("fromPicture")} onClose={() => setPicking(false)} onPick={(asset) => void read(asset)} />}</Suspense>
    </>
  );
}

/** A prompt, and what models are told instead, by the code that tells them. */
function Sample({ form }: { form: Form }) {
  const { t } = useTranslation("brand");
  const [prompt, setPrompt] = useState(t("sample.prompt"));
  const [asked, setAsked] = useState("");
  const now = JSON.stringify({ prompt, kit: bodyOf(form) });
  useEffect(() => {
    const timer = setTimeout(() => setAsked(now), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [now]);
  const { data } = useQuery({
    queryKey: ["kits", "words", asked],
    queryFn: ({ signal }) => body(api.POST("/api/brand/words", { body: JSON.parse(asked) as never, signal })),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 10_000,
  });
  return (
    <Part title={t("parts.sample")}>
      <TextField label={t("sample.before")} value={prompt} onChange={setPrompt} autoComplete="off" maxLength={1000} />
      {data && (
        <dl className="rounded-md border border-line bg-panel p-3 text-xs leading-5">
          <dt className="text-fg-3">{t("sample.after")}</dt>
          <dd className="break-words">{data.prompt}</dd>
          {data.negative !== "" && (
            <>
              <dt className="mt-2 text-fg-3">{t("sample.without")}</dt>
              <dd className="break-words">{data.negative}</dd>
            </>
          )}
        </dl>
      )}
    </Part>
  );
}
