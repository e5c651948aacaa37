import { i18n } from "@/i18n";

/**
 * What the server calls a thing, in the language that is spoken here, if the catalogue knows the word. It may know a
 * sentence with its numbers left open: "Painting {{1}} of {{2}}".
 */
export function said(text: string): string {
  const whole = word(text);
  if (whole !== undefined) return whole;
  const numbers: string[] = [];
  const open = word(text.replace(/\d+/g, (number) => `{{${numbers.push(number)}}}`));
  return open?.replace(/{{(\d+)}}/g, (gap, place: string) => numbers[Number(place) - 1] ?? gap) ?? text;
}

function word(text: string): string | undefined {
  const found: unknown = i18n.getResource(i18n.language, "server", text, { keySeparator: false });
  return typeof found === "string" ? found : undefined;
}
