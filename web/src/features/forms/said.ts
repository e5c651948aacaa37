import { i18n } from "@/i18n";

/** What the server calls a thing, in the language that is spoken here, if the catalogue knows the word. */
export function said(text: string): string {
  const found: unknown = i18n.getResource(i18n.language, "server", text, { keySeparator: false });
  return typeof found === "string" ? found : text;
}
