import type { Asset } from "@/api";

interface Described {
  caption: string;
  /** The same for those who cannot see it. */
  alt: string;
  tags: string[];
  /** Who wrote the alternative text: a person, or a program that nobody has corrected. */
  altBy: "person" | "model" | "rule";
}

/** What somebody has said of a picture. */
export function describedOf(asset: Pick<Asset, "facts" | "tags">): Described {
  const said = (asset.facts["described"] ?? {}) as Partial<Record<keyof Described, unknown>>;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const by = (asset.facts["described"] as { by?: { alt?: unknown } } | undefined)?.by?.alt;
  return { caption: text(said.caption), alt: text(said.alt), tags: asset.tags, altBy: by === "model" || by === "rule" ? by : "person" };
}

export function tagsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
