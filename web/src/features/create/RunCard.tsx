/** One run: what was asked, how far it is, what came of it, and what to do when it did not work out. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { ArrowUpFromLine, Ellipsis, RotateCcw, X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, OVER, stylesOf, type Asset, type Run } from "@/api";
import { humane, said, useDrafts, written, type Form } from "@/features/forms";
import { cancelRun, rerun } from "@/features/runs";
import { Trouble } from "@/features/runs/Trouble";
import { copyText } from "@/lib/clipboard";
import { dollars, moment, price } from "@/lib/format";
import { useNow } from "@/live/now";
import { Button, cx, IconButton, Menu, Progress } from "@/ui";
import { Coming, Tile, useOpen } from "./Tile";

interface RunCardProps {
  run: Run;
  form: Form;
  picked: Asset | null;
  onPick: (asset: Asset) => void;
}

export function RunCard({ run, form, picked, onPick }: RunCardProps) {
  const { t } = useTranslation("create");
  const now = useNow(run.id);
  const state = OVER.has(run.state) || run.state === "unknown" ? run.state : (now?.state ?? run.state);
  const glimpse = useGlimpse(run.id, state === "running" ? (now?.preview ?? 0) : 0);
  const over = OVER.has(state) || state === "unknown";
  const outputs = useMemo(() => run.outputs.filter((asset) => asset.deleted_at === null), [run.outputs]);
  const open = useOpen(outputs);
  const [dismissed, setDismissed] = useState(false);
  const edit = () => {
    form.change(written(run.input));
    document.querySelector<HTMLElement>("[data-prompt]")?.focus();
  };
  if (over && run.outputs.length > 0 && outputs.length === 0) return null;
  const coming = over ? 0 : Math.max(0, run.expected - run.outputs.length);
  const progress = Math.max(run.progress, now?.progress ?? 0);
  const ratio = ratioOf(run);
  return (
    <article aria-label={t("run", { title: run.title })}>
      <Heading run={run} state={state} progress={progress} stopping={now?.stopping ?? run.stopping} note={now?.note ?? run.note} />
      {!over && <Progress value={state === "queued" ? 0 : progress} label={t("progress")} className="mb-3" />}
      {(outputs.length > 0 || coming > 0) && (
        <div className={cx("grid gap-2.5", columns(ratio, outputs.length + coming))}>
          {outputs.map((asset) => (
            <Tile key={asset.id} asset={asset} on={picked?.id === asset.id} onPick={onPick} onOpen={open} />
          ))}
          {Array.from({ length: coming }, (_, index) => (
            <Coming
              key={`coming ${index}`}
              ratio={`${ratio}`}
              progress={state !== "running" || index > 0 ? null : Math.min(0.99, Math.max(0, progress * run.expected - run.outputs.length))}
              like={run.outputs.at(-1)?.thumbnail}
              glimpse={index === 0 ? glimpse : undefined}
              stopping={run.stopping}
            />
          ))}
        </div>
      )}
      {((state === "failed" && !dismissed) || state === "unknown") && <Trouble run={run} onEdit={edit} onDismiss={() => setDismissed(true)} className="mt-2" />}
      {over && run.notes.length > 0 && <p className="mt-2 text-xs text-fg-2">{run.notes.map(said).join(" ")}</p>}
    </article>
  );
}

/** How the next picture looks so far: the newest glimpse that has arrived, so that nothing flickers between two. */
function useGlimpse(run: string, preview: number): string | undefined {
  const [arrived, setArrived] = useState<string>();
  useEffect(() => {
    if (preview === 0) return setArrived(undefined);
    const picture = new Image();
    const place = `/api/runs/${run}/preview/${preview}`;
    picture.onload = () => setArrived(place);
    picture.src = place;
    return () => {
      picture.onload = null;
    };
  }, [run, preview]);
  return preview === 0 ? undefined : arrived;
}

function ratioOf(run: Run): number {
  const first = run.outputs[0];
  const [width, height] = first ? [first.width, first.height] : [Number(run.input["width"]), Number(run.input["height"])];
  return width > 0 && height > 0 ? width / height : 1;
}

/** As many in a row as their shape lets, and one picture alone is not blown up to the whole width. */
function columns(ratio: number, pictures: number): string {
  if (pictures === 1) return ratio > 1.3 ? "max-w-[560px]" : ratio < 0.8 ? "max-w-[320px]" : "max-w-[420px]";
  if (pictures === 2) return cx("grid-cols-2", ratio > 1.3 ? "max-w-[1000px]" : ratio < 0.8 ? "max-w-[560px]" : "max-w-[760px]");
  return cx("max-md:grid-cols-2", ratio > 1.3 ? "grid-cols-3" : ratio < 0.8 ? "grid-cols-5" : "grid-cols-4");
}

interface HeadingProps {
  run: Run;
  state: string;
  progress: number;
  stopping: boolean;
  note: string;
}

function Heading({ run, state, progress, stopping, note }: HeadingProps) {
  const { t } = useTranslation("create");
  const { data: known } = useSuspenseQuery(operations);
  const offers = known.find((operation) => operation.op === run.op)?.offers ?? [];
  const offer = offers.find((one) => one.id === run.offer);
  const over = OVER.has(state) || state === "unknown";
  const prompt = typeof run.input["prompt"] === "string" ? run.input["prompt"] : run.title;
  const styles = useQuery(stylesOf()).data;
  const own = run.input["own_style"] as { title?: string } | null | undefined;
  const style = typeof run.input["style"] === "string" ? (own?.title ?? said(styles?.find(({ id }) => id === run.input["style"])?.title ?? humane(run.input["style"]))) : undefined;
  const left = Math.max(1, Math.round(run.seconds * (1 - progress)));
  const recall = () => useDrafts.getState().put(run.op, { offer: offers.length > 1 ? run.offer : null, values: written(run.input) });
  return (
    <div className="mb-2.5 flex items-start gap-3">
      <div className="min-w-0 flex-1">
        <h2 className="line-clamp-2 text-sm font-medium">{prompt}</h2>
        <p className="num mt-0.5 flex flex-wrap items-center gap-x-2.5 text-xs text-fg-3">
          <span>{offer ? said(offer.title) : run.offer}</span>
          {typeof run.input["width"] === "number" && <span>{`${run.input["width"]} × ${Number(run.input["height"])}`}</span>}
          {style !== undefined && <span>{style}</span>}
          {over ? (
            <>
              <span>{moment(run.created_at)}</span>
              {(run.spent > 0 || state === "succeeded") && <span>{price(run.spent)}</span>}
              {state === "cancelled" && <span>{t("cancelled", { made: run.outputs.length, expected: run.expected })}</span>}
            </>
          ) : (
            <span className="text-fg-2">
              {stopping ? t("stopping") : state === "queued" ? said(note) || t("queued") : run.expected > 1 ? t("ready", { made: run.outputs.length, expected: run.expected, left }) : t("left", { left })}
            </span>
          )}
        </p>
        {run.ignored.length > 0 && <p className="mt-0.5 text-xs text-warn">{t("ignored", { words: run.ignored.join(", ") })}</p>}
      </div>
      {over ? (
        <div className="flex gap-0.5">
          <IconButton label={t("recall")} size="sm" onClick={recall}>
            <ArrowUpFromLine size={15} aria-hidden />
          </IconButton>
          <IconButton label={t("rerun")} size="sm" onClick={() => void rerun(run)}>
            <RotateCcw size={15} aria-hidden />
          </IconButton>
          <Menu
            trigger={
              <button type="button" aria-label={t("more")} className="grid size-7 place-items-center rounded-sm text-fg-2 hover:bg-hover hover:text-fg coarse:size-9">
                <Ellipsis size={15} aria-hidden />
              </button>
            }
            items={[
              { id: "prompt", label: t("copyPrompt"), onSelect: () => void copyText(prompt) },
              { id: "recipe", label: t("copyRecipe"), onSelect: () => void copyText(JSON.stringify({ op: run.op, offer: run.offer, input: run.input }, null, 2)) },
              { id: "id", label: t("copyId"), onSelect: () => void copyText(run.id) },
            ]}
          />
        </div>
      ) : (
        <Button size="sm" look="ghost" disabled={stopping} onClick={() => void cancelRun(run)}>
          <X size={14} aria-hidden />
          {run.price > 0 && run.outputs.length > 0 ? t("cancelPaid", { amount: dollars((run.price / run.expected) * run.outputs.length) }) : t("cancel")}
        </Button>
      )}
    </div>
  );
}
