/** What of a prompt with wildcards will be sent: the words as they fell, what is still to be filled in, and the dice. */

import { Dices } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Resolved } from "@/api";
import { newRoll, said, type Form } from "@/features/forms";
import type { Wish } from "@/features/forms/wild";
import ColourField from "@/features/forms/ColourField";
import { IconButton, Select, TextField } from "@/ui";
import { Lists } from "./Lists";

type Variable = Resolved["variables"][number];

export default function Wild({ form, wish }: { form: Form; wish: Wish }) {
  const { t } = useTranslation("wording");
  const { words, values, set } = form;
  const thrown = typeof values["roll"] === "number";
  useEffect(() => {
    if (!thrown) set("roll", newRoll());
  }, [thrown, set]);
  if (!words || (!words.wild && words.faults.length === 0)) return null;
  const fill = (name: string, value: string) => set("variables", { ...wish.variables, [name]: value });
  // What is to be left out is said where it is drawn, too.
  const less = wish.negative_prompt !== "" && words.items.some((item) => item.negative_prompt !== wish.negative_prompt);
  const texts = [...new Set(words.items.map((item) => (less && item.negative_prompt !== "" ? `${item.prompt} · ${t("wild.without", { what: item.negative_prompt })}` : item.prompt)))];
  return (
    <section aria-label={t("wild.title")} className="mt-2 flex flex-col gap-2.5 rounded-md border border-line bg-sunken px-3 py-2.5">
      {words.variables.map((variable) => (
        <Filled key={variable.name} variable={variable} value={wish.variables[variable.name]} onChange={(value) => fill(variable.name, value)} empty={words.faults.some((fault) => fault.stops && fault.what === variable.name)} />
      ))}
      {words.wild && (
        <div>
          <div className="flex min-h-6 items-center justify-between gap-2">
            <h3 className="text-2xs font-medium text-fg-3">{texts.length > 1 ? t("wild.each") : t("wild.title")}</h3>
            <div className="flex items-center">
              <Lists />
              {words.open && (
                <IconButton label={t("wild.again")} size="sm" onClick={() => set("roll", newRoll())}>
                  <Dices size={15} aria-hidden />
                </IconButton>
              )}
            </div>
          </div>
          <ol aria-live="polite" className="max-h-44 overflow-auto text-xs leading-5 text-fg-2">
            {texts.map((text, index) => (
              <li key={text} className="break-words">
                {texts.length > 1 && <span className="num mr-1.5 text-fg-3">{index + 1}</span>}
                {text}
              </li>
            ))}
          </ol>
        </div>
      )}
      {words.faults
        .filter((fault) => !fault.stops)
        .map((fault) => (
          <p key={`${fault.field}${fault.code}${fault.at}`} className="text-xs text-fg-3">
            <code className="rounded-xs bg-hover px-1 break-all text-fg-2">{wish[fault.field].slice(fault.at, fault.at + Math.min(fault.length, 40))}</code> {said(fault.message)}
          </p>
        ))}
    </section>
  );
}

interface FilledProps {
  variable: Variable;
  value: string | undefined;
  onChange: (value: string) => void;
  empty: boolean;
}

function Filled({ variable: { name, kind, default: usual, options }, value, onChange, empty }: FilledProps) {
  const { t } = useTranslation("wording");
  const shown = value ?? usual ?? "";
  if (kind === "choice") return <Select label={name} items={options.map((option) => ({ value: option, label: option }))} value={options.includes(shown) ? shown : null} onChange={onChange} />;
  if (kind === "colour") return <ColourField title={name} value={/^#[0-9a-f]{6}$/i.test(shown) ? shown : null} onChange={(next) => onChange(next ?? "")} optional={false} />;
  const error = !empty ? undefined : shown === "" ? t("wild.empty") : t("wild.wrong");
  return <TextField label={name} value={value ?? ""} placeholder={usual ?? undefined} onChange={onChange} error={error} maxLength={2000} />;
}
