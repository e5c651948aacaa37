/** The one door to the server. Whatever goes wrong comes out as a `Problem`, in words for a person. */

import createClient, { type Middleware } from "openapi-fetch";
import { i18n } from "@/i18n";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
export type Asset = Schemas["AssetOut"];
export type Kept = Schemas["SearchOut"];
export type Run = Schemas["RunOut"];
export type Operation = Schemas["OperationOut"];
export type Offer = Schemas["OfferOut"];
export type Provider = Schemas["ProviderOut"];
export type Estimate = Schemas["EstimateOut"];
export type Resolved = Schemas["ResolvedOut"];
export type Score = Schemas["ScoreOut"];
export type Asked = Schemas["PromptOut"];
export type Sending = Schemas["SendingOut"];
export type Recipe = Schemas["Recipe"];
export type Lineage = Schemas["LineageOut"];
export type Node = Schemas["NodeOut"];
export type Notice = Schemas["NoticeOut"];
export type Wishes = Schemas["Preferences"];
export type Edge = Schemas["EdgeOut"];
export type Provenance = Schemas["ProvenanceOut"];
export type Comparison = Schemas["ComparisonOut"];
export type Cell = Schemas["CellOut"];
export type Plan = Schemas["PlanOut"];
export type Recalled = Schemas["RecalledOut"];
export type Kit = Schemas["KitOut"];
export type KitIn = Schemas["KitIn"];
export type Finding = Schemas["FindingOut"];
export type Style = Schemas["StyleOut"];
export type Template = Schemas["TemplateOut"];
export type Format = Schemas["FormatOut"];
export type StockSource = Schemas["SourceOut"];
export type Photo = Schemas["PhotoOut"];
export type Platform = Schemas["PlatformOut"];
export type Collection = Schemas["CollectionOut"];
export type Batch = Schemas["BatchOut"];
export type BatchColumn = Schemas["ColumnOut"];
export type BatchRow = Schemas["RowOut"];
export type BatchWanted = Schemas["WantedIn"];
export type Bulk = Schemas["Bulk"];
export type Label = NonNullable<Asset["label"]>;

/** What does not fit, field by field: `field` is a dotted path such as `box.width`. */
export interface Fault {
  field: string;
  message: string;
}

/** An answer that says no (RFC 9457), or no answer at all (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    message: string,
    readonly fields: readonly Fault[] = [],
  ) {
    super(message);
  }

  /** Whether the same request may well succeed a little later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export async function problemOf(answer: Response): Promise<Problem> {
  try {
    const body = (await answer.clone().json()) as { code?: string; title?: string; detail?: string; fields?: Fault[] };
    if (body.detail !== undefined) return new Problem(answer.status, body.code ?? "http", body.title ?? "", body.detail, body.fields ?? []);
  } catch {
    // No JSON: a proxy's page, say.
  }
  return new Problem(answer.status, "http", "", i18n.t("shell:answered", { status: `${answer.status} ${answer.statusText}`.trim() }));
}

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Calls when an answer says that nobody is signed in here any more. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

const watch: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return;
    if (response.status === 401) signedOut.forEach((listener) => listener());
    throw await problemOf(response);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new Problem(0, "offline", "", i18n.t("shell:fallen.away"));
  },
};

export const api = createClient<paths>({ baseUrl: "/", headers: { Accept: "application/json" } });
api.use(watch);

/** The answer's body; what went wrong has been thrown already. */
export async function body<T>(answer: Promise<{ data?: T | undefined }>): Promise<T> {
  return (await answer).data as T;
}
