/** What a prompt tells a model, as a number beside it: a click says why, and mends what can be mended. */

import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Check, Minus, Plus, TriangleAlert } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, operations, type Score } from "@/api";
import { said, type Form } from "@/features/forms";
import { price } from "@/lib/format";
import { patient } from "@/lib/later";
import { Button, cx, Popover, Ring, say, Segment, Switch } from "@/ui";
import { weigher } from "./ask";
import type { Judged } from "./Judge";
import { joined, rebased } from "./mends";
import { useWriting } from "./Writing";

const Judge = lazy(patient(() => import("./Judge")));

const PAUSE_MS = 250;
const NEGATIVE = "negative_prompt";

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

export function Weight({ form }: { form: Form }) {
  const { t } = useTranslation("wording");
  const prompt = textOf(form.values["prompt"]);
  const negative = textOf(form.values[NEGATIVE]);
  const style = textOf(form.values["style"]);
  const [asked, setAsked] = useState<{ prompt: string; negative_prompt: string; style: string }>();
  useEffect(() => {
    const timer = setTimeout(() => setAsked({ prompt, negative_prompt: negative, style }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [prompt, negative, style]);
  const { data: score } = useQuery({
    queryKey: ["score", asked],
    queryFn: ({ signal }) => body(api.POST("/api/prompts/score", { body: asked ?? { prompt: "", negative_prompt: "", style: "" }, signal })),
    enabled: asked !== undefined && asked.prompt !== "",
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
  });
  const [open, setOpen] = useState(false);
  // Kept while the panel is closed: it may have been paid for.
  const [judged, setJudged] = useState<Judged>();
  if (!score || prompt === "") return null;
  return (
    <Popover
      title={t("score.title")}
      placement="bottom-start"
      className="w-[min(380px,calc(100vw-16px))]"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button look="ghost" size="sm" aria-label={t("score.label", { score: score.score })} className="!gap-1.5 !px-1.5">
          <Ring value={score.score / 100} size={15} className={score.score >= 70 ? "text-ok" : score.score >= 40 ? "text-warn" : "text-fg-3"} />
          <span className="num">{score.score}</span>
        </Button>
      }
    >
      {open && <Reasons {...{ form, score, judged, prompt, negative, style }} onJudged={setJudged} />}
    </Popover>
  );
}

interface ReasonsProps {
  form: Form;
  score: Score;
  judged: Judged | undefined;
  prompt: string;
  negative: string;
  style: string;
  onJudged: (judged: Judged) => void;
}

interface Texts {
  prompt: string;
  negative_prompt: string;
}

function Reasons({ form, score, judged, prompt, negative, style, onJudged }: ReasonsProps) {
  const { t } = useTranslation(["wording", "forms"]);
  const suggests = useWriting((state) => state.suggests);
  const operation = weigher(useSuspenseQuery(operations).data);
  const [byRules, setByRules] = useState(false);
  const told = byRules ? undefined : judged;
  const leaves = form.fields.some((field) => field.name === NEGATIVE);
  const change = (next: Texts) => {
    const before = { prompt: form.values["prompt"], ...(leaves ? { [NEGATIVE]: form.values[NEGATIVE] } : {}) };
    form.change({ prompt: next.prompt, ...(leaves ? { [NEGATIVE]: next.negative_prompt } : {}) });
    say({ title: t("score.mended"), action: { label: t("forms:improve.undo"), perform: () => form.change(before) } });
  };
  // A judgement is of the prompt as it was then; its mends are made of the one that stands there now.
  const fitting = (mend: Texts): Texts | null => {
    const next = told ? { prompt: rebased(told.prompt, mend.prompt, prompt), negative_prompt: rebased(told.negative, mend.negative_prompt, negative) } : mend;
    if (next.prompt === undefined || next.negative_prompt === undefined || (!leaves && next.negative_prompt !== negative)) return null;
    return next.prompt === prompt && next.negative_prompt === negative ? null : { prompt: next.prompt, negative_prompt: next.negative_prompt };
  };
  // What is wrong first, then what is missing, then what is good.
  const reasons = (told?.score ?? score).reasons.toSorted((one, other) => rank(one) - rank(other));
  const more = told?.suggestions.filter((words) => !prompt.toLowerCase().includes(words.toLowerCase())) ?? [];
  return (
    <>
      {judged && (
        <div className="px-3.5 pt-3">
          <Segment
            label={t("judge.who")}
            hideLabel
            value={told ? "model" : "rules"}
            onChange={(next) => setByRules(next === "rules")}
            items={[
              { value: "model", label: `${said(judged.by)}: ${judged.score.score}` },
              { value: "rules", label: `${t("judge.rules")}: ${score.score}` },
            ]}
          />
        </div>
      )}
      <ul className="max-h-96 overflow-auto p-1.5">
        {reasons.map((reason, index) => {
          const Icon = reason.points < 0 ? TriangleAlert : reason.points === reason.of && reason.of > 0 ? Check : Minus;
          const mended = reason.mend && fitting(reason.mend);
          return (
            <li key={`${reason.code}${index}`} className="flex items-start gap-2.5 rounded-sm px-2 py-1.5 text-sm">
              <Icon size={15} aria-hidden className={cx("mt-0.5 shrink-0", reason.points < 0 ? "text-warn" : Icon === Check ? "text-ok" : "text-fg-3")} />
              <span className="min-w-0 flex-1 leading-5">
                {said(reason.message)}
                {reason.what !== "" && <span className="block truncate text-xs text-fg-3">{reason.what}</span>}
              </span>
              <span className="num mt-0.5 shrink-0 text-2xs text-fg-3">{reason.of > 0 ? `${reason.points}/${reason.of}` : reason.points}</span>
              {mended && (
                <Button size="sm" aria-label={t("score.mendWhat", { what: said(reason.message) })} onClick={() => change(mended)}>
                  {t("score.mend")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {more.length > 0 && (
        <div className="border-t border-line px-3.5 py-2.5">
          <h3 className="mb-1.5 text-xs font-medium text-fg-2">{t("judge.more")}</h3>
          <div className="flex flex-wrap gap-1.5">
            {more.map((words) => (
              <Button key={words} size="sm" onClick={() => change({ prompt: joined(prompt, words), negative_prompt: negative })}>
                <Plus size={13} aria-hidden />
                {words}
              </Button>
            ))}
          </div>
        </div>
      )}
      {operation && (
        <Suspense fallback={<div className="skeleton m-3.5 h-20" />}>
          <Judge
            {...{ operation, prompt, negative, style }}
            onJudged={(next) => {
              setByRules(false);
              onJudged(next);
            }}
          />
        </Suspense>
      )}
      <div className="border-t border-line px-3.5 py-2.5">
        <p className="mb-2 text-xs text-fg-3">{told ? t("judge.cost", { model: said(told.by), price: price(told.run.spent) }) : t("score.text")}</p>
        <Switch label={t("suggest.switch")} checked={suggests} onChange={(next) => useWriting.setState({ suggests: next })} />
      </div>
    </>
  );
}

const rank = (reason: Score["reasons"][number]) => (reason.points < 0 ? 0 : reason.points < reason.of ? 1 : 2);
