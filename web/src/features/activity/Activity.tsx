/** What is running, on every page: how far, stop, try again. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Check, CircleAlert, CircleHelp, CircleSlash, RotateCcw, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache, OVER, runOf, runsOf, working, type Run } from "@/api";
import { said } from "@/features/forms/said";
import { cancelRun, rerun } from "@/features/runs";
import { moment } from "@/lib/format";
import { onFinished } from "@/live/news";
import { useNow } from "@/live/now";
import { announce } from "@/shell/announce";
import { cx, IconButton, Popover, Progress, Ring } from "@/ui";

const RECENT = 8;

export function Activity() {
  const { t } = useTranslation("shell");
  const [open, setOpen] = useState(false);
  const busy = (useQuery(working).data?.items ?? []).filter((run) => !OVER.has(run.state) && run.state !== "unknown");
  const first = useNow(busy.at(-1)?.id ?? "");
  useEffect(
    () =>
      onFinished((id, state) => {
        const run = cache.getQueryData(runOf(id).queryKey);
        if (run) announce(t(`finished.${state as "succeeded"}`, { title: run.title }));
      }),
    [t],
  );
  useEffect(() => {
    const plain = document.title.replace(/^\(\d+\) /, "");
    document.title = busy.length > 0 ? `(${busy.length}) ${plain}` : plain;
  });
  return (
    <Popover
      title={t("activity.title")}
      open={open}
      onOpenChange={setOpen}
      className="w-[min(360px,calc(100vw-16px))]"
      trigger={
        <button
          type="button"
          aria-label={busy.length > 0 ? t("activity.label", { count: busy.length }) : t("activity.labelIdle")}
          className="num flex h-8 shrink-0 items-center gap-2 rounded-md px-2.5 text-xs font-medium text-fg-2 hover:bg-hover coarse:h-11"
        >
          <Ring value={busy.length > 0 ? (first?.progress ?? busy.at(-1)?.progress ?? 0) : 0} className={busy.length > 0 ? "text-accent-text" : "text-fg-3"} />
          <span className={busy.length === 0 ? "max-md:hidden" : ""}>{busy.length > 0 ? t("activity.working", { count: busy.length }) : t("activity.idle")}</span>
        </button>
      }
    >
      {open && <Panel busy={busy} onClose={() => setOpen(false)} />}
    </Popover>
  );
}

function Panel({ busy, onClose }: { busy: readonly Run[]; onClose: () => void }) {
  const { t } = useTranslation("shell");
  const recent = (useInfiniteQuery(runsOf()).data?.pages[0]?.items ?? []).filter((run) => OVER.has(run.state) || run.state === "unknown").slice(0, RECENT);
  return (
    <div>
      <h2 className="flex h-11 items-center border-b border-line px-3.5 text-sm font-semibold">{t("activity.title")}</h2>
      {busy.length === 0 && recent.length === 0 && <p className="px-3.5 py-6 text-sm text-fg-2">{t("activity.nothing")}</p>}
      {busy.length > 0 && (
        <ul className="flex flex-col p-1.5">
          {busy.map((run) => (
            <Working key={run.id} run={run} />
          ))}
        </ul>
      )}
      {recent.length > 0 && (
        <>
          <h3 className="px-3.5 pt-2 pb-1 text-2xs font-medium text-fg-3">{t("activity.recent")}</h3>
          <ul className="flex flex-col p-1.5 pt-0">
            {recent.map((run) => (
              <Ended key={run.id} run={run} onClose={onClose} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Working({ run }: { run: Run }) {
  const { t } = useTranslation("shell");
  const now = useNow(run.id);
  const state = now?.state ?? run.state;
  const stopping = now?.stopping ?? run.stopping;
  const progress = now?.progress ?? run.progress;
  return (
    <li className="rounded-sm px-2 py-1.5">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm font-medium">{run.title}</p>
          <p className="num truncate text-xs text-fg-3">{stopping ? t("activity.stopping") : state === "queued" ? t("activity.queued") : said(now?.note || run.note) || t("activity.running")}</p>
        </div>
        <IconButton label={t("activity.cancel")} size="sm" disabled={stopping} onClick={() => void cancelRun(run)}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      <Progress value={state === "queued" ? 0 : progress} label={run.title} className="mt-1.5" />
    </li>
  );
}

const SIGN = { succeeded: Check, failed: CircleAlert, cancelled: CircleSlash, unknown: CircleHelp };

function Ended({ run, onClose }: { run: Run; onClose: () => void }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const state = run.state as keyof typeof SIGN;
  const Sign = SIGN[state];
  const output = run.outputs[0];
  return (
    <li className="flex items-center gap-2.5 rounded-sm px-2 py-1.5 hover:bg-hover">
      {output ? (
        <button
          type="button"
          aria-label={t("activity.show")}
          onClick={() => {
            onClose();
            void navigate({ to: ".", search: (search) => ({ ...search, view: output.id }) });
          }}
          className="shrink-0 rounded-xs"
        >
          <img src={`${output.thumbnail}?size=256`} alt="" className="size-9 rounded-xs object-cover" />
        </button>
      ) : (
        <span className="grid size-9 shrink-0 place-items-center rounded-xs bg-active">
          <Sign size={15} className={cx(state === "failed" ? "text-bad" : "text-fg-3")} aria-hidden />
        </span>
      )}
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm">{run.title}</p>
        <p className="num truncate text-xs text-fg-3">
          {t(`activity.${state}`)} · {moment(run.ended_at ?? run.created_at)}
        </p>
      </div>
      {(state === "failed" || state === "cancelled") && (
        <IconButton label={t("activity.retry")} size="sm" onClick={() => void rerun(run)}>
          <RotateCcw size={14} aria-hidden />
        </IconButton>
      )}
    </li>
  );
}
