/** Over the trash: what goes when, and emptying it. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { me } from "@/api";
import "@/i18n/keeping";
import { bytes, count, day } from "@/lib/format";
import { Button, Progress, Sure, say } from "@/ui";
import { begin, choresNow, isOver, stop, trashNow } from "./queries";

export default function TrashLine() {
  const { t } = useTranslation("keeping");
  const may = useSuspenseQuery(me).data.permissions.includes("library.write");
  const found = useQuery(trashNow).data;
  const chore = useQuery(choresNow).data?.find(({ kind }) => kind === "empty");
  const [asking, setAsking] = useState(false);
  const busy = chore !== undefined && !isOver(chore);
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !busy && chore) say({ title: t("trash.done", { count: chore.done, n: count(chore.done) }), ...(chore.note === "" ? {} : { detail: chore.note, bad: true }) });
    was.current = busy;
  }, [busy, chore, t]);
  if (!found || (found.count === 0 && !busy)) return null;
  const going = found.count - found.held;
  const size = bytes(found.bytes);
  return (
    <section aria-label={t("trash.empty")} className="border-b border-line bg-bg px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-60 text-xs text-fg-2">
          <span className="num font-medium text-fg">{t("trash.count", { count: found.count, n: count(found.count), size })}</span>{" "}
          {found.days === 0 ? t("trash.none") : t("trash.goes", { days: count(found.days) })} {found.soon > 0 && t("trash.soon", { count: found.soon, n: count(found.soon) })}{" "}
          {found.next_at && t("trash.next", { day: day(found.next_at) })} {found.held > 0 && t("trash.held", { count: found.held, n: count(found.held) })}
        </p>
        {busy ? (
          <Button size="sm" disabled={chore.stopping} onClick={() => void stop(chore)}>
            {t("trash.stop")}
          </Button>
        ) : (
          may && (
            <Button size="sm" look="danger" disabled={going === 0} onClick={() => setAsking(true)}>
              <Trash2 size={14} aria-hidden />
              {t("trash.empty")}
            </Button>
          )
        )}
      </div>
      {busy && (
        <div className="mt-2">
          <p role="status" className="num mb-1 text-xs text-fg-2">
            {t("trash.running", { done: count(chore.done), total: count(chore.total) })}
          </p>
          <Progress label={t("trash.empty")} value={chore.total === 0 ? null : chore.done / chore.total} />
        </div>
      )}
      <Sure title={t("trash.title", { count: going, n: count(going) })} text={t("trash.text", { size })} act={t("trash.do")} open={asking} onClose={() => setAsking(false)} onSure={() => void begin("empty")} />
    </section>
  );
}
