import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const here = import.meta.dirname;
const languages = readdirSync(here).filter((name) => /^[a-z]{2}$/.test(name));
const namespaces = readdirSync(join(here, "en"));
/** What the server says, by its English words: `tests/web/test_words.py` holds it against the server. */
const SERVER = "server.json";

function words(language: string, namespace: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string) => {
    if (typeof value === "string") found.set(path, value);
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, path === "" ? key : `${path}.${key}`);
  };
  walk(JSON.parse(readFileSync(join(here, language, namespace), "utf8")), "");
  return found;
}

const gaps = (text: string) => [...text.matchAll(/{{(\w+)/g)].map((match) => match[1]).sort();

describe.each(languages.filter((language) => language !== "en"))("the catalogue in %s", (language) => {
  it("has the same files as English, and the words of the server", () => {
    expect(readdirSync(join(here, language)).sort()).toEqual([...namespaces, SERVER].sort());
  });

  it.each(namespaces)("says all that English says in %s, with the same gaps", (namespace) => {
    const english = words("en", namespace);
    const other = words(language, namespace);
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of english) {
      expect(other.get(key)?.trim(), key).not.toBe("");
      expect(gaps(other.get(key) ?? ""), key).toEqual(gaps(text));
    }
  });
});

describe("words that come late", () => {
  const src = join(here, "..");
  const late = readdirSync(here).flatMap((name) => (namespaces.includes(name.replace(".ts", ".json")) ? [name.replace(".ts", "")] : []));
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((path) => /(?<!\.test|\.d)\.tsx?$/.test(path) && !path.startsWith("i18n"));

  it.each(late)("come with each part that says some of %s", (namespace) => {
    const says = new RegExp(`useTranslation\\([^)]*"${namespace}"|["\`]${namespace}:[a-zA-Z]|ns: "${namespace}"`);
    const lacking = files.filter((path) => {
      const text = readFileSync(join(src, path), "utf8");
      return says.test(text) && !text.includes(`import "@/i18n/${namespace}"`);
    });
    expect(lacking).toEqual([]);
  });
});
