/** All batches, the newest first. */

import "@/i18n/batch";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { batchesOf, operations, type Batch } from "@/api";
import { said } from "@/features/forms";
import { count, dollars, duration, moment, price } from "@/lib/format";
import { Button, cx, Empty, Progress } from "@/ui";
import { Begin, Sample, useGo } from "./Begin";
import { beginDropped } from "./begin";
import { ENDED, madeOf, SETTING, titled } from "./plan";
import { Bar, StateWord } from "./States";
import { Ways } from "./Ways";

const IDEAS = ["lighthouse", "flowers", "ridges"];

export default function List() {
  const { t } = useTranslation(["batch", "ui"]);
  const go = useGo();
  const found = useInfiniteQuery(batchesOf);
  const batches = found.data?.pages.flatMap((page) => page.items);
  const [over, setOver] = useState(false);
  return (
    <main
      data-takes-files
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length > 0) void go(beginDropped(files));
      }}
      className={cx("h-full overflow-auto", over ? "bg-accent-soft" : "bg-bg")}
    >
      <Ways className="mx-auto max-w-[1120px] px-6 pt-4 max-md:px-3" />
      {batches?.length === 0 ? (
        <Empty title={t("empty.title")} className="py-[8vh]" pictures={IDEAS.map((name) => `/starters/${name}.webp`)} actions={<div className="flex flex-col items-center gap-4"><Begin wide /><Sample /></div>}>
          {t("empty.text")}
        </Empty>
      ) : (
        <div className="mx-auto flex max-w-[1120px] flex-col gap-4 px-6 pt-3 pb-6 max-md:px-3 max-md:pb-4">
          <header className="flex flex-wrap items-center gap-3">
            <h2 className="mr-auto text-xl font-semibold tracking-[-.02em]">{t("list")}</h2>
            <Begin />
          </header>
          {batches === undefined ? (
            <div className="skeleton h-64" />
          ) : (
            <ul aria-label={t("list")} className="overflow-hidden rounded-lg border border-line bg-panel">
              {batches.map((batch) => (
                <One key={batch.id} batch={batch} />
              ))}
            </ul>
          )}
          {found.hasNextPage && (
            <Button look="ghost" className="self-center" onClick={() => void found.fetchNextPage()}>
              {t("ui:more")}
            </Button>
          )}
          <p className="text-center text-xs text-fg-3">
            {t("dropHint")} <Sample />
          </p>
        </div>
      )}
    </main>
  );
}

function One({ batch }: { batch: Batch }) {
  const { t } = useTranslation("batch");
  const { data: known } = useSuspenseQuery(operations);
  const setting = SETTING.has(batch.state);
  const facts = setting
    ? [t("rows", { count: batch.total, n: count(batch.total) }), ...(batch.invalid > 0 ? [t("checked.invalid", { count: batch.invalid, n: count(batch.invalid) })] : []), ...(batch.state === "ready" ? [price(batch.price)] : [])]
    : [
        t("done", { n: count(batch.succeeded), of: count(madeOf(batch)) }),
        ...(["failed", "refused", "unknown"] as const).filter((one) => batch[one] > 0).map((one) => t(`counts.${one}`, { count: batch[one], n: count(batch[one]) })),
        batch.price > 0 ? `${dollars(batch.spent)} ${t("ofPrice", { amount: dollars(batch.price) })}` : price(0),
        ...(batch.state === "running" && batch.left !== null ? [t("left", { time: duration(batch.left) })] : []),
      ];
  return (
    <li className="border-b border-line last:border-b-0">
      <Link to="/batch/$id" params={{ id: batch.id }} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-2 px-4 py-3.5 -outline-offset-2 hover:bg-hover">
        <span className="min-w-0">
          <span className="block truncate text-sm font-semibold">{setting && batch.steps.length === 0 ? titled(batch.title) : batch.title}</span>
          <span className="mt-1.5 flex flex-wrap items-center gap-1">
            {batch.steps.map(({ op }, index) => (
              <span key={index} className="flex items-center gap-1">
                {index > 0 && <ArrowRight size={11} className="text-fg-3" aria-hidden />}
                <span className="rounded-full bg-active px-2 py-px text-2xs font-medium text-fg-2">{said(known.find((one) => one.op === op)?.title ?? op)}</span>
              </span>
            ))}
          </span>
        </span>
        <span className="flex flex-col items-end gap-1.5 text-xs">
          <StateWord batch={batch} className="font-medium" />
          <span className="num text-fg-3">{moment(batch.created_at)}</span>
        </span>
        <span className="col-span-2 flex flex-col gap-1.5">
          {batch.state === "checking" || batch.state === "arriving" ? <Progress value={batch.total > 0 ? (batch.total - batch.unchecked) / batch.total : null} label={t("progress")} /> : !setting && <Bar batch={batch} className={ENDED.has(batch.state) ? "!h-1" : ""} />}
          <span className="num text-xs text-fg-2">{facts.join(" · ")}</span>
        </span>
      </Link>
    </li>
  );
}
