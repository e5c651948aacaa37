/** Pictures that follow each other: the form, the film that came of them, and the line on which they stand. */

import "@/i18n/footage";
import "@/i18n/edit";
import { useQuery } from "@tanstack/react-query";
import { Images } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, type Operation, type Run } from "@/api";
import { useAssetActions } from "@/features/assets/actions";
import { Playing } from "@/features/assets/Playing";
import { useFollowed } from "@/features/edit/follow";
import { Results } from "@/features/edit/Results";
import { Running } from "@/features/edit/Running";
import { useBenchSearch } from "@/features/edit/search";
import { Strip } from "@/features/edit/Strip";
import { FormFields, ModelField, RunButton, said, useForm } from "@/features/forms";
import { optionsOf, textOf, type Values } from "@/features/forms/schema";
import { Trouble } from "@/features/runs/Trouble";
import { useActions } from "@/shell/actions";
import { announce } from "@/shell/announce";
import { Button, Empty } from "@/ui";
import { product } from "./price";
import { nameOf, useResults } from "./results";
import { Shell } from "./Shell";
import { lengthOf, type Shot, shotsOf, valuesOf } from "./shots";
import { SoundField } from "./SoundField";
import { Timeline } from "./Timeline";

interface SequenceProps {
  operation: Operation;
  operations: readonly Operation[];
  head: ReactNode;
}

const MOST = 50;

export function Sequence({ operation, operations, head }: SequenceProps) {
  const { t } = useTranslation(["footage", "edit"]);
  const { search, go } = useBenchSearch();
  const [sheet, setSheet] = useState(false);
  const form = useForm(operation);
  const shots = useMemo(() => shotsOf(form.values), [form.values]);
  const usual = { seconds: Number(form.values["seconds"] ?? 3), then: textOf(form.values["transition"]) || "fade" };
  const { change } = form;
  const set = useCallback((next: readonly Shot[]) => change(valuesOf(next)), [change]);

  // A picture that was sent here stands last on the line.
  useEffect(() => {
    if (search.asset === undefined) return;
    if (search.show === undefined && !shots.some((shot) => shot.image === search.asset)) set([...shots, { image: search.asset, ...usual }]);
    go({ asset: undefined }, true);
  }, [search.asset]); // eslint-disable-line react-hooks/exhaustive-deps -- once for each that is sent

  // What all have in common is set for all.
  const common = useRef({ seconds: usual.seconds, then: usual.then });
  useEffect(() => {
    const before = common.current;
    if (before.seconds === usual.seconds && before.then === usual.then) return;
    common.current = { seconds: usual.seconds, then: usual.then };
    set(shots.map((shot) => ({ ...shot, ...(before.seconds === usual.seconds ? {} : { seconds: usual.seconds }), ...(before.then === usual.then ? {} : { then: usual.then }) })));
  }, [usual.seconds, usual.then, shots, set]);

  const results = useResults(operations);
  const { data: shown } = useQuery({ ...assetOf(search.show ?? ""), enabled: search.show !== undefined });
  const there = shown && shown.deleted_at === null ? shown : undefined;
  const ops = useMemo(() => new Set([operation.op]), [operation.op]);
  const done = useCallback(
    (run: Run) => {
      const [first] = run.outputs;
      if (!first) return;
      announce(t("edit:run.done", { title: run.title }));
      go({ show: first.id });
    },
    [t, go],
  );
  const { run, state, follow } = useFollowed("", ops, done);
  const going = run && (state === "queued" || state === "running");
  const actions = useAssetActions(there);
  useActions(actions);

  const total = lengthOf(shots);
  const between = form.fields.find((field) => field.name === "transition");
  const audio = form.fields.find((field) => field.name === "audio");
  const onRun = (next: Run) => {
    follow(next);
    setSheet(false);
  };
  const button = { form, onRun, sum: product(total > 0 ? total : null, form.estimate?.price) };
  const panel = (
    <>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="p-4 pb-0">{head}</div>
        <FormFields form={form} hide={["images", "lengths", "transitions", "audio"]} model={<ModelField form={form} />} />
        <div className="px-4 pb-4">{audio && <SoundField form={form} field={audio} />}</div>
      </div>
      <RunButton {...button} />
    </>
  );
  return (
    <Shell
      panel={panel}
      button={<RunButton {...button} bare />}
      shown={there?.id}
      sheet={sheet}
      onSheet={setSheet}
      bar={
        <>
          {there ? (
            <Button size="sm" onClick={() => go({ show: undefined })}>
              <Images size={14} aria-hidden />
              {t("line.back")}
            </Button>
          ) : (
            <h2 className="truncate text-sm font-semibold">{t("line.label")}</h2>
          )}
          {there && <Results here="transform" actions={actions} refine={undefined} further={undefined} />}
        </>
      }
      strip={
        <>
          <Timeline shots={shots} between={between ? optionsOf(between) : []} most={MOST} usual={usual} onChange={set} />
          {results.length > 0 && (
            <Strip
              label={t("edit:strip.results")}
              versions={results.map((result) => result.asset)}
              waiting={going ? [run] : []}
              shown={there?.id ?? ""}
              nameOf={(one) => nameOf(one, operations)}
              onShow={(one) => {
                const input: Values = results.find((result) => result.asset.id === one.id)?.run.input ?? {};
                const op = results.find((result) => result.asset.id === one.id)?.run.op;
                go({ op, show: one.id, ...(typeof input["image"] === "string" ? { asset: input["image"] } : {}) });
              }}
            />
          )}
        </>
      }
    >
      {there ? <Playing asset={there} /> : shots.length === 0 ? <Empty title={t("choose.sequence")}>{t("choose.sequenceText")}</Empty> : <Sheet shots={shots} />}
      {going && <Running run={run} title={said(operation.title)} />}
      {run && (state === "failed" || state === "unknown") && (
        <div className="absolute inset-x-3 top-3 z-10 mx-auto max-w-[620px]">
          <Trouble run={run} onAgain={follow} onDismiss={() => follow(null)} />
        </div>
      )}
    </Shell>
  );
}

/** The pictures as they will follow each other, until there is a film of them. */
function Sheet({ shots }: { shots: readonly Shot[] }) {
  return (
    <div className="grid size-full content-center justify-center gap-2 overflow-auto p-6" style={{ gridTemplateColumns: `repeat(${Math.min(4, shots.length)}, minmax(0, 220px))` }}>
      {shots.map((shot, index) => (
        <img key={`${shot.image} ${index}`} src={`/api/assets/${shot.image}/thumbnail?size=512`} alt="" className="aspect-video w-full rounded-md object-cover shadow-card" />
      ))}
    </div>
  );
}
