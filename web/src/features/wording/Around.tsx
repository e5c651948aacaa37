/** What an improved prompt is to go with: words that worked before, the colours of the picture that is begun with; and what the brand does not say. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, kits } from "@/api";
import type { Form } from "@/features/forms";
import { Switch } from "@/ui";

export interface Context {
  use?: string[];
  avoid?: string[];
  earlier?: string[];
  palette?: string[];
}

const SHOWN = 3;

/** Off to begin with: a prompt is its own, unless somebody wants it to go with something. */
export function Around({ form, onChange }: { form: Form; onChange: (context: Context | undefined) => void }) {
  const { t } = useTranslation("wording");
  const picture = pictureOf(form);
  const { data } = useQuery({
    queryKey: ["prompts", "context", picture],
    queryFn: ({ signal }) => body(api.GET("/api/prompts/context", { params: { query: picture === undefined ? {} : { asset: picture } }, signal })),
    staleTime: 0,
    retry: false,
  });
  // Its own words and colours go in when the picture is made; here it only holds back what is added.
  const worn = useQuery(kits).data?.find((kit) => kit.id === form.values["brand"]);
  const [words, setWords] = useState(false);
  const [colours, setColours] = useState(false);
  useEffect(() => {
    const worked = words && data ? { use: data.use, earlier: data.earlier } : {};
    const palette = colours && data ? { palette: data.palette } : {};
    const held = worn?.avoid?.length ? { avoid: worn.avoid.map(({ word }) => word) } : {};
    const context = { ...worked, ...palette, ...held };
    onChange(Object.keys(context).length > 0 ? context : undefined);
  }, [words, colours, data, worn, onChange]);
  if (!data || (data.use.length === 0 && data.palette.length === 0)) return null;
  return (
    <fieldset className="mx-3 mt-3 flex flex-col gap-1.5 border-t border-line pt-2.5">
      <legend className="sr-only">{t("context.title")}</legend>
      {data.use.length > 0 && <Switch label={t("context.use", { words: data.use.slice(0, SHOWN).join(", ") })} checked={words} onChange={setWords} />}
      {data.palette.length > 0 && (
        <>
          <Switch label={t("context.palette")} checked={colours} onChange={setColours} />
          <div className="flex gap-1" aria-hidden>
            {data.palette.map((colour) => (
              <span key={colour} className="size-4 rounded-xs border border-line" style={{ background: colour }} />
            ))}
          </div>
        </>
      )}
    </fieldset>
  );
}

/** The picture that is begun with, else the first whose look is taken on. */
function pictureOf(form: Form): string | undefined {
  const { image, references } = form.values;
  if (typeof image === "string" && image !== "") return image;
  const [first] = Array.isArray(references) ? (references as { image?: string }[]) : [];
  return first?.image;
}
