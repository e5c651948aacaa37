/** What a prompt tells a model, as a number beside it: a click says why, and mends what can be mended. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Check, Minus, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Score } from "@/api";
import { said, type Form } from "@/features/forms";
import { Button, cx, Popover, Ring, say, Switch } from "@/ui";
import { useWriting } from "./Writing";

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
      {open && <Reasons form={form} score={score} />}
    </Popover>
  );
}

function Reasons({ form, score }: { form: Form; score: Score }) {
  const { t } = useTranslation(["wording", "forms"]);
  const suggests = useWriting((state) => state.suggests);
  const leaves = form.fields.some((field) => field.name === NEGATIVE);
  const mend = (mended: { prompt: string; negative_prompt: string }) => {
    const before = { prompt: form.values["prompt"], ...(leaves ? { [NEGATIVE]: form.values[NEGATIVE] } : {}) };
    form.change({ prompt: mended.prompt, ...(leaves ? { [NEGATIVE]: mended.negative_prompt } : {}) });
    say({ title: t("score.mended"), action: { label: t("forms:improve.undo"), perform: () => form.change(before) } });
  };
  const negative = textOf(form.values[NEGATIVE]);
  // What is wrong first, then what is missing, then what is good.
  const reasons = score.reasons.toSorted((one, other) => rank(one) - rank(other));
  return (
    <>
      <ul className="max-h-96 overflow-auto p-1.5">
        {reasons.map((reason, index) => {
          const Icon = reason.points < 0 ? TriangleAlert : reason.points === reason.of && reason.of > 0 ? Check : Minus;
          const mended = reason.mend && (leaves || reason.mend.negative_prompt === negative) ? reason.mend : null;
          return (
            <li key={`${reason.code}${index}`} className="flex items-start gap-2.5 rounded-sm px-2 py-1.5 text-sm">
              <Icon size={15} aria-hidden className={cx("mt-0.5 shrink-0", reason.points < 0 ? "text-warn" : Icon === Check ? "text-ok" : "text-fg-3")} />
              <span className="min-w-0 flex-1 leading-5">
                {said(reason.message)}
                {reason.what !== "" && <span className="block truncate text-xs text-fg-3">{reason.what}</span>}
              </span>
              <span className="num mt-0.5 shrink-0 text-2xs text-fg-3">{reason.of > 0 ? `${reason.points}/${reason.of}` : reason.points}</span>
              {mended && (
                <Button size="sm" aria-label={t("score.mendWhat", { what: said(reason.message) })} onClick={() => mend(mended)}>
                  {t("score.mend")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <div className="border-t border-line px-3.5 py-2.5">
        <p className="mb-2 text-xs text-fg-3">{t("score.text")}</p>
        <Switch label={t("suggest.switch")} checked={suggests} onChange={(next) => useWriting.setState({ suggests: next })} />
      </div>
    </>
  );
}

const rank = (reason: Score["reasons"][number]) => (reason.points < 0 ? 0 : reason.points < reason.of ? 1 : 2);
