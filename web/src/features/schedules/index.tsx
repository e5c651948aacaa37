/** Schedules: what is made at its time, by itself; when it is next, and what came of it. */

import "@/i18n/schedules";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ChevronDown, FolderInput, MoreHorizontal, Pencil, Play, Plus, Rss, Rows3, Sparkles, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api";
import { said } from "@/features/forms/said";
import { Ways } from "@/features/batch/Ways";
import { telling } from "@/features/runs";
import { price } from "@/lib/format";
import { Button, cx, Empty, IconButton, Menu, say, Sure, Switch } from "@/ui";
import { again, pause, remove, resume, runNow, scheduleOf, schedules, type Outcome, type Schedule } from "./api";
import { Editor } from "./Editor";
import { Moments } from "./Moments";
import { away, inZone, words, type When } from "./when";

const route = getRouteApi("/inside/batch/schedules");
const LOOK: Record<Outcome, string> = { started: "text-ok", nothing: "text-fg-2", skipped: "text-warn", failed: "text-bad" };

export default function Schedules() {
  const { edit } = route.useSearch();
  return edit === undefined ? <List /> : <Editor key={edit} id={edit} />;
}

function List() {
  const { t } = useTranslation(["schedules", "ui"]);
  const navigate = route.useNavigate();
  const { data: every, error, refetch } = useQuery(schedules);
  const fresh = (
    <Button look="primary" onClick={() => void navigate({ search: { edit: "new" } })}>
      <Plus size={15} aria-hidden />
      {t("new")}
    </Button>
  );
  return (
    <main className="h-full overflow-auto bg-bg px-6 pt-4 pb-6 max-md:px-3 max-md:pb-4">
      <div className="mx-auto max-w-[1120px]">
        <Ways className="mb-3" />
        {error && !every ? (
          <Empty title={t("trouble")} actions={<Button onClick={() => void refetch()}>{t("ui:retry")}</Button>} className="pt-[10vh]">
            {error instanceof Problem ? error.message : null}
          </Empty>
        ) : !every ? (
          <div className="flex flex-col gap-3" role="status" aria-label={t("loading")}>
            {Array.from({ length: 3 }, (_, index) => (
              <div key={index} className="skeleton h-28" />
            ))}
          </div>
        ) : every.length === 0 ? (
          <Empty title={t("empty.title")} actions={fresh} className="pt-[10vh]">
            {t("empty.text")}
          </Empty>
        ) : (
          <>
            <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
              <div>
                <h2 className="text-xl font-semibold tracking-[-.02em]">{t("title")}</h2>
                <p className="text-sm text-fg-2">{t("text")}</p>
              </div>
              {fresh}
            </div>
            <ul className="flex flex-col gap-3">
              {every.map((schedule) => (
                <Line key={schedule.id} schedule={schedule} />
              ))}
            </ul>
          </>
        )}
      </div>
    </main>
  );
}

function Line({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation(["schedules", "ui"]);
  const navigate = route.useNavigate();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  /** What the switch was put to, until the server has said so. */
  const [wish, setWish] = useState<boolean | null>(null);
  const [open, setOpen] = useState(false);
  const when = schedule.when as When;
  const act = async (call: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    await telling(call);
    setBusy(false);
    await again();
  };
  const turn = (on: boolean) => {
    if (busy) return;
    setWish(on);
    void act(() => (on ? resume : pause)(schedule.id)).then(() => setWish(null));
  };
  const run = () =>
    act(async () => {
      const tick = await runNow(schedule.id, crypto.randomUUID());
      say({ title: tick.outcome === "started" ? t("began", { title: schedule.title }) : t("nothingNew"), ...(tick.note ? { detail: said(tick.note) } : {}) });
    });
  return (
    <li className="rounded-lg border border-line bg-panel" aria-label={schedule.title}>
      <div className="flex items-start gap-3 p-4 max-md:flex-wrap max-md:p-3">
        <What schedule={schedule} />
        <div className="min-w-0 flex-1">
          <bdi className="block truncate text-sm font-semibold">{schedule.title}</bdi>
          <p className="text-sm text-fg-2">
            {words(when)} · <span className="text-fg-3">{when.timezone}</span>
          </p>
          <dl className="num mt-2 flex flex-wrap gap-x-6 gap-y-1 text-xs">
            <div className="flex gap-1.5">
              <dt className="text-fg-3">{t("next")}</dt>
              <dd>{schedule.next_at ? `${away(schedule.next_at)} · ${inZone(schedule.next_at, when.timezone)}` : t(schedule.state === "ended" ? "ended" : "paused")}</dd>
            </div>
            <div className="flex gap-1.5">
              <dt className="text-fg-3">{t("last")}</dt>
              <dd>{schedule.last && schedule.last_at ? <><span className={LOOK[schedule.last]}>{t(`outcome.${schedule.last}`)}</span> {away(schedule.last_at)}</> : t("never")}</dd>
            </div>
            {schedule.price !== null && (
              <div>
                <dt className="sr-only">{t("costs")}</dt>
                <dd className="text-fg-2">{schedule.price === 0 ? price(0) : t("price", { amount: price(schedule.price) })}</dd>
              </div>
            )}
          </dl>
          {schedule.note !== "" && <p className={cx("mt-1.5 text-xs", schedule.last === "failed" ? "text-bad" : "text-warn")}>{said(schedule.note)}</p>}
        </div>
        <div className="flex shrink-0 items-center gap-1 max-md:w-full max-md:justify-end">
          {schedule.state !== "ended" && <Switch label={t("active")} checked={wish ?? schedule.state === "active"} onChange={turn} />}
          <IconButton label={t("run")} disabled={busy} onClick={() => void run()}>
            <Play size={16} aria-hidden />
          </IconButton>
          <Menu
            placement="bottom-end"
            trigger={
              <button type="button" aria-label={t("more", { title: schedule.title })} className="grid size-8.5 place-items-center rounded-md text-fg-2 hover:bg-hover hover:text-fg coarse:size-11">
                <MoreHorizontal size={16} aria-hidden />
              </button>
            }
            items={[
              { id: "edit", label: t("edit"), icon: <Pencil size={15} aria-hidden />, onSelect: () => void navigate({ search: { edit: schedule.id } }) },
              { id: "delete", label: t("delete"), icon: <Trash2 size={15} aria-hidden />, danger: true, onSelect: () => setAsking(true) },
            ]}
          />
        </div>
      </div>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex w-full items-center gap-1.5 rounded-b-lg border-t border-line px-4 py-1.5 text-xs text-fg-2 -outline-offset-2 hover:bg-hover hover:text-fg coarse:min-h-11">
        <ChevronDown size={14} className={cx("transition-transform", open && "rotate-180")} aria-hidden />
        {t("details")}
      </button>
      {open && <More id={schedule.id} />}
      <Sure title={t("sure.title", { title: schedule.title })} text={t("sure.text")} act={t("delete")} open={asking} onClose={() => setAsking(false)} onSure={() => void act(() => remove(schedule.id))} />
    </li>
  );
}

function What({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation("schedules");
  const [Icon, label] = schedule.watch
    ? [schedule.watch.kind === "feed" ? Rss : FolderInput, t(`what.${schedule.watch.kind}`, { place: schedule.watch.place })]
    : schedule.batch
      ? [Rows3, t("what.rows", { count: schedule.rows })]
      : [Sparkles, schedule.run?.op ?? ""];
  return (
    <span className="grid size-9 shrink-0 place-items-center rounded-md bg-hover text-fg-2" role="img" aria-label={label} title={label}>
      <Icon size={17} aria-hidden />
    </span>
  );
}

function More({ id }: { id: string }) {
  const { t } = useTranslation("schedules");
  const { data } = useQuery(scheduleOf(id));
  if (!data) return <div className="skeleton m-4 h-20" role="status" aria-label={t("loading")} />;
  return (
    <div className="grid gap-5 border-t border-line p-4 text-xs md:grid-cols-2">
      <section>
        <h2 className="mb-1.5 font-medium text-fg-2">{t("nextFive")}</h2>
        <Moments moments={data.next} zone={data.when.timezone ?? "UTC"} none={t(data.state === "ended" ? "ended" : "paused")} />
      </section>
      <section>
        <h2 className="mb-1.5 font-medium text-fg-2">{t("history")}</h2>
        {data.ticks.length === 0 && <p className="text-fg-3">{t("never")}</p>}
        <ul className="flex max-h-60 flex-col gap-1.5 overflow-auto">
          {data.ticks.map((tick) => (
            <li key={tick.id}>
              <span className={cx("font-medium", LOOK[tick.outcome])}>{t(`outcome.${tick.outcome}`)}</span> <span className="num text-fg-2">{inZone(tick.at, data.when.timezone ?? "UTC")}</span>
              {tick.by_hand && <span className="text-fg-3"> · {t("by")}</span>}
              {tick.batches.length > 0 && <span className="text-fg-3"> · {t("batch", { count: tick.batches.length })}</span>}
              {tick.note !== "" && <p className="text-fg-2">{said(tick.note)}</p>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
