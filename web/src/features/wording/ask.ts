/** Words that are asked for: a run like any other, waited for at once. */

import { useCallback, useEffect, useRef, useState } from "react";
import { api, body, keepRun, OVER, Problem, type Operation, type Run } from "@/api";
import { draftOf, said, useDrafts, type Form, type Schema } from "@/features/forms";
import { cancelRun } from "@/features/runs";

const WAIT = "wait=60";
/** Of an order itself: rules have answered by then, and what takes longer has a name by which it can be stopped. */
const BRIEFLY = "wait=1";

const schemaOf = (one: Operation) => one.offers[0]?.input as Schema | undefined;
/** Who weighs a prompt is told what is to be left out as well; who says it in other words is not. */
const weighs = (one: Operation) => "negative_prompt" in (schemaOf(one)?.properties ?? {});

function speakers(known: readonly Operation[], field: string): Operation[] {
  return known.filter((one) => {
    const required = schemaOf(one)?.required ?? [];
    return one.makes === "text" && required.length === 1 && required[0] === field;
  });
}

/** The operations that answer in words and need nothing but a field of this name. */
export function writers(known: readonly Operation[], field: string): Operation[] {
  return speakers(known, field).filter((one) => !weighs(one));
}

/** What says how good a prompt is, where somebody does that besides our rules, which say it all the time. */
export function weigher(known: readonly Operation[]): Operation | undefined {
  return speakers(known, "prompt").find((one) => weighs(one) && one.offers.length > 1);
}

/** Who has chosen nothing yet is offered the best here; what it costs is said before. */
export function preferBest(operations: readonly Operation[]): void {
  const { drafts, put } = useDrafts.getState();
  for (const { op } of operations) if (!drafts[op]) put(op, { ...draftOf(op), prefer: "quality" });
}

interface Asking {
  busy: boolean;
  /** The last run that has an answer. */
  run: Run | undefined;
  trouble: string | undefined;
  ask: (changes?: Record<string, unknown>) => Promise<void>;
  /** Gives up what is under way, as soon as it has a name. */
  stop: (() => void) | null;
}

/** Asks whoever's price is shown, and nobody else. A second call while the first is under way does nothing. */
export function useAsking(form: Form): Asking {
  const [busy, setBusy] = useState(false);
  const [run, setRun] = useState<Run>();
  const [trouble, setTrouble] = useState<string>();
  const there = useRef(true);
  const asking = useRef(false);
  const [under, setUnder] = useState<Run | null>(null);
  useEffect(() => {
    there.current = true;
    return () => {
      there.current = false;
    };
  }, []);
  const offer = form.estimate?.offer ?? form.offer;
  const ask = useCallback(
    async (changes: Record<string, unknown> = {}) => {
      if (asking.current) return;
      asking.current = true;
      setBusy(true);
      setTrouble(undefined);
      try {
        const found = await answered({ op: form.operation.op, offer, input: { ...form.input, ...changes } }, (begun) => {
          if (there.current) setUnder(begun);
        });
        if (!there.current) return;
        if (found.answer) setRun(found);
        else setTrouble(found.error?.message ?? found.state);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (there.current) setTrouble(error.message);
      } finally {
        asking.current = false;
        if (there.current) {
          setUnder(null);
          setBusy(false);
        }
      }
    },
    [form.operation.op, form.input, offer],
  );
  const stop = under && (() => void cancelRun(under));
  return { busy, run, trouble: trouble === undefined ? undefined : said(trouble), ask, stop };
}

async function answered(order: { op: string; offer: string | null; input: Record<string, unknown> }, onBegun: (run: Run) => void): Promise<Run> {
  let run = await body(api.POST("/api/runs", { params: { header: { "idempotency-key": crypto.randomUUID(), prefer: BRIEFLY } }, body: order as never }));
  onBegun(run);
  while (!OVER.has(run.state) && run.state !== "unknown") {
    run = await body(api.GET("/api/runs/{run_id}", { params: { path: { run_id: run.id }, header: { prefer: WAIT } } }));
  }
  keepRun(run);
  return run;
}

/** A text of an answer. */
export function textOf(run: Run | undefined, name: string): string {
  const value = run?.answer?.[name];
  return typeof value === "string" ? value : "";
}
