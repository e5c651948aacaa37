/** The queue and its workers, as they stand now: for admins. */

import "@/i18n/queue";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache } from "@/api";
import type { components } from "@/api/schema";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import { count, moment } from "@/lib/format";
import { Button, cx, say, Sure } from "@/ui";

type Found = components["schemas"]["QueueOut"];
type Lane = Found["lanes"][number];
type Worker = Found["workers"][number];
type Stuck = Found["stuck"][number];
type Task = Stuck["task"];

const AGAIN_MS = 2_000;
const SHOWN = 3;

/** Nobody rings when a worker takes a job: so it is asked, while somebody looks. */
const queueNow = queryOptions({
  queryKey: ["queue"],
  queryFn: () => body(api.GET("/api/queue")),
  refetchInterval: AGAIN_MS,
  staleTime: 0,
});

export default function Queue() {
  const { t } = useTranslation("queue");
  const { data: found, error } = useQuery(queueNow);
  if (error && !found) return <p className="text-sm text-bad">{error.message}</p>;
  if (!found) return <div className="skeleton h-60" />;
  return (
    <>
      <p className="text-sm text-fg-2">{t("text")}</p>
      <Lanes found={found} />
      <Workers workers={found.workers} />
      <Stucks found={found} />
    </>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-panel p-4">
      <h3 className="text-sm font-semibold">{title}</h3>
      <div className="mt-3">{children}</div>
    </section>
  );
}

function Lanes({ found }: { found: Found }) {
  const { t } = useTranslation("queue");
  const ready = found.workers.filter((worker) => !worker.gone).length;
  const quiet = found.lanes.every((lane) => lane.waiting + lane.delayed + lane.running === 0);
  const alone = found.lanes.filter((lane) => lane.workers === 0 && lane.waiting + lane.delayed > 0);
  return (
    <Card title={t("lanes.title")}>
      {ready === 0 ? (
        <Nobody words={t("lanes.none")} command="gesso worker" />
      ) : (
        <>
          {alone.map((lane) => (
            <Nobody key={lane.name} words={t("lanes.nobody", { lane: lane.name })} command={`GESSO_LANES=${lane.name} gesso worker`} />
          ))}
          {quiet && <p className="mb-3 text-sm text-fg-2">{t("lanes.quiet", { count: ready, n: count(ready) })}</p>}
        </>
      )}
      <table className="w-full border-collapse text-sm">
        <thead className="text-xs text-fg-3">
          <tr>
            <th scope="col" className="pb-1.5 text-left font-normal">
              {t("lanes.lane")}
            </th>
            {(["waiting", "oldest", "running", "rate"] as const).map((name) => (
              <th key={name} scope="col" className="pb-1.5 pl-3 text-right font-normal">
                {t(`lanes.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="num">
          {found.lanes.map((lane) => (
            <Row key={lane.name} lane={lane} span={found.span} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

const LANES = ["remote", "cpu", "gpu"] as const;

function Row({ lane, span }: { lane: Lane; span: number }) {
  const { t } = useTranslation("queue");
  const known = LANES.find((one) => one === lane.name);
  return (
    <tr className="h-11 border-t border-line align-middle">
      <th scope="row" className="text-left font-medium">
        {lane.name}
        {known !== undefined && <span className="block text-xs font-normal text-fg-3 max-sm:hidden">{t(`lanes.${known}`)}</span>}
      </th>
      <td className="pl-3 text-right">
        {count(lane.waiting)}
        {lane.delayed > 0 && <span className="block text-xs text-fg-3">{t("lanes.later", { n: count(lane.delayed) })}</span>}
      </td>
      <td className="pl-3 text-right text-fg-2">{lane.age === null ? "–" : ago(lane.age)}</td>
      <td className="pl-3 text-right">{lane.room > 0 ? t("lanes.of", { n: count(lane.running), room: count(lane.room) }) : count(lane.running)}</td>
      <td className="pl-3 text-right">
        <span className="inline-flex items-center gap-2 align-middle">
          <Pace values={lane.pace} label={t("lanes.pace", { minutes: count(Math.round((lane.pace.length * span) / 60)) })} />
          <span className="min-w-7">{count(lane.ended)}</span>
        </span>
      </td>
    </tr>
  );
}

const WIDE = 72;
const HIGH = 20;

/** How many were ended in each span of the last minutes, as a line; the newest is on the right. */
function Pace({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(1, ...values);
  const step = WIDE / Math.max(1, values.length - 1);
  const points = values.map((value, place) => `${(place * step).toFixed(1)},${(HIGH - 1 - (value / most) * (HIGH - 2)).toFixed(1)}`).join(" ");
  return (
    <svg width={WIDE} height={HIGH} viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={label} className="shrink-0 text-fg-3 max-sm:hidden">
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}

function Nobody({ words, command }: { words: string; command: string }) {
  return (
    <p role="alert" className="mb-3 rounded-sm bg-warn-soft px-2.5 py-2 text-xs text-fg">
      {words} <code className="rounded-xs font-mono break-words">{command}</code>
    </p>
  );
}

function Workers({ workers }: { workers: readonly Worker[] }) {
  const { t } = useTranslation("queue");
  return (
    <Card title={t("workers.title")}>
      {workers.length === 0 && <p className="text-sm text-fg-2">{t("workers.none")}</p>}
      <ul className="-my-2 divide-y divide-line">
        {workers.map((worker) => (
          <li key={worker.id} className={cx("flex gap-3 py-2.5", worker.gone && "text-fg-2")}>
            <span aria-hidden className={cx("mt-1.5 size-2 shrink-0 rounded-full", worker.gone ? "bg-bad" : "bg-ok")} />
            <div className="num min-w-0 flex-1">
              <p className="flex flex-wrap items-baseline gap-x-2 text-sm font-medium">
                <span className="break-all">{worker.host}</span>
                <span className="text-xs font-normal text-fg-3">{t("workers.process", { pid: worker.pid })}</span>
              </p>
              <p className="text-xs text-fg-3">
                {Object.entries(worker.lanes)
                  .map(([lane, room]) => (room > 0 ? t("workers.lane", { lane, room: count(room) }) : lane))
                  .join(", ")}
                {" · "}
                {t("workers.since", { when: moment(worker.since) })}
                {" · "}
                <span className={cx(worker.gone && "text-bad")}>{t(worker.gone ? "workers.gone" : "workers.heard", { ago: ago(worker.silent) })}</span>
              </p>
              {worker.holds.length > 0 && (
                <ul className="mt-1 text-xs text-fg-2">
                  {worker.holds.slice(0, SHOWN).map((hold) => (
                    <li key={hold.job} className="truncate">
                      <Named task={hold.task} />
                    </li>
                  ))}
                  {worker.holding > Math.min(SHOWN, worker.holds.length) && (
                    <li className="text-fg-3">{t("workers.more", { count: worker.holding - Math.min(SHOWN, worker.holds.length), n: count(worker.holding - Math.min(SHOWN, worker.holds.length)) })}</li>
                  )}
                </ul>
              )}
            </div>
            <span className="num shrink-0 text-xs text-fg-2">{t("workers.holds", { count: worker.holding, n: count(worker.holding) })}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Stucks({ found }: { found: Found }) {
  const { t } = useTranslation("queue");
  const [ending, setEnding] = useState<Stuck | null>(null);
  return (
    <Card title={t("stuck.title")}>
      {found.stuck.length + found.elsewhere === 0 && <p className="text-sm text-fg-2">{t("stuck.none")}</p>}
      <ul className="-my-2 divide-y divide-line">
        {found.stuck.map((stuck) => (
          <li key={stuck.job ?? stuck.task.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
            <div className="min-w-52 flex-1">
              <p className="truncate text-sm font-medium">
                <Named task={stuck.task} />
              </p>
              <p className="num mt-0.5 text-xs text-fg-2">{reason(stuck)}</p>
            </div>
            <Deeds stuck={stuck} onEnd={() => setEnding(stuck)} />
          </li>
        ))}
      </ul>
      {found.elsewhere > 0 && <p className="mt-3 text-xs text-fg-2">{t("stuck.elsewhere", { count: found.elsewhere, n: count(found.elsewhere) })}</p>}
      <Sure title={t("stuck.sure")} text={t("stuck.sureText", { title: ending ? called(ending.task) : "" })} act={t("stuck.cancel")} open={ending !== null} onClose={() => setEnding(null)} onSure={() => ending?.job && void act("cancel", ending.job, ending.task)} />
    </Card>
  );
}

function Deeds({ stuck, onEnd }: { stuck: Stuck; onEnd: () => void }) {
  const { t } = useTranslation("queue");
  const { job, task } = stuck;
  const ours = task.team === null;
  const name = called(task);
  if (job === null)
    return ours ? (
      <div className="flex flex-wrap gap-2">
        {([true, false] as const).map((charged) => (
          <Fragment key={String(charged)}>
            <Button size="sm" aria-label={`${t(charged ? "stuck.charged" : "stuck.free")}: ${name}`} onClick={() => void resolve(task, charged)}>
              {t(charged ? "stuck.charged" : "stuck.free")}
            </Button>
          </Fragment>
        ))}
      </div>
    ) : null;
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" aria-label={`${t("stuck.resume")}: ${name}`} onClick={() => void act("resume", job, task)}>
        {t("stuck.resume")}
      </Button>
      {ours && (
        <Button size="sm" look="danger" aria-label={`${t("stuck.cancel")}: ${name}`} onClick={onEnd}>
          {t("stuck.cancel")}
        </Button>
      )}
    </div>
  );
}

function Named({ task }: { task: Task }) {
  const { t } = useTranslation("queue");
  return (
    <>
      <span className="font-normal text-fg-3">{t(`kinds.${task.kind}`)} </span>
      {called(task)}
      {task.team !== null && <span className="font-normal text-fg-3"> · {task.team}</span>}
    </>
  );
}

const CHORES = ["look", "tag", "empty", "check", "clean", "verify"] as const;

function called(task: Task): string {
  const chore = CHORES.find((one) => one === task.title);
  return task.kind === "chore" && chore !== undefined ? i18n.t(`queue:chores.${chore}`) : task.title;
}

function reason({ why, crashes, seconds }: Stuck): string {
  if (why === "crashed") return i18n.t("queue:stuck.crashed", { count: crashes, n: count(crashes) });
  return i18n.t(`queue:stuck.${why}`, { ago: ago(seconds ?? 0) });
}

/** How long, short enough for a column. */
function ago(seconds: number): string {
  if (seconds < 90) return i18n.t("queue:seconds", { n: count(Math.round(seconds)) });
  if (seconds < 5400) return i18n.t("queue:minutes", { n: count(Math.round(seconds / 60)) });
  return i18n.t("queue:hours", { n: count(Math.round(seconds / 3600)) });
}

async function act(deed: "resume" | "cancel", job: string, task: Task): Promise<void> {
  const path = { params: { path: { job_id: job } } };
  const done = await telling(async () => {
    await (deed === "resume" ? api.POST("/api/queue/{job_id}/resume", path) : api.POST("/api/queue/{job_id}/cancel", path));
    return true;
  });
  if (done) say({ title: i18n.t(deed === "resume" ? "queue:stuck.resumed" : "queue:stuck.cancelled"), detail: called(task) });
  await cache.invalidateQueries({ queryKey: queueNow.queryKey });
}

async function resolve(task: Task, charged: boolean): Promise<void> {
  await telling(() => body(api.POST("/api/runs/{run_id}/resolve", { params: { path: { run_id: task.id } }, body: { charged } })));
  await cache.invalidateQueries({ queryKey: queueNow.queryKey });
}
