/** How an import stands: in numbers, and what became of what was refused or is here already. */

import "@/i18n/intake";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Check, CircleAlert, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, Problem } from "@/api";
import { said } from "@/features/forms/said";
import { telling } from "@/features/runs";
import { bytes, count } from "@/lib/format";
import { announce } from "@/shell/announce";
import { Button, cx, Progress } from "@/ui";

const LOOK_MS = 700;
const SHOWN = 200;

function orderOf(id: string) {
  return queryOptions({
    queryKey: ["import", id],
    queryFn: ({ signal }) => body(api.GET("/api/imports/{import_id}", { params: { path: { import_id: id } }, signal })),
    refetchInterval: (query) => (query.state.data?.ended_at ? false : LOOK_MS),
  });
}

interface OrderProps {
  id: string;
  /** With each file its line, also while it waits: where there are few. */
  every?: boolean;
  /** Calls once when it is over, with the names of those that were refused. */
  onOver?: (refused: readonly string[]) => void;
}

export function Order({ id, every = false, onOver }: OrderProps) {
  const { t } = useTranslation("intake");
  const { data: order, error } = useQuery(orderOf(id));
  const over = order?.ended_at != null;
  const files = useQuery({
    queryKey: ["import", id, "files"],
    queryFn: ({ signal }) => body(api.GET("/api/imports/{import_id}/files", { params: { path: { import_id: id }, query: { limit: SHOWN, ...(every ? {} : { state: "refused" as const }) } }, signal })),
    refetchInterval: over ? false : LOOK_MS * 2,
  });
  const [stopping, setStopping] = useState(false);
  const kept = order?.kept ?? 0;
  useEffect(() => {
    if (kept > 0) void cache.invalidateQueries({ queryKey: ["assets"] });
  }, [kept]);
  const refetch = files.refetch;
  useEffect(() => {
    if (!over) return;
    announce(t("over"));
    void refetch().then(({ data }) => onOver?.((data ?? []).filter((file) => file.state === "refused" || file.state === "waiting").map((file) => file.name)));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when it is over
  }, [over]);
  if (error instanceof Problem) return <p role="alert" className="text-sm text-bad">{error.message}</p>;
  if (!order) return <Progress value={null} label={t("waiting")} />;
  const done = order.kept + order.twins + order.refused;
  const said_ = order.state === "failed" ? (order.error ?? t("failed")) : order.state === "cancelled" ? t("stopped") : over ? t("over") : order.total === null ? t("reading") : t("going", { n: count(done), of: count(order.total) });
  return (
    <section aria-label={t("progress")} className="flex flex-col gap-3">
      <div className="flex items-center gap-2 text-sm">
        {over && order.state !== "failed" && <Check size={16} className="text-ok" aria-hidden />}
        {order.state === "failed" && <CircleAlert size={16} className="text-bad" aria-hidden />}
        <p role="status" className="flex-1 font-medium">{said_}</p>
        {!over && (
          <Button
            size="sm"
            disabled={stopping || order.stopping}
            onClick={() => {
              setStopping(true);
              void telling(() => body(api.POST("/api/imports/{import_id}/cancel", { params: { path: { import_id: id } } })));
            }}
          >
            {t("stop")}
          </Button>
        )}
      </div>
      {!over && <Progress value={order.total ? done / order.total : null} label={t("progress")} />}
      <ul className="num flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2">
        <li>{t("kept", { count: order.kept, n: count(order.kept) })}</li>
        {order.twins > 0 && <li>{t("twins", { count: order.twins, n: count(order.twins) })}</li>}
        {order.refused > 0 && <li className="text-bad">{t("refused", { count: order.refused, n: count(order.refused) })}</li>}
      </ul>
      {(files.data?.length ?? 0) > 0 && (
        <ul className="max-h-64 overflow-auto rounded-md border border-line text-xs">
          {files.data!.map((file) => (
            <li key={file.place} className="flex flex-col gap-0.5 border-b border-line px-3 py-2 last:border-0">
              <span className="flex items-center gap-2">
                {file.state === "kept" && <Check size={13} className="shrink-0 text-ok" aria-hidden />}
                {file.state === "twin" && <Copy size={13} className="shrink-0 text-fg-3" aria-hidden />}
                {file.state === "refused" && <CircleAlert size={13} className="shrink-0 text-bad" aria-hidden />}
                <bdi className="min-w-0 flex-1 truncate font-medium">{file.name}</bdi>
                <span className="num shrink-0 text-fg-3">{file.bytes > 0 ? bytes(file.bytes) : t(`state.${file.state}`)}</span>
              </span>
              {file.why != null && <span className={cx(file.state === "refused" && "text-bad")}>{said(file.why)}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
