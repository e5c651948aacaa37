/** What the list of templates and the one that is opened have in common. */

import { api, cache, Problem, type Template } from "@/api";
import { said } from "@/features/forms";
import { cx, say } from "@/ui";

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

/** What was made with it, or its shape alone; it fills a place that is `relative`. */
export function Drawn({ template }: { template: Template }) {
  const { width, height, picture } = template;
  if (picture !== null) return <img src={picture} alt="" loading="lazy" className="absolute inset-2 size-[calc(100%-1rem)] object-contain" />;
  return (
    <span aria-hidden className="absolute inset-3 grid place-items-center">
      <span className={cx("rounded-[2px] border-[1.5px] border-fg-3 bg-raised", width / height > 4 / 3 ? "w-full" : "h-full")} style={{ aspectRatio: `${width} / ${height}` }} />
    </span>
  );
}
