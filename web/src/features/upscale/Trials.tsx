/** What several made of the same part, and that part as it was: side by side, zoomed and moved as one. */

import "@/i18n/upscale";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { OVER, runOf, type Asset, type Offer } from "@/api";
import type { Rect, Size } from "@/engine/view";
import { Frame, Pixels, STAGE, useStage, useZoomActions, ZoomBar } from "@/features/compare";
import { said } from "@/features/forms";
import { price } from "@/lib/format";
import { useMedia } from "@/lib/media";
import { useNow } from "@/live/now";
import { useActions } from "@/shell/actions";
import { Button, cx, Ring } from "@/ui";

export interface Trial {
  offer: Offer;
  run: string;
  /** What all of the picture costs. */
  whole: number | null;
}

interface TrialsProps {
  asset: Asset;
  region: Rect;
  /** Of the enlarged part. */
  size: Size;
  trials: readonly Trial[];
  onBack: () => void;
  onChoose: (offer: string) => void;
}

type Stage = ReturnType<typeof useStage>;

const INSETS = { top: 16, right: 16, bottom: 16, left: 16 };
/** So many stand in one row. */
const ROW = 3;

export function Trials({ asset, region, size, trials, onBack, onChoose }: TrialsProps) {
  const { t } = useTranslation("upscale");
  const phone = useMedia("(max-width: 767px)");
  const stage = useStage(size, { insets: INSETS });
  useActions(useZoomActions(stage.camera));
  const many = trials.length + 1;
  const columns = phone ? 1 : many <= ROW ? many : Math.ceil(many / 2);
  return (
    <div className="flex size-full min-h-0 flex-col">
      <div className="grid min-h-0 flex-1 auto-rows-fr gap-px bg-line" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        <Before stage={stage} asset={asset} region={region} />
        {trials.map((trial) => (
          <After key={trial.run} stage={stage} trial={trial} onChoose={() => onChoose(trial.offer.id)} />
        ))}
      </div>
      <div className="flex shrink-0 flex-wrap items-center justify-between gap-2 border-t border-line bg-bg px-3 py-2">
        <Button size="sm" onClick={onBack}>
          <ArrowLeft size={14} aria-hidden />
          {t("try.back")}
        </Button>
        <ZoomBar camera={stage.camera} />
      </div>
    </div>
  );
}

interface PaneProps {
  stage: Stage;
  name: string;
  foot: React.ReactNode;
  children: React.ReactNode;
  cover?: React.ReactNode;
}

function Pane({ stage, name, foot, children, cover }: PaneProps) {
  return (
    <section aria-label={name} className="flex min-h-0 min-w-0 flex-col bg-canvas">
      <div className="relative min-h-0 flex-1">
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys zoom and move what is in it */}
        <div ref={stage.attach} role="group" aria-label={name} tabIndex={0} className={STAGE}>
          {children}
        </div>
        {cover !== undefined && <div className="pointer-events-none absolute inset-0 grid place-items-center p-4 text-center text-sm">{cover}</div>}
      </div>
      <div className="flex min-h-12 shrink-0 items-center justify-between gap-2 bg-panel px-3 py-1.5">{foot}</div>
    </section>
  );
}

function Before({ stage, asset, region }: { stage: Stage; asset: Asset; region: Rect }) {
  const { t } = useTranslation("upscale");
  const share = (part: number, whole: number) => `${(part / whole) * 100}%`;
  return (
    <Pane stage={stage} name={t("try.before")} foot={<span className="truncate text-sm font-medium">{t("try.before")}</span>}>
      <div className={cx("absolute top-0 left-0 overflow-hidden", asset.facts["alpha"] === true && "checkered")} style={{ transform: "translate(var(--x), var(--y))", width: "var(--w)", height: "var(--h)" }}>
        <img
          src={asset.file}
          alt=""
          draggable={false}
          className="absolute max-w-none select-none in-data-[pixels=true]:[image-rendering:pixelated]"
          style={{ width: share(asset.width, region.width), height: share(asset.height, region.height), left: share(-region.x, region.width), top: share(-region.y, region.height) }}
        />
      </div>
    </Pane>
  );
}

function After({ stage, trial, onChoose }: { stage: Stage; trial: Trial; onChoose: () => void }) {
  const { t } = useTranslation("upscale");
  const { data: run } = useQuery(runOf(trial.run));
  const now = useNow(trial.run);
  const made = run?.outputs[0];
  const over = run !== undefined && (OVER.has(run.state) || run.state === "unknown");
  const name = said(trial.offer.title);
  return (
    <Pane
      stage={stage}
      name={name}
      cover={made ? undefined : over ? <span className="text-bad">{run.error ? said(run.error.title) : t("try.nothing")}</span> : <Ring value={Math.max(run?.progress ?? 0, now?.progress ?? 0, 0.02)} size={28} />}
      foot={
        <>
          <span className="min-w-0">
            <span className="block truncate text-sm font-medium">{name}</span>
            <span className="num block truncate text-2xs text-fg-3">{trial.whole === null ? "" : t("try.whole", { whole: price(trial.whole) })}</span>
          </span>
          <Button size="sm" disabled={!made} onClick={onChoose} aria-label={t("try.takeThis", { name })}>
            <Check size={14} aria-hidden />
            {t("try.take")}
          </Button>
        </>
      }
    >
      {made && (
        <Frame asset={made}>
          <Pixels key={made.id} asset={made} camera={stage.camera} />
        </Frame>
      )}
    </Pane>
  );
}
