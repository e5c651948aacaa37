import { api, body, keepRun, OVER, type Asset, type Run } from "@/api";
import { i18n } from "@/i18n";
import { say } from "@/ui";
import { submit, telling } from "./index";

/** Has something free and short made, and waits for it: the first result. When there is none, says why. */
export async function made(op: string, input: Record<string, unknown>, offer: string | null = null): Promise<Asset | undefined> {
  const run = await telling(async () => {
    let now: Run = await submit({ op, offer, input }, crypto.randomUUID());
    while (!OVER.has(now.state) && now.state !== "unknown") {
      now = await body(api.GET("/api/runs/{run_id}", { params: { path: { run_id: now.id } }, headers: { Prefer: "wait=30" } }));
    }
    keepRun(now);
    return now;
  });
  const [first] = run?.outputs ?? [];
  if (run && !first) say({ title: run.title, detail: run.error?.message ?? i18n.t("shell:fallen.away"), bad: true });
  return first;
}
