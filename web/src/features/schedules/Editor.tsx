/** One schedule, as it is made or changed: what, when, and within which limits. */

import "@/i18n/schedules";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, Problem, type Operation } from "@/api";
import { draftOf, FormFields, ModelField, said, useDrafts, useForm, written } from "@/features/forms";
import { price } from "@/lib/format";
import { Button, cx, Empty, Segment, Select, TextField } from "@/ui";
import { again, change, create, previewOf, scheduleOf, type ScheduleIn, type Whole } from "./api";
import { Moments } from "./Moments";
import { columnsOf, rowsOf } from "./rows";
import { DAYS, dayName, fresh, HOURS, KINDS, told, type When, zones } from "./when";

const route = getRouteApi("/inside/batch/schedules");
const COLUMNS = ["title", "summary", "link", "image", "published"] as const;
const PER_DOLLAR = 100_000;
type Sort = "run" | "rows" | "feed" | "folder";

export function Editor({ id }: { id: string }) {
  const { t } = useTranslation("schedules");
  const { op } = route.useSearch();
  const { data: before, error } = useQuery({ ...scheduleOf(id), enabled: id !== "new", staleTime: Infinity });
  const known = useSuspenseQuery(operations).data.filter((one) => one.offers.length > 0);
  if (error && !before) return <Empty title={t("trouble")} className="pt-[14vh]">{error.message}</Empty>;
  if (id !== "new" && !before) return <div className="skeleton m-5 h-60" role="status" aria-label={t("loading")} />;
  const wanted = before?.run?.op ?? before?.batch?.steps?.[0]?.op ?? op;
  const first = known.find((one) => one.op === wanted) ?? known.find((one) => one.op === "image.generate") ?? known[0];
  return first ? <Filled before={before} known={known} first={first} /> : null;
}

/** The form shows the draft of its operation. Of a schedule that is changed that is what it says; what stood there before comes back after. */
function useRecipe(before: Whole | undefined): void {
  const [kept] = useState(() => {
    const step = before?.run ?? before?.batch?.steps?.[0];
    if (!step) return undefined;
    const kept = { op: step.op, draft: draftOf(step.op) };
    useDrafts.getState().put(step.op, { offer: step.offer ?? null, ...(step.prefer ? { prefer: step.prefer } : {}), values: written(step.input ?? {}) });
    return kept;
  });
  useEffect(() => () => (kept ? useDrafts.getState().put(kept.op, kept.draft) : undefined), [kept]);
}

function Filled({ before, known, first }: { before: Whole | undefined; known: readonly Operation[]; first: Operation }) {
  const { t } = useTranslation(["schedules", "ui"]);
  const navigate = route.useNavigate();
  useRecipe(before);
  const [operation, setOperation] = useState(first);
  const [title, setTitle] = useState(before?.title ?? "");
  const [sort, setSort] = useState<Sort>(before?.watch?.kind ?? (before?.batch ? "rows" : "run"));
  const [pasted, setPasted] = useState("");
  const [place, setPlace] = useState(before?.watch?.place ?? "");
  const [beginning, setBeginning] = useState<"new" | "all">(before?.watch?.first ?? "new");
  const [when, setWhen] = useState<When>(() => ({ ...fresh(), ...(before?.when as When | undefined) }));
  const [missed, setMissed] = useState<"once" | "skip">(before?.missed ?? "once");
  const [until, setUntil] = useState(before?.until?.slice(0, 10) ?? "");
  const [most, setMost] = useState(before?.most?.toString() ?? "");
  const [cap, setCap] = useState(before?.cap == null ? "" : String(before.cap / PER_DOLLAR));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useForm(operation);
  const [into, setInto] = useState<Record<string, string>>(() => Object.fromEntries(COLUMNS.map((name) => [name, before?.watch?.kind === "feed" ? (before.batch?.columns?.[name] ?? "") : ""])));
  const goes = before?.watch?.kind === "feed" && operation === first ? into : { ...guessed(form.fields.map((field) => field.name)), ...Object.fromEntries(Object.entries(into).filter(([, to]) => to !== "")) };

  const rows = useMemo(() => rowsOf(pasted), [pasted]);
  const kept = before?.batch && !before.watch ? before.data : [];
  const settled = useSettled(when);
  const preview = useQuery(previewOf(settled));
  const wrong = preview.error instanceof Problem ? preview.error : null;
  const fault = (field: string) => {
    const found = [...(problem?.fields ?? []), ...(wrong?.fields ?? [])].find((one) => one.field === field)?.message;
    return found === undefined ? undefined : said(found);
  };
  const homeless = problem && !problem.fields.some((one) => one.field.startsWith("when.") || one.field === "watch.place") ? problem : null;
  const ready = title.trim() !== "" && !wrong && (sort === "run" ? form.ready : sort === "rows" ? rows.length + kept.length > 0 : place.trim() !== "");

  const save = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setProblem(null);
    const step = { op: operation.op, offer: form.offer, prefer: form.prefer };
    const input = Object.fromEntries(Object.entries(form.input).filter(([, value]) => value !== ""));
    const columns = sort === "feed" ? Object.fromEntries(Object.entries(goes).map(([name, to]) => [name, to === "" ? null : to])) : {};
    const rest = {
      title: title.trim(),
      when: told(when),
      missed,
      grace: before?.grace ?? 300,
      until: until === "" ? null : new Date(`${until}T23:59:59`).toISOString(),
      most: most === "" ? null : Number(most),
      cap: cap === "" ? null : Math.round(Number(cap.replace(",", ".")) * PER_DOLLAR),
    };
    const wanted =
      sort === "run"
        ? { ...rest, run: { ...step, input: form.input, fallbacks: [] } }
        : { ...rest, batch: { ...step, input, columns }, ...(sort === "rows" ? { rows: rows.length > 0 ? rows : kept } : { watch: { kind: sort, place: place.trim(), first: beginning } }) };
    try {
      await (before ? change(before.id, wanted as ScheduleIn) : create(wanted as ScheduleIn));
      await again();
      await navigate({ search: {} });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="flex h-full flex-col bg-canvas">
      <div className="min-h-0 flex-1 overflow-auto p-5 max-md:p-3">
        <div className="mx-auto flex max-w-2xl flex-col gap-4">
          <button type="button" onClick={() => void navigate({ search: {} })} className="flex items-center gap-1.5 self-start text-sm text-fg-2 hover:text-fg coarse:min-h-11">
            <ArrowLeft size={15} aria-hidden />
            {t("every")}
          </button>
          <h1 className="text-lg font-semibold">{before ? before.title : t("new")}</h1>
          <Part title={t("form.what")}>
            <TextField label={t("form.title")} value={title} onChange={setTitle} maxLength={200} />
            <Segment label={t("form.sort")} value={sort} onChange={(value) => setSort(value as Sort)} items={(["run", "rows", "feed", "folder"] as const).map((value) => ({ value, label: t(`form.${value}`) }))} />
            {sort === "rows" && (
              <TextField
                label={t("form.rowsLabel")}
                rows={4}
                value={pasted}
                onChange={setPasted}
                help={rows.length > 0 ? t("form.rowsCount", { count: rows.length, columns: columnsOf(rows).join(", ") }) : kept.length > 0 ? t("form.rowsKept", { count: kept.length }) : t("form.rowsHelp")}
              />
            )}
            {(sort === "feed" || sort === "folder") && (
              <>
                <TextField label={t(`form.${sort}Place`)} value={place} onChange={setPlace} help={t(`form.${sort}Help`)} error={fault("watch.place")} placeholder={sort === "feed" ? "https://" : "/srv/drop"} />
                <Segment label={t("form.first")} value={beginning} onChange={(value) => setBeginning(value as "new" | "all")} items={[{ value: "new", label: t("form.firstNew") }, { value: "all", label: t("form.firstAll") }]} />
              </>
            )}
            <Select label={t("form.operation")} value={operation.op} onChange={(op) => setOperation(known.find((one) => one.op === op) ?? operation)} items={known.map((one) => ({ value: one.op, label: said(one.title), group: one.capability }))} />
            {sort === "feed" && (
              <fieldset>
                <legend className="mb-1.5 text-xs font-medium text-fg-2">{t("form.columns")}</legend>
                <div className="grid grid-cols-2 gap-3 md:grid-cols-3">
                  {COLUMNS.map((name) => (
                    <Select
                      key={name}
                      size="sm"
                      label={t(`form.column.${name}`)}
                      value={goes[name] ?? ""}
                      onChange={(to) => setInto({ ...goes, [name]: to })}
                      items={[{ value: "", label: t("form.nowhere") }, ...form.fields.map((field) => ({ value: field.name, label: said(field.title) }))]}
                    />
                  ))}
                </div>
              </fieldset>
            )}
            {sort !== "run" && <p className="text-xs text-fg-3">{t("form.common")}</p>}
            <div className="-mx-4 border-t border-line">
              <FormFields form={form} model={<ModelField form={form} />} />
            </div>
          </Part>
          <Timing when={when} onChange={setWhen} fault={fault}>
            <div>
              <h3 className="mb-1.5 text-xs font-medium text-fg-2">{t("form.preview")}</h3>
              <div aria-live="polite">{wrong ? null : <Moments moments={preview.data?.next ?? []} zone={when.timezone} />}</div>
            </div>
          </Timing>
          <Part title={t("form.limits")}>
            <Segment label={t("form.missed")} value={missed} onChange={(value) => setMissed(value as "once" | "skip")} items={[{ value: "once", label: t("form.missedOnce") }, { value: "skip", label: t("form.missedSkip") }]} />
            <div className="grid grid-cols-2 gap-3">
              <TextField label={t("form.until")} type="date" value={until} onChange={setUntil} error={fault("until")} />
              <TextField label={t("form.most")} type="number" value={most} onChange={setMost} />
            </div>
            <TextField label={t("form.cap")} value={cap} onChange={(value) => setCap(value.replace(/[^\d.,]/g, ""))} help={t(sort === "feed" || sort === "folder" ? "form.capWatched" : "form.capHelp")} error={fault("cap")} />
          </Part>
        </div>
      </div>
      <div className="border-t border-line bg-panel p-3.5">
        <div className="mx-auto flex max-w-2xl flex-wrap items-center justify-end gap-3">
          {homeless && (
            <p role="alert" className="min-w-0 flex-1 text-xs text-bad">
              {homeless.fields.map((one) => said(one.message)).filter(Boolean).join(" ") || homeless.message}
            </p>
          )}
          {sort === "run" && form.estimate?.price != null && form.missing.length === 0 && <span className="num text-sm text-fg-2">{form.estimate.price === 0 ? price(0) : t("price", { amount: price(form.estimate.price) })}</span>}
          <Button onClick={() => void navigate({ search: {} })}>{t("ui:cancel")}</Button>
          <Button look="primary" disabled={!ready || busy} onClick={() => void save()}>
            {t(before ? "form.save" : "form.create")}
          </Button>
        </div>
      </div>
    </main>
  );
}

function Timing({ when, onChange, fault, children }: { when: When; onChange: (when: When) => void; fault: (field: string) => string | undefined; children: ReactNode }) {
  const { t } = useTranslation("schedules");
  const set = (more: Partial<When>) => onChange({ ...when, ...more });
  const every = useMemo(() => zones().map((value) => ({ value, label: value.replaceAll("_", " ") })), []);
  const timed = when.kind === "daily" || when.kind === "weekly" || when.kind === "monthly";
  return (
    <Part title={t("form.when")}>
      <div className="grid grid-cols-2 gap-3 max-[430px]:grid-cols-1">
        <Select label={t("form.kind")} value={when.kind} onChange={(kind) => set({ kind: kind as When["kind"] })} items={KINDS.map((value) => ({ value, label: t(`form.kinds.${value}`) }))} />
        {timed && <TextField label={t("form.time")} type="time" value={when.time} onChange={(time) => time !== "" && set({ time })} />}
        {when.kind === "once" && <TextField label={t("form.at")} type="datetime-local" value={when.at?.slice(0, 16) ?? ""} onChange={(at) => set({ at: at === "" ? null : at })} error={fault("when.at")} />}
        {when.kind === "hourly" && <Select label={t("form.every")} value={String(when.every)} onChange={(hours) => set({ every: Number(hours) as When["every"] })} items={HOURS.map((hours) => ({ value: String(hours), label: String(hours) }))} />}
        {when.kind === "hourly" && <TextField label={t("form.minute")} type="number" value={String(when.minute)} onChange={(minute) => set({ minute: Math.min(59, Math.max(0, Number(minute))) })} />}
        {when.kind === "monthly" && <TextField label={t("form.day")} type="number" value={String(when.day)} onChange={(day) => set({ day: Math.min(31, Math.max(1, Number(day))) })} />}
      </div>
      {when.kind === "weekly" && (
        <fieldset>
          <legend className="mb-1.5 text-xs font-medium text-fg-2">{t("form.days")}</legend>
          <div className="flex flex-wrap gap-1.5">
            {DAYS.map((day) => (
              <button
                key={day}
                type="button"
                aria-pressed={when.days.includes(day)}
                aria-label={dayName(day)}
                onClick={() => set({ days: when.days.includes(day) ? when.days.filter((one) => one !== day) : [...when.days, day] })}
                className={cx("min-h-8 min-w-11 rounded-md border px-2 text-xs font-medium coarse:min-h-11", when.days.includes(day) ? "border-accent bg-accent text-accent-fg" : "border-line bg-raised text-fg-2 hover:border-line-2")}
              >
                {dayName(day, "short")}
              </button>
            ))}
          </div>
          {fault("when.days") !== undefined && <p role="alert" className="mt-1 text-xs text-bad">{fault("when.days")}</p>}
        </fieldset>
      )}
      {when.kind === "cron" && <TextField label={t("form.cron")} value={when.cron} onChange={(cron) => set({ cron })} help={t("form.cronHelp")} error={fault("when.cron")} inputClassName="font-mono" />}
      <Select label={t("form.zone")} value={when.timezone} onChange={(timezone) => set({ timezone })} items={every} />
      {children}
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 overflow-hidden rounded-lg border border-line bg-panel p-4">
      <h2 className="text-sm font-semibold">{title}</h2>
      {children}
    </section>
  );
}

/** Words of an item to the prompt, its picture to the picture. */
function guessed(fields: readonly string[]): Record<string, string> {
  const to = (name: string) => (fields.includes(name) ? name : "");
  return { title: to("prompt"), summary: "", link: "", image: to("image"), published: "" };
}

const PAUSE_MS = 250;

/** The rule, once it has stayed the same for a moment. */
function useSettled(when: When): When {
  const [settled, setSettled] = useState(when);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(when), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [when]);
  return settled;
}
