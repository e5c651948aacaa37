/** One operation's form: its offers, its fields, its values, and what the server says of them. */

import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { api, body, Problem, type Estimate, type Fault, type Offer, type Operation, type Resolved } from "@/api";
import { draftOf, useDrafts, type Prefer } from "./drafts";
import { carried, fieldsOf, inputOf, lacking, visible, type Field, type Schema, type Values } from "./schema";
import { KNOWN } from "./known";
import { resolvedOf, told, wishOf, type Wish } from "./wild";

const PAUSE_MS = 180;
/** Stands for words that are still to be written, so that price and time can be told before. */
const SOME_WORDS = "…";
/** While something is missing that decides what it costs: what was asked before it came is not asked after. */
const NO_QUESTION = "";

export interface Form {
  operation: Operation;
  /** The one that was chosen; null leaves the choice to the studio. */
  offer: string | null;
  /** By what the studio chooses then. */
  prefer: Prefer;
  /** The one whose form this is. */
  shown: Offer | undefined;
  fields: readonly Field[];
  values: Values;
  input: Values;
  /** Where the prompt leaves something open: what was written, and what of it will be sent, picture by picture. */
  wish: Wish | undefined;
  words: Resolved | undefined;
  estimate: Estimate | undefined;
  /** Whether the estimate is for what stands in the form now. */
  fresh: boolean;
  /** What does not fit, by field. */
  faults: ReadonlyMap<string, string>;
  /** What does not fit and belongs to no field that is shown. */
  trouble: string | undefined;
  /** The required fields that are still empty. */
  missing: readonly Field[];
  ready: boolean;
  set: (name: string, value: unknown) => void;
  change: (values: Values) => void;
  choose: (offer: string | null, prefer?: Prefer) => void;
  /** Shows what the server said of a request that it refused. */
  refuse: (problem: Problem | null) => void;
}

/** `fixed` values are given by the page (the picture that is worked on) and win over the draft. */
export function useForm(operation: Operation, fixed: Values = NO_VALUES): Form {
  const draft = useDrafts((state) => state.drafts[operation.op]);
  const offer = operation.offers.some((one) => one.id === draft?.offer) ? (draft?.offer ?? null) : null;
  const prefer = draft?.prefer ?? "price";
  const shown = operation.offers.find((one) => one.id === offer) ?? operation.offers[0];
  const fields = useMemo(() => (shown ? fieldsOf(shown.input as Schema, KNOWN) : []), [shown]);
  const values = useMemo(() => ({ ...carried(draft?.values ?? {}, fields), ...fixed }), [draft, fields, fixed]);
  const wish = useMemo(() => wishOf(fields, values), [fields, values]);
  const input = useMemo(() => told(inputOf(fields, values), wish), [fields, values, wish]);
  const missing = useMemo(() => (shown ? lacking(shown.input as Schema, fields, values) : []), [shown, fields, values]);

  // Into the draft as it is then, not as it was drawn: an upload that ends late takes no word typed meanwhile along.
  const change = useCallback((more: Values) => useDrafts.getState().change(operation.op, more), [operation.op]);
  const set = useCallback((name: string, value: unknown) => change({ [name]: value }), [change]);
  const choose = useCallback(
    (next: string | null, by?: Prefer) => useDrafts.getState().put(operation.op, { ...draftOf(operation.op), offer: next, ...(by ? { prefer: by } : {}) }),
    [operation.op],
  );

  // An empty prompt must not hide what the pictures would cost; a missing picture hides it, since its size decides.
  const askable = missing.every((field) => field.required && field.schema.type === "string" && field.schema.format === undefined);
  const settledWish = useSettled(JSON.stringify(wish ?? null));
  const drawn = useQuery({ ...resolvedOf(JSON.parse(settledWish) as Wish), enabled: settledWish !== "null", placeholderData: keepPreviousData });
  const words = drawn.data;
  const drawing = wish !== undefined && !drawn.isError && (words === undefined || drawn.isPlaceholderData || settledWish !== JSON.stringify(wish));
  const unfilled = wish !== undefined && (words?.faults.some((fault) => fault.stops) ?? false);
  // Each picture has words of its own then, and is a run of its own.
  const apart = wish !== undefined && words?.open === true ? wish.count : 1;
  const asked = useMemo(() => ({ ...input, ...(apart > 1 ? { count: 1 } : {}), ...Object.fromEntries(missing.map((field) => [field.name, SOME_WORDS])) }), [input, missing, apart]);
  // Together: what stands in the form of one offer is no question to another.
  const asking = askable ? JSON.stringify({ op: operation.op, offer, prefer, input: asked }) : NO_QUESTION;
  const settled = useSettled(asking);
  const found = useQuery({
    queryKey: ["estimate", settled],
    queryFn: ({ signal }) => body(api.POST("/api/runs/estimate", { body: JSON.parse(settled) as never, signal })),
    // Not what stood there before the last key: it may have been asked with words that were still to be written.
    enabled: askable && settled !== NO_QUESTION && shown !== undefined && settled === asking && !drawing && !unfilled,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
  });
  const [refused, refuse] = useState<Problem | null>(null);
  useEffect(() => refuse(null), [settled]);
  const problem = refused ?? (found.error instanceof Problem && !found.error.passing ? found.error : null);
  const { faults, trouble } = useMemo(() => sort(problem, fields, values), [problem, fields, values]);

  const fresh = !found.isPlaceholderData && settled === asking;
  const estimate = useMemo(() => found.data && times(found.data, apart), [found.data, apart]);
  return {
    operation,
    offer,
    prefer,
    shown,
    fields,
    values,
    input,
    wish,
    words: wish && words,
    // The price of another model is none of this one's.
    estimate: askable && !unfilled && !found.isError && (offer === null || estimate?.offer === offer) ? estimate : undefined,
    fresh,
    faults,
    trouble,
    missing,
    ready: missing.length === 0 && shown !== undefined && !unfilled && !(found.isError && fresh && problem !== null),
    set,
    change,
    choose,
    refuse,
  };
}

const NO_VALUES: Values = {};

const times = (estimate: Estimate, many: number): Estimate => (many === 1 ? estimate : { ...estimate, price: estimate.price === null ? null : estimate.price * many, seconds: estimate.seconds * many });

/** Each fault to the field that it is of; what has none is said above the button. */
function sort(problem: Problem | null, fields: readonly Field[], values: Values): { faults: Map<string, string>; trouble: string | undefined } {
  const faults = new Map<string, string>();
  if (!problem) return { faults, trouble: undefined };
  const homeless: Fault[] = [];
  for (const fault of problem.fields) {
    const field = fields.find((one) => fault.field === one.name || fault.field.startsWith(`${one.name}.`));
    if (field && visible(field, values)) faults.set(field.name, faults.get(field.name) ?? fault.message);
    else homeless.push(fault);
  }
  const trouble = problem.fields.length === 0 ? problem.message : homeless.map((fault) => fault.message).join(" ");
  return { faults, trouble: trouble === "" ? undefined : trouble };
}

/** The value, once it has stayed the same for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
