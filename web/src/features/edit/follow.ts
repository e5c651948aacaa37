/** The run that this bench waits for: the one that was started here, or one that was under way when the page came. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { cache, OVER, runOf, versionsOf, working, type Run } from "@/api";
import { useNow, type Now } from "@/live/now";

interface Followed {
  /** As long as it is not over, or went wrong. */
  run: Run | undefined;
  state: string | undefined;
  now: Now | undefined;
  /** Everything of this picture that is under way. */
  waiting: readonly Run[];
  follow: (run: Run | null) => void;
}

export function useFollowed(asset: string, ops: ReadonlySet<string>, onDone: (run: Run) => void): Followed {
  const [id, setId] = useState<string | null>(null);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const { data: busy } = useQuery(working);
  const waiting = (busy?.items ?? []).filter((run) => ops.has(run.op) && run.input["image"] === asset && run.input["region"] == null && !OVER.has(run.state));
  const found = waiting[0]?.id;
  const wanted = id ?? (found === dismissed ? undefined : found);
  const { data: run } = useQuery({ ...runOf(wanted ?? ""), enabled: wanted !== undefined });
  const now = useNow(wanted ?? "");
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  const state = run && (OVER.has(run.state) || run.state === "unknown" ? run.state : (now?.state ?? run.state));
  const ended = run?.state;
  useEffect(() => {
    // It is held on to from the start: when it is over, it is no longer among those that wait.
    if (wanted !== undefined && id === null) setId(wanted);
  }, [wanted, id]);
  useEffect(() => {
    if (!run || (ended !== "succeeded" && ended !== "cancelled")) return;
    setId(null);
    setDismissed(run.id);
    void cache.invalidateQueries({ queryKey: versionsOf(asset).queryKey });
    if (run.outputs.length > 0) done.current(run);
  }, [run, ended, asset]);
  return {
    run: wanted === undefined || ended === "succeeded" || ended === "cancelled" ? undefined : run,
    state,
    now,
    waiting,
    follow: (next) => {
      setDismissed(next === null ? (wanted ?? null) : null);
      setId(next?.id ?? null);
    },
  };
}
