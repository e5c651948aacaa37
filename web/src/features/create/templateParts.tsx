/** What the list of templates and the one that is opened have in common. */

import { api, cache, Problem, type Template } from "@/api";
import { said } from "@/features/forms";
import { say } from "@/ui";

export async function templatesAnew(): Promise<void> {
  await cache.invalidateQueries({ queryKey: ["templates"] });
}

export function complain(error: unknown): void {
  say({ title: error instanceof Problem ? error.message : String(error), bad: true });
}

export async function like(template: Template): Promise<void> {
  try {
    await api.PUT("/api/templates/{name}/favorite", { params: { path: { name: template.id } }, body: { favorite: !template.favorite } });
    await templatesAnew();
  } catch (error) {
    complain(error);
  }
}

/** What a template is called here: our own words are known in other languages, a person's are as they are. */
export const nameOf = (template: Template): string => (template.own ? template.title : said(template.title));

/** What was made with it, or its shape alone. */
export function Drawn({ template }: { template: Template }) {
  const { width, height } = template;
  if (template.picture !== null) return <img src={template.picture} alt="" width={width} height={height} loading="lazy" className="h-auto max-h-full w-auto max-w-full rounded-[2px] object-contain" style={{ aspectRatio: `${width} / ${height}` }} />;
  const wide = width / height > 4 / 3;
  return <span aria-hidden className="rounded-[2px] border-[1.5px] border-fg-3 bg-raised" style={{ aspectRatio: `${width} / ${height}`, ...(wide ? { width: "100%" } : { height: "100%" }) }} />;
}
