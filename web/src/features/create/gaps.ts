/** The gaps of a template's prompt, `{name:words}`, as the server reads them: a prompt's own variables. */
const GAP = /\{([a-zA-Z][\w-]{0,39})(?::(?!:)([^{}]*))?\}/g;
const KIND = /^\s*(?:text|number|choice|colour)\s*:/;

/** The prompt with words in its gaps: those that are typed, else the usual ones, else the gap's own name. */
export function filled(prompt: string, values: Readonly<Record<string, string>>): string {
  const usual = new Map<string, string>();
  for (const [, name = "", words = ""] of prompt.matchAll(GAP)) if (!usual.get(name)) usual.set(name, words.replace(KIND, "").split("|")[0]!.trim());
  return prompt.replace(GAP, (_, name: string) => values[name]?.trim() || usual.get(name) || name);
}
