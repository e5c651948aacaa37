/** One picture that shall move, speak or stand: the form, the picture with its tools, and what came of it. */

import "@/i18n/footage";
import "@/i18n/edit";
import { Brush, Columns2, Eye, SquareDashed } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { assetOf, type Asset, type Operation, type Run } from "@/api";
import { useAssetActions } from "@/features/assets/actions";
import { Playing } from "@/features/assets/Playing";
import { Still, useStage, useZoomActions, ZoomBar } from "@/features/compare";
import { boxIn } from "@/features/edit/box";
import { BoxEditor } from "@/features/edit/BoxEditor";
import { IMAGE, modeOf, type OnPicture } from "@/features/edit/fields";
import { useFollowed } from "@/features/edit/follow";
import { Paint } from "@/features/edit/Paint";
import { Results } from "@/features/edit/Results";
import { Running } from "@/features/edit/Running";
import { type Tool, useBenchSearch } from "@/features/edit/search";
import { Strip } from "@/features/edit/Strip";
import { useMask } from "@/features/edit/useMask";
import Player from "@/features/footage/Player";
import { FormFields, ModelField, PictureField, RunButton, said, useForm, type Form } from "@/features/forms";
import { Improve } from "@/features/wording/Improve";
import { textOf } from "@/features/forms/schema";
import { Trouble } from "@/features/runs/Trouble";
import { useActions, type Action } from "@/shell/actions";
import { announce } from "@/shell/announce";
import { Button, Label, Segment } from "@/ui";
import { Animatic } from "./Animatic";
import { Focus } from "./Focus";
import { MotionField } from "./MotionField";
import { product } from "./price";
import { nameOf, sketched, useResults } from "./results";
import { Shell } from "./Shell";
import { SoundField } from "./SoundField";
import { lasts, VoiceField } from "./VoiceField";

interface WorkbenchProps {
  asset: Asset;
  operation: Operation;
  /** The operations of this way, among which one chooses here. */
  those: readonly Operation[];
  /** All of the room. */
  operations: readonly Operation[];
  places: OnPicture;
  head: ReactNode;
}

const INSETS = { top: 24, right: 24, bottom: 68, left: 24 };

export function Workbench({ asset, operation, those, operations, places, head }: WorkbenchProps) {
  const { t } = useTranslation(["footage", "edit"]);
  const { search, go } = useBenchSearch();
  const [sheet, setSheet] = useState(false);
  const [beside, setBeside] = useState(false);
  const [opened, setOpened] = useState(search.tool === "paint");
  const mask = useMask(asset, operation.op, places);
  const fixed = useMemo(() => ({ [IMAGE]: asset.id, ...(places.mask ? { [places.mask.name]: mask.value } : {}) }), [asset.id, places.mask, mask.value]);
  const form = useForm(operation, fixed);
  const field = (name: string) => form.fields.find((one) => one.name === name);
  const motion = field("motion");
  const end = form.fields.find((one) => one.hint.mode === "end");
  const [across, down] = [field("focus_x"), field("focus_y")];
  const [audio, script, voice] = [field("audio"), field("script"), field("voice")];

  const tool: Tool = (search.tool === "paint" && places.mask) || (search.tool === "box" && places.box) ? search.tool : "view";
  const setTool = useCallback(
    (next: Tool) => {
      setSheet(false);
      if (next === "paint") setOpened(true);
      go({ tool: next === "view" ? undefined : next }, true);
    },
    [go],
  );

  const { data: named } = useQuery({ ...assetOf(search.show ?? asset.id), initialData: search.show === undefined ? asset : undefined });
  const shown = named && named.deleted_at === null ? named : asset;
  const results = useResults(operations);
  const ops = useMemo(() => new Set(operations.map((one) => one.op)), [operations]);
  const done = useCallback(
    (run: Run) => {
      const [first] = run.outputs;
      if (!first) return;
      announce(t("edit:run.done", { title: run.title }));
      go({ show: first.id, tool: undefined });
    },
    [t, go],
  );
  const { run, state, waiting, follow } = useFollowed(asset.id, ops, done);
  const going = run && (state === "queued" || state === "running");
  useEffect(() => {
    if (state === "failed" && run) announce(t("edit:run.failed", { title: run.title }));
  }, [state, run, t]);

  const boxed = places.box ? boxIn(form.values[places.box.name]) : null;
  const hadBox = useRef(boxed !== null);
  useEffect(() => {
    if (boxed !== null && !hadBox.current && tool !== "box") setTool("box");
    hadBox.current = boxed !== null;
  }, [boxed, tool, setTool]);

  // The sketch and what was bought after it are of the same picture.
  const mine = results.filter((result) => result.run.input[IMAGE] === asset.id);
  const here = mine.find((result) => result.asset.id === shown.id);
  const isSketch = here !== undefined && sketched(here.run, operations);
  const sketch = mine.find((result) => sketched(result.run, operations));
  const other = here && !isSketch && shown.kind === "video" && sketch && here.run.op === sketch.run.op ? sketch.asset : undefined;

  const tools = [
    { value: "view" as const, name: t("edit:tool.view"), keys: "shift+v", Icon: Eye, there: true },
    { value: "paint" as const, name: t("edit:tool.paint"), keys: "shift+p", Icon: Brush, there: places.mask !== undefined },
    { value: "box" as const, name: t("edit:tool.box"), keys: "shift+b", Icon: SquareDashed, there: places.box !== undefined },
  ].filter((one) => one.there);
  const actions = useAssetActions(shown);
  useActions(actions, { when: tool === "view" });
  useActions(
    useMemo<Action[]>(
      () => [
        ...(places.mask ? [{ id: "edit.paint", name: t("edit:tool.paint"), group: t("edit:group"), icon: Brush, keys: "shift+p", perform: () => setTool("paint") }] : []),
        ...(places.box ? [{ id: "edit.box", name: t("edit:tool.box"), group: t("edit:group"), icon: SquareDashed, keys: "shift+b", perform: () => setTool("box") }] : []),
        ...(tool === "view" ? [] : [{ id: "edit.leave", name: t("edit:tool.view"), keys: "escape", hidden: true, perform: () => setTool("view") }]),
      ],
      [t, places, tool, setTool],
    ),
  );

  const onRun = (next: Run) => {
    mask.settle();
    follow(next);
    setSheet(false);
  };
  const source = () => go({ show: undefined, tool: undefined });
  const recorded = useRecorded(form, audio?.name);
  const long = recorded ?? secondsOf(form);
  const button = { form, prepare: mask.prepare, onRun, sum: operation.makes === "video" ? product(long, form.estimate?.price) : undefined };
  const hide = [IMAGE, ...(end ? [end.name] : []), ...(motion?.hint.options?.some((option) => option.picture) ? ["motion"] : []), ...(across && down ? ["focus_x", "focus_y"] : []), ...(places.mask ? [places.mask.name] : []), ...(script ? ["audio", "script", "voice"] : audio ? ["audio"] : [])];
  const panel = (
    <>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="flex flex-col gap-4.5 p-4 pb-0">
          {head}
          <PictureField title={end ? t("ends.start") : t("edit:source")} value={asset.id} onChange={(next) => next !== null && go({ asset: next, show: undefined, tool: undefined })} optional={false} />
          {end && (
            <div>
              <PictureField title={said(end.title)} help={end.description === undefined ? undefined : said(end.description)} value={textOf(form.values[end.name]) || null} onChange={(next) => form.set(end.name, next)} optional />
              {form.faults.has(end.name) && (
                <p role="alert" className="mt-1 text-xs text-bad">
                  {form.faults.get(end.name)}
                </p>
              )}
            </div>
          )}
          {those.length > 1 && <Segment label={t("edit:operation")} value={operation.op} onChange={(op) => go({ op, show: undefined, tool: undefined })} items={those.map((one) => ({ value: one.op, label: said(one.title) }))} />}
          {motion && hide.includes("motion") && <MotionField form={form} field={motion} />}
          {across && down && (
            <p className="text-xs text-fg-3">
              {t("focus.hint")}{" "}
              {shown.id !== asset.id && (
                <button type="button" className="underline decoration-line-2 underline-offset-2 hover:text-fg" onClick={source}>
                  {t("focus.show")}
                </button>
              )}
            </p>
          )}
          {audio && script && <VoiceField form={form} audio={audio} script={script} voice={voice} />}
          {places.mask && (
            <div>
              <Label>{said(places.mask.title)}</Label>
              <div className="flex items-center gap-2">
                <Button size="sm" onClick={() => setTool("paint")}>
                  <Brush size={14} aria-hidden />
                  {mask.painted ? t("edit:mask.painted") : t("edit:mask.paint")}
                </Button>
                {mask.painted && (
                  <Button size="sm" look="ghost" onClick={mask.clear}>
                    {t("edit:mask.clear")}
                  </Button>
                )}
              </div>
              {places.mask.description !== undefined && <p className="mt-1.5 text-xs text-fg-3">{modeOf(places.mask) === "trimap" ? t("edit:mask.trimap") : said(places.mask.description)}</p>}
            </div>
          )}
        </div>
        <FormFields form={form} hide={hide} source={asset} model={<ModelField form={form} />} tool={<Improve form={form} />} />
        <div className="flex flex-col gap-4.5 px-4 pb-4">
          {audio && !script && <SoundField form={form} field={audio} />}
          <Animatic form={form} onRun={onRun} />
        </div>
      </div>
      <RunButton {...button} />
    </>
  );
  const names = new Map(results.filter((result) => sketched(result.run, operations)).map((result) => [result.asset.id, t("animatic.name")]));
  return (
    <Shell
      panel={panel}
      button={<RunButton {...button} bare />}
      shown={shown.id}
      sheet={sheet}
      onSheet={setSheet}
      bar={
        <>
          {tools.length > 1 && (
            <Segment
              label={t("edit:tool.title")}
              hideLabel
              value={tool}
              onChange={(next) => setTool(next as Tool)}
              className="shrink-0"
              items={tools.map(({ value, name, Icon }) => ({
                value,
                label: (
                  <span className="flex items-center gap-1.5 px-1.5">
                    <Icon size={14} aria-hidden />
                    {name}
                  </span>
                ),
              }))}
            />
          )}
          {isSketch && <p className="rounded-full bg-warn-soft px-2.5 py-1 text-xs font-medium whitespace-nowrap text-warn">{t("animatic.label")}</p>}
          {other && (
            <Button size="sm" aria-pressed={beside} onClick={() => setBeside(!beside)}>
              <Columns2 size={14} aria-hidden />
              {t("animatic.beside")}
            </Button>
          )}
          <Results here="transform" actions={actions} refine={undefined} further={shown.id !== asset.id && shown.kind === "image" ? () => go({ asset: shown.id, show: undefined }) : undefined} />
        </>
      }
      strip={
        <Strip
          label={t("edit:strip.results")}
          versions={[asset, ...results.map((result) => result.asset)]}
          waiting={waiting}
          shown={shown.id}
          nameOf={(one) => (one.id === asset.id ? t("edit:strip.original") : (names.get(one.id) ?? nameOf(one, operations)))}
          onShow={(one) => {
            const result = results.find((each) => each.asset.id === one.id);
            if (!result) return source();
            const from = result.run.input[IMAGE];
            go({ ...(typeof from === "string" ? { asset: from } : {}), op: result.run.op, show: one.id, tool: undefined });
          }}
        />
      }
    >
      {tool === "view" &&
        (other && beside ? (
          <div className="grid size-full grid-cols-2 max-md:grid-cols-1 max-md:grid-rows-2">
            <Named name={t("animatic.label")}>
              <Player key={other.id} asset={other} keys={false} />
            </Named>
            <Named name={said(operation.offers.find((offer) => offer.id === here?.run.offer)?.title ?? shown.title)}>
              <Player key={shown.id} asset={shown} />
            </Named>
          </div>
        ) : shown.kind !== "image" ? (
          <Playing asset={shown} />
        ) : across && down && shown.id === asset.id ? (
          <Focus asset={asset} x={Number(form.values["focus_x"] ?? 0.5)} y={Number(form.values["focus_y"] ?? 0.5)} onChange={(x, y) => form.change({ focus_x: x, focus_y: y })} />
        ) : (
          <Seen key={`${shown.width} ${shown.height}`} asset={shown} />
        ))}
      {places.box && tool === "box" && <BoxEditor asset={asset} title={said(places.box.title)} value={boxed} onChange={(next) => places.box && form.set(places.box.name, next)} />}
      {places.mask && (opened || tool === "paint") && <Paint ref={mask.editor} asset={asset} cutout={undefined} mode={modeOf(places.mask)} draftKey={mask.draftKey} active={tool === "paint"} onChange={mask.changed} />}
      {going && <Running run={run} title={said(operations.find((one) => one.op === run.op)?.title ?? run.title)} />}
      {run && (state === "failed" || state === "unknown") && (
        <div className="absolute inset-x-3 top-3 z-10 mx-auto max-w-[620px]">
          <Trouble run={run} onAgain={follow} onDismiss={() => follow(null)} />
        </div>
      )}
    </Shell>
  );
}

function Named({ name, children }: { name: string; children: ReactNode }) {
  return (
    <figure className="relative min-h-0 min-w-0 border-line not-first:border-l">
      <figcaption className="absolute top-2 left-2 z-1 rounded-sm bg-overlay px-2 py-1 text-xs font-medium shadow-card">{name}</figcaption>
      {children}
    </figure>
  );
}

/** How long the film will be, where the form says it. */
function secondsOf(form: Form): number | null {
  const told = form.values["seconds"];
  if (typeof told === "number") return told;
  const script = textOf(form.values["script"]);
  return script === "" ? null : lasts(script);
}

/** Of a film that is as long as its sound, the seconds of that. */
function useRecorded(form: Form, audio: string | undefined): number | null {
  const value = audio === undefined ? undefined : form.values[audio];
  const id = typeof form.values["seconds"] !== "number" && typeof value === "string" ? value : "";
  const { data } = useQuery({ ...assetOf(id), enabled: id !== "" });
  const seconds = data?.facts["seconds"];
  return id !== "" && typeof seconds === "number" ? seconds : null;
}

/** One picture, to be looked at. */
function Seen({ asset }: { asset: Asset }) {
  const stage = useStage(asset, { insets: INSETS });
  useActions(useZoomActions(stage.camera));
  return (
    <>
      <Still asset={asset} stage={stage} />
      <div className="pointer-events-none absolute inset-x-2 bottom-3 flex justify-center *:pointer-events-auto">
        <ZoomBar camera={stage.camera} />
      </div>
    </>
  );
}
