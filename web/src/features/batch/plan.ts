/** What is to be done with rows, as it is chosen on the page and as the server takes it. Pure. */

import type { Batch, BatchColumn, BatchWanted, Operation } from "@/api";
import { KNOWN } from "@/features/forms/known";
import { fieldsOf, humane, type Field, type Schema, type Values } from "@/features/forms/schema";

export type Prefer = "price" | "quality" | "speed";
export type Priority = Batch["priority"];

/** One operation that is done to each row; `input` is the same for all. */
export interface Step {
  op: string;
  offer: string | null;
  prefer: Prefer;
  input: Values;
}

/** Everything that is chosen before it begins. Money is in thousandths of a credit. */
export interface Draft {
  title: string;
  steps: readonly Step[];
  /** Where columns go that somebody has put there, or that were there when the page was opened; "" is nowhere. */
  columns: Readonly<Record<string, string>>;
  cap: number | null;
  canary: number;
  priority: Priority;
  at_once: number | null;
  per_minute: number | null;
  twins: Batch["twins"];
  collection: string | null;
}

export const MOST_STEPS = 8;
const UNSEEN: readonly Field[] = [];

/** What can be done to many rows: all that makes something to keep. */
export function usable(operations: readonly Operation[]): Operation[] {
  return operations.filter((operation) => operation.offers.length > 0 && operation.capability !== "words");
}

function schemasOf(step: Step, operations: readonly Operation[]): Schema[] {
  const offers = operations.find(({ op }) => op === step.op)?.offers ?? [];
  const chosen = step.offer === null ? offers : offers.filter(({ id }) => id === step.offer);
  return chosen.map((offer) => offer.input as Schema);
}

/** Every name that the server knows of a step, whoever carries it out. */
export function namesOf(step: Step, operations: readonly Operation[]): Set<string> {
  return new Set(schemasOf(step, operations).flatMap((schema) => Object.keys(schema.properties ?? {})));
}

/** The fields of a step that a person may see; a name means what the first who has it says. */
export function fieldsFor(step: Step, operations: readonly Operation[]): readonly Field[] {
  const schemas = schemasOf(step, operations);
  if (schemas.length === 0) return UNSEEN;
  const found = new Map<string, Field>();
  for (const schema of schemas) for (const field of fieldsOf(schema, KNOWN)) if (!found.has(field.name)) found.set(field.name, field);
  return [...found.values()];
}

/** `prompt` is a field of the first step, `2:factor` one of the second. */
export function placeOf(step: number, field: string): string {
  return step === 0 ? field : `${step + 1}:${field}`;
}

export function placed(place: string): { step: number; field: string } {
  const [, number, field] = /^(\d+):(.+)$/.exec(place) ?? [];
  return number !== undefined && field !== undefined ? { step: Number(number) - 1, field } : { step: 0, field: place };
}

export interface Place {
  value: string;
  step: number;
  title: string;
}

/** Everywhere a column can go, what is fed by the step before left out. */
export function placesOf(steps: readonly Step[], feeds: readonly (string | null)[], operations: readonly Operation[]): Place[] {
  return steps.flatMap((step, index) =>
    fieldsFor(step, operations)
      .filter((field) => field.widget !== "hidden" && field.name !== feeds[index])
      .map((field) => ({ value: placeOf(index, field.name), step: index, title: field.title })),
  );
}

/** The column that feeds each field of a step. */
export function fedBy(columns: readonly BatchColumn[], step: number): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, into } of columns) {
    if (into === null) continue;
    const place = placed(into);
    if (place.step === step) found.set(place.field, name);
  }
  return found;
}

const SAYS = /^(prompt|text|description|beschreibung|caption|idea)s?$/i;
const SHOWS = /^(image|picture|photo|file|filename|asset|asset_?id|url|image_?url|src|source|bild)$/i;

/** What a file looks as if it were for. */
export function firstStep(columns: readonly Pick<BatchColumn, "name">[], operations: readonly Operation[]): Step | undefined {
  const able = usable(operations);
  const says = columns.some(({ name }) => SAYS.test(name.trim()));
  const shows = columns.some(({ name }) => SHOWS.test(name.trim()));
  const wanted = shows ? (says ? ["image.edit"] : []).concat("image.remove_background", "image.upscale") : ["image.generate"];
  const found = wanted.map((op) => able.find((one) => one.op === op)).find((one) => one !== undefined) ?? able[0];
  return found && stepOf(found.op);
}

export function stepOf(op: string): Step {
  return { op, offer: null, prefer: "price", input: {} };
}

/** What stands in the page when a batch is opened. */
export function draftOf(batch: Batch): Draft {
  const begun = batch.steps.length > 0;
  return {
    title: begun ? batch.title : titled(batch.title),
    steps: batch.steps.map(({ op, offer, prefer, input }) => ({ op, offer: offer ?? null, prefer, input })),
    columns: begun ? Object.fromEntries(batch.columns.map(({ name, into }) => [name, into ?? ""])) : {},
    cap: batch.cap,
    canary: batch.canary,
    priority: batch.priority,
    at_once: batch.at_once,
    per_minute: batch.per_minute,
    twins: batch.twins,
    collection: batch.collection,
  };
}

/** A file's name without what says its kind. */
export function titled(name: string): string {
  return name.replace(/\.(csv|tsv|txt|jsonl|ndjson|json|xlsx?|ods)$/i, "");
}

/** As the server takes it: without what another choice has made void. */
export function wantedOf(draft: Draft, names: readonly string[], operations: readonly Operation[]): BatchWanted {
  const known = draft.steps.map((step) => namesOf(step, operations));
  const taken = new Set<string>();
  const columns: Record<string, string | null> = {};
  for (const [name, into] of Object.entries(draft.columns)) {
    if (!names.includes(name)) continue;
    const { step, field } = placed(into);
    const there = into === "" || (known[step]?.has(field) ?? false);
    if (!there || (into !== "" && taken.has(into))) continue;
    taken.add(into);
    columns[name] = into;
  }
  const { title, cap, canary, priority, at_once, per_minute, twins, collection } = draft;
  return {
    steps: draft.steps.map((step, index) => ({ ...step, input: Object.fromEntries(Object.entries(step.input).filter(([name, value]) => known[index]!.has(name) && said(value))) })),
    columns,
    title: title.trim(),
    cap,
    canary,
    priority,
    at_once,
    per_minute,
    twins,
    collection,
    start: false,
    prefer: "price",
  };
}

const said = (value: unknown) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

/** A template for this file: what it says of columns that are not here goes. */
export function drafted(wanted: BatchWanted, now: Draft): Draft {
  const steps = wanted.steps?.length ? wanted.steps : wanted.op ? [{ op: wanted.op, offer: wanted.offer, prefer: wanted.prefer, input: wanted.input }] : [];
  return {
    ...now,
    steps: steps.map(({ op, offer, prefer, input }) => ({ op, offer: offer ?? null, prefer: prefer ?? "price", input: input ?? {} })),
    columns: Object.fromEntries(Object.entries(wanted.columns ?? {}).map(([name, into]) => [name, into ?? ""])),
    cap: wanted.cap ?? null,
    canary: wanted.canary ?? 0,
    priority: wanted.priority ?? "normal",
    at_once: wanted.at_once ?? null,
    per_minute: wanted.per_minute ?? null,
    twins: wanted.twins ?? "keep",
    collection: wanted.collection ?? null,
  };
}

/** Another order of what is done: where columns go moves along with the steps. `order` says where each came from. */
export function reordered(draft: Draft, order: readonly number[]): Draft {
  const columns = Object.entries(draft.columns).flatMap(([name, into]): [string, string][] => {
    if (into === "") return [[name, into]];
    const { step, field } = placed(into);
    const now = order.indexOf(step);
    return now < 0 ? [] : [[name, placeOf(now, field)]];
  });
  return { ...draft, steps: order.map((from) => draft.steps[from]!), columns: Object.fromEntries(columns) };
}

/** What each step is asked for in a row, by the titles of its fields: the cells, and what is the same for all. */
export function understood(data: Readonly<Record<string, unknown>>, columns: readonly BatchColumn[], steps: readonly Step[], feeds: readonly (string | null)[], operations: readonly Operation[]): Said[][] {
  return steps.map((step, index) => {
    const fields = fieldsFor(step, operations);
    const title = (name: string) => fields.find((field) => field.name === name)?.title ?? humane(name);
    const cells = [...fedBy(columns, index)].flatMap(([field, column]): Said[] => {
      const text = textOf(data[column]);
      return text === "" ? [] : [{ field, title: title(field), text, from: "column" }];
    });
    const same = Object.entries(step.input)
      .filter(([name, value]) => said(value) && typeof value !== "object" && !cells.some(({ field }) => field === name))
      .map(([name, value]): Said => ({ field: name, title: title(name), text: textOf(value), from: "all" }));
    const fed = feeds[index];
    return [...(fed ? [{ field: fed, title: title(fed), text: "", from: "step" } as const] : []), ...cells, ...same];
  });
}

export interface Said {
  field: string;
  title: string;
  text: string;
  /** Who says so: a cell of the row, the form, or the step before. */
  from: "column" | "all" | "step";
}

/** A cell as a person sees it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isAsset(text: string): boolean {
  return UUID.test(text.trim());
}

const PICTURED = new Set(["image", "images", "audio", "video", "mesh", "mask"]);

/** Whether cells name pictures as files, which an archive has to bring. */
export function namesFiles(columns: readonly BatchColumn[], steps: readonly Step[], operations: readonly Operation[]): boolean {
  return columns.some(({ into, samples }) => {
    if (into === null) return false;
    const { step, field } = placed(into);
    const found = steps[step] && fieldsFor(steps[step], operations).find(({ name }) => name === field);
    return found !== undefined && PICTURED.has(found.widget) && samples.some((text) => !/^https?:/i.test(text.trim()) && !isAsset(text));
  });
}

// -- how it stands

export const ENDED: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled"]);
/** What is set up, and has not begun. */
export const SETTING: ReadonlySet<string> = new Set(["arriving", "draft", "checking", "ready"]);

export type Part = "succeeded" | "failed" | "refused" | "unknown" | "left";

/** Rows by what became of them; those that are not made at all are no part of it. */
export function partsOf(batch: Batch): { part: Part; rows: number }[] {
  const { succeeded, failed, refused, unknown, cancelled } = batch;
  const left = Math.max(0, madeOf(batch) - succeeded - failed - refused - unknown - cancelled);
  return [
    { part: "succeeded", rows: succeeded },
    { part: "failed", rows: failed },
    { part: "refused", rows: refused },
    { part: "unknown", rows: unknown },
    { part: "left", rows: left + cancelled },
  ];
}

/** How many rows are to be made. */
export function madeOf({ total, invalid, twin }: Batch): number {
  return Math.max(0, total - invalid - twin);
}

export const FILTERS = ["all", "succeeded", "running", "waiting", "failed", "refused", "unknown", "cancelled", "invalid", "twin"] as const;
export type Filter = (typeof FILTERS)[number];

/** How many rows a filter shows. */
export function countOf(batch: Batch, filter: Filter): number {
  return filter === "all" ? batch.total : batch[filter] + (filter === "waiting" ? batch.unchecked : 0);
}

export function statesOf(filter: Filter): BatchState[] {
  return filter === "all" ? [] : filter === "waiting" ? ["waiting", "unchecked"] : [filter];
}
type BatchState = Exclude<Filter, "all"> | "unchecked";

/** What is not heeded of many rows, by who does not heed it: a sentence each, however many words there are. */
export function ignoredBy(problems: Batch["problems"]): { message: string; what: string[]; rows: number }[] {
  const found = new Map<string, { message: string; what: string[]; rows: number }>();
  for (const { kind, column, field, message, rows } of problems) {
    if (kind !== "ignored") continue;
    const one = found.get(message) ?? { message, what: [], rows: 0 };
    found.set(message, { message, what: [...new Set([...one.what, column || field])], rows: Math.max(one.rows, rows) });
  }
  return [...found.values()];
}

// -- what is pasted

export interface Pasted {
  kind: "prompts" | "table" | "json";
  rows: number;
  columns: readonly string[];
}

const HEADS = /^(prompt|negative_prompt|text|image|picture|file|filename|url|seed|count|width|height|style|quality|title|name|sku|id|bild|beschreibung)s?$/i;

/** What a pasted text is: a list of prompts, a table, or JSON. Prompts have commas, too: a table says so in its head. */
export function pasted(text: string): Pasted {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const start = text.trimStart().charAt(0);
  if (start === "{" || (start === "[" && text.trimEnd().endsWith("]"))) return { kind: "json", rows: start === "{" ? lines.length : 0, columns: [] };
  const head = lines[0] ?? "";
  const delimiter = ["\t", ";", ",", "|"].find((one) => head.includes(one));
  if (delimiter !== undefined && lines.length > 1) {
    const columns = head.split(delimiter).map((cell) => cell.trim().replace(/^"|"$/g, ""));
    const tabbed = delimiter === "\t" && lines.every((line) => line.includes("\t"));
    if (tabbed || columns.some((cell) => HEADS.test(cell))) return { kind: "table", rows: lines.length - 1, columns };
  }
  if (lines.length > 1 && HEADS.test(head.trim())) return { kind: "table", rows: lines.length - 1, columns: [head.trim()] };
  return { kind: "prompts", rows: lines.length, columns: ["prompt"] };
}

/** What is sent in its place: a list of lines becomes a column of prompts. */
export function fileOf(text: string, kind: Pasted["kind"], name: string): File {
  if (kind === "json") return new File([text], `${name}.${text.trimStart().startsWith("[") ? "json" : "jsonl"}`, { type: "application/json" });
  if (kind === "table") return new File([text], `${name}.${text.split("\n", 1)[0]!.includes("\t") ? "tsv" : "csv"}`, { type: "text/csv" });
  const rows = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  return new File([rows.map((prompt) => `${JSON.stringify({ prompt })}\n`).join("")], `${name}.jsonl`, { type: "application/x-ndjson" });
}

/** What a list is called: the beginning of its first line. */
export function nameOf(text: string, otherwise: string): string {
  const first = text.split(/\r?\n/).find((line) => line.trim() !== "")?.trim() ?? "";
  const words = first.replace(/[\\/:*?"<>|{}[\]\t]+/g, " ").trim();
  return words.length <= 40 ? words || otherwise : `${words.slice(0, 40).replace(/\s+\S*$/, "")}…`;
}

const TABLE = /\.(csv|tsv|txt|jsonl|ndjson|json|xlsx|xls|ods)$/i;

export function isTable(file: Pick<File, "name" | "type">): boolean {
  return TABLE.test(file.name) || file.type === "text/csv" || file.type === "application/json";
}
