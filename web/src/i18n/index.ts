/** The words. English travels with the page; another language is fetched when it is chosen. */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type batch from "./en/batch.json";
import type boards from "./en/boards.json";
import type control from "./en/control.json";
import type convert from "./en/convert.json";
import type doubles from "./en/doubles.json";
import type edit from "./en/edit.json";
import type footage from "./en/footage.json";
import type intake from "./en/intake.json";
import type keeping from "./en/keeping.json";
import type lineage from "./en/lineage.json";
import type looks from "./en/looks.json";
import type mask from "./en/mask.json";
import type notices from "./en/notices.json";
import type organise from "./en/organise.json";
import type queue from "./en/queue.json";
import type schedules from "./en/schedules.json";
import type settings from "./en/settings.json";
import type social from "./en/social.json";
import type tagging from "./en/tagging.json";
import type upscale from "./en/upscale.json";
import type webhooks from "./en/webhooks.json";
import { english } from "./english";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const others = import.meta.glob<Record<string, unknown>>(["./*/*.json", "!./en/*.json", "!./*/shared.json"], { import: "default" });

export async function speak(language: Language): Promise<void> {
  if (language !== "en" && !i18next.hasResourceBundle(language, "ui")) {
    await Promise.all(
      Object.entries(others)
        .filter(([path]) => path.startsWith(`./${language}/`))
        .map(async ([path, load]) => i18next.addResourceBundle(language, path.split("/")[2]!.replace(".json", ""), await load())),
    );
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** What the browser asks for, if we speak it. */
export function preferred(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
  return (wanted.find((tag) => tag in LANGUAGES) ?? "en") as Language;
}

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: english },
  defaultNS: "ui",
  interpolation: { escapeValue: false },
  returnNull: false,
});

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "ui";
    resources: typeof english & { batch: typeof batch; boards: typeof boards; control: typeof control; convert: typeof convert; doubles: typeof doubles; edit: typeof edit; footage: typeof footage; intake: typeof intake; keeping: typeof keeping; lineage: typeof lineage; looks: typeof looks; mask: typeof mask; notices: typeof notices; organise: typeof organise; queue: typeof queue; schedules: typeof schedules; settings: typeof settings; social: typeof social; tagging: typeof tagging; upscale: typeof upscale; webhooks: typeof webhooks };
    returnNull: false;
  }
}

export { default as i18n } from "i18next";
