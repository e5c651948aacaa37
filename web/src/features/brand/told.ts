/** A finding of the lint, in the language that is spoken here. */

import type { Finding } from "@/api";
import { i18n } from "@/i18n";
import type { english } from "@/i18n/english";
import { percent } from "@/lib/format";

type Rule = keyof (typeof english)["brand"]["rules"];
type Where = keyof (typeof english)["brand"]["where"];

export function told({ code, values, message, advice }: Finding): { message: string; advice: string } {
  // One that a newer server knows, and this page does not.
  if (!i18n.exists(`brand:rules.${code}.message`)) return { message, advice };
  const where = (values["where"] === "alt text" ? "alt" : (values["where"] ?? "title")) as Where;
  const more = { ...values, share: percent(Number(values["share"] ?? 0)), where: i18n.t(`brand:where.${where}`), interpolation: { escapeValue: false } };
  const rule = code as Rule;
  return {
    message: i18n.t(`brand:rules.${rule}.message`, more),
    advice: rule === "word" && values["instead"] !== "" ? i18n.t("brand:rules.word.instead", more) : i18n.t(`brand:rules.${rule}.advice`, more),
  };
}
