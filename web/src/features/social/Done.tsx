/** How far an export is, and what to do with what came of it. */

import "@/i18n/social";
import { Download, RotateCcw, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { OVER, type Run } from "@/api";
import { cancelRun, rerun } from "@/features/runs";
import { download } from "@/lib/clipboard";
import { count } from "@/lib/format";
import { useNow } from "@/live/now";
import { Button, Progress } from "@/ui";
import { wantedOf, type Result } from "./made";

interface DoneProps {
  /** Of all pictures. */
  runs: readonly Run[];
  /** Of the picture that is shown: the first, and what was tried again. */
  mine: readonly Run[];
  results: ReadonlyMap<string, Result>;
  lost: ReadonlyMap<string, string>;
  waiting: ReadonlySet<string>;
  onAgain: (run: Run) => void;
}

/** One run's files, or those of all: a folder for each picture then. */
const packOf = (runs: readonly Run[]) => (runs.length === 1 ? `/api/runs/${runs[0]!.id}/pack` : `/api/packs?${runs.map(({ id }) => `run=${id}`).join("&")}`);

export function Done({ runs, mine, results, lost, waiting, onAgain }: DoneProps) {
  const { t } = useTranslation("social");
  const going = runs.filter((run) => !OVER.has(run.state) && run.state !== "unknown");
  const latest = mine.at(-1);
  const now = useNow(latest?.id ?? "");
  const packs = runs.filter((run) => OVER.has(run.state) && run.outputs.length > 0);
  const all = results.size + lost.size + waiting.size;
  const retry = async () => {
    const last = mine.findLast((run) => wantedOf(run).some((id) => lost.has(id)));
    if (!last) return;
    const formats = [...lost.keys()];
    const overrides = Object.fromEntries(Object.entries((last.input["overrides"] ?? {}) as Record<string, unknown>).filter(([id]) => lost.has(id)));
    const next = await rerun(last, { input: { formats, overrides } });
    if (next) onAgain(next);
  };
  return (
    <div className="shrink-0 border-b border-line bg-bg">
      <div className="flex flex-wrap items-center gap-2 px-4 py-2">
        <p role="status" className="num text-sm font-medium">
          {waiting.size > 0 ? t("run.going", { done: count(results.size), n: count(all) }) : t("run.done", { count: results.size })}
          {lost.size > 0 && <span className="font-normal text-bad">{` · ${t("run.failed", { count: lost.size })}`}</span>}
        </p>
        <span className="ml-auto flex flex-wrap gap-1.5">
          {lost.size > 0 && waiting.size === 0 && (
            <Button size="sm" onClick={() => void retry()}>
              <RotateCcw size={14} aria-hidden />
              {t("run.again")}
            </Button>
          )}
          {going.length > 0 && (
            <Button size="sm" look="ghost" onClick={() => void Promise.all(going.map(cancelRun))}>
              <X size={14} aria-hidden />
              {t("run.cancel")}
            </Button>
          )}
          {packs.length > 0 && (
            <Button size="sm" onClick={() => download(packOf(packs))}>
              <Download size={14} aria-hidden />
              {t("run.zip")}
            </Button>
          )}
        </span>
      </div>
      {waiting.size > 0 && <Progress value={now?.progress ?? latest?.progress ?? 0} label={t("run.going", { done: count(results.size), n: count(all) })} />}
    </div>
  );
}
