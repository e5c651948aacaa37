/** Pictures without their names: which is better? The names are shown when all has been asked. */

import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset, Comparison } from "@/api";
import { Still, useStage, useZoomActions, ZoomBar } from "@/features/compare";
import { useActions, type Action } from "@/shell/actions";
import { Button, Dialog, Empty, Segment } from "@/ui";
import { vote } from "./api";
import { pairsOf, shuffled } from "./ballot";
import { Tally } from "./Tally";
import { pictureOf } from ".";

const INSETS = { top: 8, right: 8, bottom: 8, left: 8 };

export function Vote({ comparison, onClose }: { comparison: Comparison; onClose: () => void }) {
  const { t } = useTranslation("comparison");
  // As it is now: what comes meanwhile does not mix the pairs anew.
  const [there] = useState(() =>
    comparison.cells.flatMap((cell) => {
      const picture = pictureOf(cell.run?.outputs);
      return picture && cell.run?.state === "succeeded" ? [{ place: cell.place, picture }] : [];
    }),
  );
  const [way, setWay] = useState<"pairs" | "best">("pairs");
  const [over, setOver] = useState(false);
  return (
    <Dialog title={t("ballot.title")} open onClose={onClose} sheet="full">
      <div className="flex size-full min-h-0 flex-col gap-3">
        {over ? (
          <>
            <p role="status">{t("ballot.done")}</p>
            <div className="min-h-0 flex-1 overflow-auto">
              <Tally comparison={comparison} />
            </div>
          </>
        ) : there.length < 2 ? (
          <Empty title={t("ballot.few")} />
        ) : (
          <>
            <div className="flex flex-wrap items-center gap-3">
              <Segment
                label={t("ballot.how")}
                hideLabel
                value={way}
                onChange={(value) => setWay(value as "pairs" | "best")}
                items={[
                  { value: "pairs", label: t("ballot.pairs") },
                  { value: "best", label: t("ballot.best") },
                ]}
                className="w-[240px]"
              />
              <Button size="sm" look="ghost" onClick={() => setOver(true)} className="ml-auto">
                {t("ballot.reveal")}
              </Button>
            </div>
            {way === "pairs" ? (
              <Pairs there={there} comparison={comparison} onOver={() => setOver(true)} />
            ) : (
              <Best there={there} comparison={comparison} onOver={() => setOver(true)} />
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}

interface BallotProps {
  there: readonly { place: number; picture: Asset }[];
  comparison: Comparison;
  onOver: () => void;
}

function Pairs({ there, comparison, onOver }: BallotProps) {
  const { t } = useTranslation("comparison");
  const across = comparison.axes[0]?.values.length ?? 1;
  const [pairs] = useState(() => pairsOf(there.map((one) => one.place), across));
  const [at, setAt] = useState(0);
  const [left, right] = (pairs[at] ?? [0, 0]).map((place) => there.find((one) => one.place === place)!.picture) as [Asset, Asset];
  const stage = useStage(left, { insets: INSETS, arrows: false });
  const zooms = useZoomActions(stage.camera);
  const next = () => (at + 1 < pairs.length ? setAt(at + 1) : onOver());
  const choose = (winner: number, loser: number) => {
    next();
    void vote(comparison.id, winner, loser);
  };
  const [one, other] = pairs[at] ?? [0, 0];
  useActions(
    useMemo<Action[]>(
      () => [
        { id: "ballot.left", name: t("ballot.left"), keys: "arrowleft", perform: () => choose(one, other) },
        { id: "ballot.right", name: t("ballot.right"), keys: "arrowright", perform: () => choose(other, one) },
        { id: "ballot.alike", name: t("ballot.alike"), keys: "arrowdown", perform: next },
        ...zooms,
      ],
      [t, one, other, at, zooms], // eslint-disable-line react-hooks/exhaustive-deps -- what they do is made of these
    ),
    { modal: true },
  );
  const half = (asset: Asset, name: string, pick: () => void) => (
    <div className="flex min-h-0 min-w-0 flex-col gap-2">
      <div className="min-h-0 flex-1 overflow-hidden rounded-lg">
        {/* Its title may tell what it is. */}
        <Still key={asset.id} asset={{ ...asset, title: name, facts: { ...asset.facts, described: {} } }} stage={stage} />
      </div>
      <Button look="primary" size="lg" aria-label={`${name}: ${t("ballot.this")}`} onClick={pick}>
        {t("ballot.this")}
      </Button>
    </div>
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3">
      <div className="grid min-h-0 flex-1 grid-cols-2 gap-3 portrait:grid-cols-1 portrait:grid-rows-2">
        {half(left, t("ballot.left"), () => choose(one, other))}
        {half(right, t("ballot.right"), () => choose(other, one))}
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span role="status" className="num text-xs text-fg-3">
          {t("ballot.of", { n: at + 1, count: pairs.length })}
        </span>
        <ZoomBar camera={stage.camera} />
        <Button size="sm" onClick={next}>
          {t("ballot.alike")}
        </Button>
      </div>
    </div>
  );
}

function Best({ there, comparison, onOver }: BallotProps) {
  const { t } = useTranslation("comparison");
  const [mixed] = useState(() => shuffled(there));
  return (
    <div className="grid min-h-0 flex-1 auto-rows-max grid-cols-[repeat(auto-fill,minmax(220px,1fr))] gap-2.5 overflow-auto max-md:grid-cols-2">
      {mixed.map(({ place, picture }, index) => (
        <button
          key={place}
          type="button"
          aria-label={t("ballot.pick", { n: index + 1 })}
          onClick={() => {
            onOver();
            void vote(comparison.id, place, null);
          }}
          className="overflow-hidden rounded-lg border border-line bg-raised hover:border-ring"
        >
          <img src={`${picture.thumbnail}?size=512`} alt="" className="aspect-square size-full object-contain" />
        </button>
      ))}
    </div>
  );
}
