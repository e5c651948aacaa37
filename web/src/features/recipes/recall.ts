/** A recipe, whoever wrote it, put into the form; with a way back, and a word on what has no place there. */

import { api, body, Problem, problemOf, type Asset, type Recalled } from "@/api";
import { draftOf, useDrafts } from "@/features/forms/drafts";
import { said } from "@/features/forms/said";
import { humane } from "@/features/forms/schema";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import { say } from "@/ui";

type Source = { file: File } | { text: string } | { asset: string };
type What = "all" | "prompt" | "seed";

/** What the server reads in it, for the form as it stands; undefined where there is no recipe. */
export async function read(source: Source, op?: string): Promise<Recalled | undefined> {
  const offer = op === undefined ? undefined : (draftOf(op).offer ?? undefined);
  const now = { ...(op === undefined ? {} : { op }), ...(offer === undefined ? {} : { offer }) };
  try {
    if (!("file" in source)) return await body(api.POST("/api/recipes/read", { body: { ...source, ...now } as never }));
    const form = new FormData();
    form.set("file", source.file);
    for (const [name, value] of Object.entries(now)) form.set(name, value);
    const answer = await fetch("/api/recipes/read", { method: "POST", body: form });
    if (!answer.ok) throw await problemOf(answer);
    return (await answer.json()) as Recalled;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

/** Fills the form, and says what was not taken over. "Undo" brings back what stood there. */
export function apply(found: Recalled, what: What = "all"): void {
  const drafts = useDrafts.getState();
  const before = draftOf(found.op);
  if (what === "all") drafts.put(found.op, { ...before, offer: found.offer ?? before.offer, values: found.input });
  else drafts.change(found.op, { [what]: found.input[what] });
  const left = what === "all" ? found.left.map((each) => `${said(humane(each.name))} ${each.value.length > 40 ? `${each.value.slice(0, 39)}…` : each.value}`) : [];
  say({
    title: what === "all" ? i18n.t("recipes:restored") : i18n.t(`assets:recalled.${what}`),
    ...(left.length > 0 ? { detail: i18n.t("recipes:left", { what: left.join(", ") }) } : {}),
    action: { label: i18n.t("ui:undo"), perform: () => useDrafts.getState().put(found.op, before) },
  });
}

/** Whether the file of an asset brought a recipe along. */
export function brought(asset: Asset): boolean {
  return asset.run === null && typeof asset.facts["recipe"] === "object" && asset.facts["recipe"] !== null;
}

/** A picture that was taken for something else says how it was made as well: the form can have that, too. */
export function offer(asset: Asset): void {
  if (!brought(asset)) return;
  const taken = async () => {
    const found = await telling(() => read({ asset: asset.id }));
    if (found) apply(found);
  };
  say({ title: i18n.t("recipes:offer"), action: { label: i18n.t("recipes:use"), perform: () => void taken() } });
}
