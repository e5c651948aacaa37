/** What is chosen on the page, and said to the server a moment later: each change has all rows checked and priced anew. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Problem, type Batch, type BatchWanted, type Operation } from "@/api";
import { limited, settle, type Limits } from "./api";
import { draftOf, firstStep, wantedOf, type Draft, type Step } from "./plan";

const PAUSE_MS = 450;
const AGAIN_MS = 2_000;

export interface Setup {
  draft: Draft;
  wanted: BatchWanted;
  change: (more: Partial<Draft>) => void;
  /** Puts a column into a field; "" is nowhere. */
  put: (column: string, into: string) => void;
  /** Other steps: what was put nowhere for want of a place finds one again. */
  steps: (next: Pick<Draft, "steps" | "columns">) => void;
  /** Whether the server knows all of it. */
  settled: boolean;
  problem: Problem | null;
}

function begun(batch: Batch, operations: readonly Operation[]): Draft {
  const draft = draftOf(batch);
  const first = draft.steps.length === 0 && firstStep(batch.columns, operations);
  return first ? { ...draft, steps: [first] } : draft;
}

export function useSetup(batch: Batch, operations: readonly Operation[]): Setup {
  const [draft, setDraft] = useState(() => begun(batch, operations));
  const [problem, setProblem] = useState<Problem | null>(null);
  const names = useMemo(() => batch.columns.map(({ name }) => name), [batch.columns]);
  const wanted = useMemo(() => wantedOf(draft, names, operations), [draft, names, operations]);
  const text = useMemo(() => JSON.stringify(wanted), [wanted]);
  const [known, setKnown] = useState(batch.steps.length > 0 ? text : "");
  const byHand = useRef(new Set<string>());
  const now = useRef({ text, wanted, known });
  now.current = { text, wanted, known };
  const queue = useRef(Promise.resolve());
  // What the server has taken, which is not all that it was told.
  const landed = useRef(known);

  const send = useRef(() => {});
  send.current = () => {
    queue.current = queue.current.then(async () => {
      const { text, wanted, known } = now.current;
      if (text === known || wanted.steps?.length === 0) return;
      try {
        // What does not touch any row has none of them looked at again.
        if (landed.current !== "" && rowsOf(JSON.parse(landed.current) as BatchWanted) === rowsOf(wanted)) await limited(batch.id, limitsOf(wanted));
        else await settle(batch.id, wanted);
        landed.current = text;
        setProblem(null);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        setProblem(error);
        // A studio that is away is told when it is back.
        if (error.passing) {
          setTimeout(() => send.current(), AGAIN_MS);
          return;
        }
      }
      now.current.known = text;
      setKnown(text);
    });
  };
  const arriving = batch.state === "arriving";
  useEffect(() => {
    if (text === known || arriving) return;
    const timer = setTimeout(() => send.current(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, known, arriving]);
  // Who goes on to another page has said it, too.
  useEffect(() => () => send.current(), []);

  const change = useCallback((more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more })), []);
  const put = useCallback((column: string, into: string) => {
    byHand.current.add(column);
    setDraft((before) => {
      // One column for each field: the other is free again.
      const others = Object.entries(before.columns).filter(([name, place]) => name !== column && (into === "" || place !== into));
      const freed = into === "" ? [] : Object.keys(before.columns).filter((name) => name !== column && before.columns[name] === into);
      return { ...before, columns: { ...Object.fromEntries(others), ...Object.fromEntries(freed.map((name) => [name, ""])), [column]: into } };
    });
  }, []);
  const steps = useCallback(
    (next: Pick<Draft, "steps" | "columns">) =>
      setDraft((before) => ({ ...before, steps: next.steps, columns: Object.fromEntries(Object.entries(next.columns).filter(([name, into]) => into !== "" || byHand.current.has(name))) })),
    [],
  );
  return { draft, wanted, change, put, steps, settled: text === known && problem === null, problem };
}

function limitsOf({ title = "", cap = null, priority = "normal", at_once = null, per_minute = null }: BatchWanted): Limits {
  return { title, cap, priority, at_once, per_minute };
}

/** What decides what becomes of rows. */
function rowsOf(wanted: BatchWanted): string {
  return JSON.stringify({ ...wanted, ...limitsOf({}) });
}

/** One step of them, changed. */
export function withStep(steps: readonly Step[], at: number, more: Partial<Step>): Step[] {
  return steps.map((step, index) => (index === at ? { ...step, ...more } : step));
}
