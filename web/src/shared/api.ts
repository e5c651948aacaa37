/** What the page asks the studio for: only what its link opens. */

import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Board = Schemas["SharedOut"];
export type Picture = Schemas["PictureOut"];
export type Remark = Schemas["RemarkOut"];
export type Verdict = Schemas["VerdictOut"];
export type State = Verdict["state"];

/** An answer that says no, in words for a person. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const link = document.querySelector<HTMLMetaElement>('meta[name="gesso-link"]')?.content ?? "";
const base = `/api/shared/${link}`;

export async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const form = body instanceof FormData;
  const answer = await fetch(base + path, {
    method,
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    ...(body === undefined || form ? {} : { headers: { "Content-Type": "application/json" } }),
  });
  if (!answer.ok) throw new Refusal(answer.status, await reason(answer));
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function reason(answer: Response): Promise<string> {
  try {
    return ((await answer.json()) as { detail?: string }).detail ?? answer.statusText;
  } catch {
    return answer.statusText;
  }
}

export async function pictures(): Promise<Picture[]> {
  const found: Picture[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const page: { items: Picture[]; next: string | null } = await ask("GET", `/items?limit=200${after === "" ? "" : `&after=${after}`}`);
    found.push(...page.items);
    after = page.next;
  }
  return found;
}

export const thumbnail = (id: string, size = 512): string => `${base}/assets/${id}/thumbnail?size=${size}`;
export const preview = (id: string): string => `${base}/assets/${id}/preview`;
export const film = (id: string): string => `${base}/assets/${id}/play`;
export const file = (id: string): string => `${base}/assets/${id}/file`;
export const zip = `${base}/zip`;
