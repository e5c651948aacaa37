/** What was found out before anything is spent, and the rows that need a hand, mended in place. */

import "@/i18n/batch";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Ban, Check, CircleAlert, Copy, Download, FileArchive, Info, type LucideIcon } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Batch, type BatchRow, type Operation } from "@/api";
import { said } from "@/features/forms";
import { count, duration, price } from "@/lib/format";
import { Button, cx, Progress, TextField } from "@/ui";
import { bringPictures, download, mend } from "./api";
import { ignoredBy, namesFiles, textOf } from "./plan";
import type { Setup } from "./useSetup";

const SOME = 50;
/** Of so many kinds of remarks it is told. */
const KINDS = 6;
const WORDS = 8;

export function Checked({ batch, setup, operations }: { batch: Batch; setup: Setup; operations: readonly Operation[] }) {
  const { t } = useTranslation("batch");
  if (batch.note !== "") {
    return (
      <p role="alert" className="rounded-lg bg-bad-soft px-4 py-3 text-sm">
        {said(batch.note)}
      </p>
    );
  }
  if (setup.problem) {
    return (
      <p role="alert" className="rounded-lg bg-bad-soft px-4 py-3 text-sm">
        {setup.problem.fields[0]?.message ?? setup.problem.message}
      </p>
    );
  }
  const checked = batch.total - batch.unchecked;
  const ready = batch.state === "ready" && setup.settled;
  return (
    <section aria-labelledby="checked" className="rounded-lg border border-line bg-panel">
      <div className="flex flex-wrap items-baseline gap-x-3 px-4 pt-3 pb-2">
        <h3 id="checked" className="text-sm font-semibold">
          {t("checked.title")}
        </h3>
        <p role="status" className="num ml-auto text-xs text-fg-2">
          {ready
            ? batch.waiting > 0
              ? [price(batch.price), t("checked.work", { time: duration(batch.seconds) })].join(" · ")
              : ""
            : batch.fetching
              ? t("checked.fetching")
              : batch.state === "arriving"
                ? t("checked.arriving")
                : batch.state === "checking"
                  ? t("checked.checking", { n: count(checked), of: count(batch.total) })
                  : t("checked.soon")}
        </p>
      </div>
      {!ready && <Progress value={batch.state === "checking" && !batch.fetching && batch.total > 0 ? checked / batch.total : null} label={t("checked.title")} className="mx-4 mb-3" />}
      {ready && <Found batch={batch} setup={setup} operations={operations} />}
      <Archive batch={batch} setup={setup} operations={operations} />
    </section>
  );
}

function Found({ batch, setup, operations }: { batch: Batch; setup: Setup; operations: readonly Operation[] }) {
  const { t } = useTranslation("batch");
  const twins = batch.problems.filter(({ kind }) => kind === "twin").reduce((sum, { rows }) => sum + rows, 0);
  const ignored = ignoredBy(batch.problems);
  const title = (offer: string) => said(operations.flatMap(({ offers }) => offers).find(({ id }) => id === offer)?.title ?? offer);
  const errors = batch.problems.filter(({ kind }) => kind === "error");
  const nowhere = batch.columns.filter(({ into }) => into === null);
  const { faults } = batch.source;
  return (
    <ul className="flex flex-col gap-1.5 px-4 pb-3 text-sm">
      <Line icon={batch.waiting > 0 ? Check : CircleAlert} look={batch.waiting > 0 ? "ok" : "bad"}>
        {t("checked.ready", { count: batch.waiting, n: count(batch.waiting) })}
      </Line>
      {batch.invalid > 0 && (
        <Line icon={CircleAlert} look="bad">
          {t("checked.invalid", { count: batch.invalid, n: count(batch.invalid) })}
          {errors.length > 0 && <Kinds kinds={errors} />}
        </Line>
      )}
      {twins > 0 && (
        <Line icon={Copy} look="warn">
          {t(setup.draft.twins === "skip" ? "checked.skipped" : "checked.twins", { count: twins, n: count(twins) })}{" "}
          <button type="button" className="underline decoration-line-2 underline-offset-2 hover:decoration-current coarse:min-h-11" onClick={() => setup.change({ twins: setup.draft.twins === "skip" ? "keep" : "skip" })}>
            {t(setup.draft.twins === "skip" ? "checked.make" : "checked.skip")}
          </button>
        </Line>
      )}
      {batch.exceeding > 0 && (
        <Line icon={Ban} look="warn">
          {t(setup.draft.cap !== null ? "checked.overCap" : "checked.overPurse", { count: batch.exceeding, n: count(batch.exceeding), line: count(batch.exceeding_line ?? 0) })}
        </Line>
      )}
      {faults.length > 0 && (
        <Line icon={CircleAlert} look="warn">
          {t("checked.unread", { count: faults.length, n: count(faults.length) })}
          <ul className="mt-0.5 text-xs text-fg-2">
            {faults.slice(0, KINDS).map(({ line, message }) => (
              <li key={line}>{t("checked.line", { line: count(line), message })}</li>
            ))}
          </ul>
        </Line>
      )}
      {nowhere.length > 0 && (
        <Line icon={Info} look="quiet">
          {t("checked.nowhere", { columns: nowhere.map(({ name }) => name).join(", ") })}
        </Line>
      )}
      {ignored.slice(0, KINDS).map(({ message, what }) => {
        const words = what.slice(0, WORDS).join(", ");
        const offer = /^(\S+) does not heed it$/.exec(message)?.[1];
        return (
          <Line key={message} icon={Info} look="quiet">
            {offer === undefined ? `${words}: ${message}` : t("checked.ignored", { offer: title(offer), words })}
            {what.length > WORDS && ` ${t("checked.others", { n: count(what.length - WORDS) })}`}
          </Line>
        );
      })}
    </ul>
  );
}

function Kinds({ kinds }: { kinds: Batch["problems"] }) {
  const { t } = useTranslation("batch");
  return (
    <ul className="mt-0.5 text-xs text-fg-2">
      {kinds.slice(0, KINDS).map((each) => (
        <li key={`${each.column}${each.field}${each.message}`}>{`${[each.column || each.field, each.message].filter(Boolean).join(": ")} · ${t("checked.rows", { count: each.rows, n: count(each.rows) })}`}</li>
      ))}
      {kinds.length > KINDS && <li>{t("checked.more", { n: count(kinds.length - KINDS) })}</li>}
    </ul>
  );
}

const LOOK = { ok: "text-ok", bad: "text-bad", warn: "text-warn", quiet: "text-fg-3" } as const;

function Line({ icon: Icon, look, children }: { icon: LucideIcon; look: keyof typeof LOOK; children: React.ReactNode }) {
  return (
    <li className="flex gap-2.5">
      <Icon size={15} className={cx("mt-0.5 shrink-0", LOOK[look])} aria-hidden />
      <div className="num min-w-0 flex-1 break-words">{children}</div>
    </li>
  );
}

/** Pictures that cells name as files. */
function Archive({ batch, setup, operations }: { batch: Batch; setup: Setup; operations: readonly Operation[] }) {
  const { t } = useTranslation("batch");
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  if (batch.source.format === "assets" || !namesFiles(batch.columns, setup.draft.steps, operations)) return null;
  const bring = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    await bringPictures(batch.id, file);
    setBusy(false);
  };
  return (
    <div
      data-takes-files
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void bring(event.dataTransfer.files[0]);
      }}
      className="mx-4 mb-4 flex flex-wrap items-center gap-3 rounded-md border border-dashed border-line-2 px-3 py-2.5"
    >
      <FileArchive size={16} className="text-fg-3" aria-hidden />
      <p className="min-w-0 flex-1 text-xs text-fg-2">{t("archive.text")}</p>
      <Button size="sm" disabled={busy} onClick={() => input.current?.click()}>
        {t(busy ? "archive.sending" : "archive.choose")}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        className="hidden"
        aria-label={t("archive.choose")}
        onChange={(event) => {
          void bring(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}

/** Rows that cannot be made as they are: each cell that is wrong can be written anew, and its row is looked at at once. */
export function Mending({ batch }: { batch: Batch }) {
  const { t } = useTranslation(["batch", "ui"]);
  const found = useInfiniteQuery({
    queryKey: ["batch", batch.id, "rows", "mending"],
    queryFn: ({ pageParam, signal }) => body(api.GET("/api/batches/{batch_id}/rows", { params: { path: { batch_id: batch.id }, query: { state: ["invalid"], after: pageParam, limit: SOME } }, signal })),
    initialPageParam: -1,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="mending" className="rounded-lg border border-line bg-panel">
      <div className="flex flex-wrap items-center gap-2 px-4 pt-3 pb-2">
        <h3 id="mending" className="mr-auto text-sm font-semibold">
          {t("mending.title", { count: batch.invalid, n: count(batch.invalid) })}
        </h3>
        <Button size="sm" onClick={() => download(`/api/batches/${batch.id}/corrected`)}>
          <Download size={14} aria-hidden />
          {t("mending.download")}
        </Button>
      </div>
      <ul aria-label={t("mending.label")}>
        {rows.map((row) => (
          <Wrong key={row.place} batch={batch} row={row} />
        ))}
      </ul>
      {found.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button size="sm" look="ghost" onClick={() => void found.fetchNextPage()}>
            {t("ui:more")}
          </Button>
        </div>
      )}
    </section>
  );
}

function Wrong({ batch, row }: { batch: Batch; row: BatchRow }) {
  const { t } = useTranslation("batch");
  const [cells, setCells] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const errors = row.problems.filter(({ kind }) => kind === "error");
  const columns = [...new Set(errors.map(({ column }) => column).filter((column) => column !== ""))];
  // Where no column is to blame, any of them may help.
  const shown = columns.length > 0 ? columns : batch.columns.flatMap(({ name, into }) => (into === null ? [] : [name])).slice(0, 3);
  const changed = Object.entries(cells).filter(([name, text]) => text !== textOf(row.data[name]));
  const save = async () => {
    if (changed.length === 0 || busy) return;
    setBusy(true);
    const mended = await mend(batch.id, row.place, Object.fromEntries(changed.map(([name, text]) => [name, text === "" ? null : text])));
    setBusy(false);
    if (mended) setCells({});
  };
  return (
    <li className="grid grid-cols-[4.5rem_minmax(0,1fr)_minmax(0,1.1fr)] items-start gap-3 border-t border-line px-4 py-2.5 max-md:grid-cols-1 max-md:gap-1.5">
      <span className="num pt-1.5 text-xs text-fg-3 max-md:pt-0">{t("mending.row", { n: count(row.place + 1) })}</span>
      <div className="min-w-0 pt-1.5 text-xs max-md:pt-0">
        {errors.map((each) => (
          <p key={`${each.column}${each.field}${each.message}`} className="break-words">
            <span className="font-medium">{each.column || each.field}</span>
            <span className="text-bad">{` ${each.message}`}</span>
          </p>
        ))}
      </div>
      <div className="flex flex-col gap-1.5">
        {shown.map((name) => (
          <TextField
            key={name}
            label={t("mending.cell", { column: name, n: count(row.place + 1) })}
            hideLabel
            placeholder={name}
            value={cells[name] ?? textOf(row.data[name])}
            onChange={(text) => setCells((now) => ({ ...now, [name]: text }))}
            onEnter={() => void save()}
          />
        ))}
        {changed.length > 0 && (
          <Button size="sm" className="self-end" disabled={busy} onClick={() => void save()}>
            {t("mending.check")}
          </Button>
        )}
      </div>
    </li>
  );
}
