import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { runsOf } from "@/api";
import { moment } from "@/lib/format";

/** What was asked for lately, to be asked for again. */
export function Recent({ ops, onTake }: { ops: readonly string[]; onTake: (prompt: string) => void }) {
  const { t } = useTranslation("create");
  const found = useInfiniteQuery(runsOf(ops));
  const prompts = useMemo(() => {
    const seen = new Map<string, { prompt: string; at: string; picture: string | undefined }>();
    for (const run of found.data?.pages.flatMap((page) => page.items) ?? []) {
      const prompt = run.input["prompt"];
      if (typeof prompt === "string" && !seen.has(prompt)) seen.set(prompt, { prompt, at: run.created_at, picture: run.outputs[0]?.thumbnail });
    }
    return [...seen.values()];
  }, [found.data]);
  if (found.isPending) return <div className="m-4 flex flex-col gap-2">{[1, 2, 3].map((n) => <div key={n} className="skeleton h-14" />)}</div>;
  if (prompts.length === 0) return <p className="p-4 text-sm text-fg-2">{t("recent.empty")}</p>;
  return (
    <ul className="flex flex-col gap-1 p-2.5">
      {prompts.map(({ prompt, at, picture }) => (
        <li key={prompt}>
          <button type="button" onClick={() => onTake(prompt)} className="flex w-full items-center gap-3 rounded-md p-1.5 text-left hover:bg-hover">
            {picture !== undefined ? <img src={`${picture}?size=256`} alt="" loading="lazy" className="size-11 shrink-0 rounded-sm object-cover" /> : <span className="size-11 shrink-0 rounded-sm bg-hover" />}
            <span className="min-w-0">
              <span className="line-clamp-2 text-sm leading-4.5">{prompt}</span>
              <span className="num block text-2xs text-fg-3">{moment(at)}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
