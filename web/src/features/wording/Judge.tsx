/** A model's word on a prompt: asked for by hand, at the price on its button. What rules say stays, whatever becomes of it. */

import { Scale, Square } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Operation, Run, Score } from "@/api";
import { ModelField, said, useForm } from "@/features/forms";
import { i18n } from "@/i18n";
import { price } from "@/lib/format";
import { Button } from "@/ui";
import { preferBest, useAsking } from "./ask";

/** What was weighed, and the run that says of it. */
export interface Judged {
  prompt: string;
  negative: string;
  by: string;
  run: Run;
  score: Score;
  suggestions: readonly string[];
}

interface JudgeProps {
  operation: Operation;
  prompt: string;
  negative: string;
  style: string;
  onJudged: (judged: Judged) => void;
}

export default function Judge({ operation, prompt, negative, style, onJudged }: JudgeProps) {
  const { t } = useTranslation("wording");
  useState(() => preferBest([operation]));
  const own = useForm(operation, useMemo(() => ({ prompt, negative_prompt: negative, style: style === "" ? null : style, language: spoken(operation) }), [operation, prompt, negative, style]));
  const { busy, run, trouble, ask, stop } = useAsking(own);
  const cost = own.estimate?.price ?? undefined;
  const tell = useRef(onJudged);
  useEffect(() => {
    tell.current = onJudged;
  });
  useEffect(() => {
    const judged = run && judgedOf(run, operation);
    if (judged) tell.current(judged);
  }, [run, operation]);
  return (
    <div className="border-t border-line px-3.5 py-3">
      <ModelField form={own} />
      <div className="mt-2 flex gap-1.5">
        <Button size="sm" className="min-w-0 flex-1" disabled={busy || !own.ready || !own.fresh || cost === undefined} aria-busy={busy} onClick={() => void ask()}>
          <Scale size={14} aria-hidden />
          {busy ? t("judge.asking") : t("judge.ask")}
          {!busy && cost !== undefined && <span className="num font-semibold">{price(cost)}</span>}
        </Button>
        {stop && (
          <Button size="sm" look="ghost" onClick={stop}>
            <Square size={13} aria-hidden />
            {t("judge.stop")}
          </Button>
        )}
      </div>
      {trouble !== undefined && (
        <p role="alert" className="mt-2 text-xs text-bad">
          {trouble} {t("judge.stays")}
        </p>
      )}
      {!busy && run && run.notes.length > 0 && <p className="mt-2 text-xs text-fg-3">{run.notes.map(said).join(" ")}</p>}
    </div>
  );
}

/** The language of the page, where reasons are given in it. */
function spoken(operation: Operation): string {
  const input = operation.offers[0]?.input as { properties?: Record<string, { enum?: unknown[] }> } | undefined;
  return (input?.properties?.["language"]?.enum ?? []).includes(i18n.language) ? i18n.language : "en";
}

function judgedOf(run: Run, operation: Operation): Judged | undefined {
  const { answer, input } = run;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  if (!answer || !Array.isArray(answer["reasons"])) return undefined;
  const by = operation.offers.find((offer) => offer.id === run.offer)?.title ?? run.offer;
  return {
    prompt: text(input["prompt"]),
    negative: text(input["negative_prompt"]),
    by,
    run,
    score: answer as unknown as Score,
    suggestions: Array.isArray(answer["suggestions"]) ? (answer["suggestions"] as string[]) : [],
  };
}
