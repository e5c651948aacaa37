/** One picture and one operation: the form, the picture with its tools, and the versions that came of it. */

import "@/i18n/edit";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Brush, Crosshair, Eye, FlaskConical, History as Clock, Scaling, SlidersHorizontal, Spline, SquareDashed, Sun, VectorSquare, X } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, runsOf, versionsOf, type Asset, type Operation, type Run } from "@/api";
import { useAssetActions } from "@/features/assets/actions";
import { Playing } from "@/features/assets/Playing";
import { Still, useStage, useZoomActions, ZoomBar } from "@/features/compare";
import { guidesOf } from "@/features/control/guides";
import { RunButton, said, useForm } from "@/features/forms";
import { Trouble } from "@/features/runs/Trouble";
import { reportOf } from "@/features/upscale/report";
import { patient } from "@/lib/later";
import { useMedia } from "@/lib/media";
import { useActions, type Action } from "@/shell/actions";
import { announce } from "@/shell/announce";
import { Button, cx, Dialog, IconButton, Segment, Tip } from "@/ui";
import { Advice } from "./Advice";
import { boxIn } from "./box";
import { firstTool, IMAGE, modeOf, onPicture, type OnPicture, toolsOf } from "./fields";
import { bringBack } from "./bringBack";
import { useFollowed } from "./follow";
import { History, useVersionNames } from "./History";
import { useMask } from "./useMask";
import { Paint } from "./Paint";
import { Panel } from "./Panel";
import { Placing } from "./Placing";
import { Results } from "./Results";
import { Running } from "./Running";
import { useStaged, useStaging } from "./staging";
import { StagingStrip } from "./StagingStrip";
import { type Tool, useBenchSearch } from "./search";
import { Strip } from "./Strip";

const Compare = lazy(patient(() => import("@/features/compare/Compare")));
const TryOut = lazy(patient(() => import("@/features/upscale/TryOut")));
const GuideView = lazy(patient(() => import("@/features/control/GuideView")));
const Fidelity = lazy(patient(() => import("@/features/upscale/Fidelity")));
const Details = lazy(patient(() => import("@/features/library/Details")));

export interface WorkbenchProps {
  asset: Asset;
  operation: Operation;
  operations: readonly Operation[];
  places: OnPicture;
  /** The page that this is. */
  here: string;
  /** Whether the strip shows what was made here of whatever picture, instead of the versions of this one. */
  latest?: boolean;
}

const ICONS = { view: Eye, paint: Brush, box: SquareDashed, frame: Scaling, corners: VectorSquare, point: Crosshair, light: Sun, try: FlaskConical, guide: Spline } as const;
const KEYS = { view: "shift+v", paint: "shift+p", box: "shift+b", frame: "shift+f", corners: "shift+c", point: "shift+k", light: "shift+l", try: "shift+t", guide: "shift+g" } as const;
const INSETS = { top: 24, right: 24, bottom: 68, left: 24 };

export function Workbench({ asset, operation, operations, places, here, latest = false }: WorkbenchProps) {
  const { t } = useTranslation(["edit", "ui", "assets"]);
  const { search, go } = useBenchSearch();
  const phone = useMedia("(max-width: 767px)");
  const wide = useMedia("(min-width: 1600px)");
  const [sheet, setSheet] = useState(false);
  const [inspecting, setInspecting] = useState(true);
  // Once it was out, the mask editor stays, so that what it can undo stays too.
  const [opened, setOpened] = useState(search.tool === "paint");

  const mask = useMask(asset, operation.op, places);
  const fixed = useMemo(() => ({ [IMAGE]: asset.id, ...(places.mask ? { [places.mask.name]: mask.value } : {}) }), [asset.id, places.mask, mask.value]);
  const form = useForm(operation, fixed);

  const names = useMemo(() => new Set(form.fields.map((field) => field.name)), [form.fields]);
  const guides = useMemo(() => (here === "control" ? guidesOf(operation.op, form.values, names) : []), [here, operation.op, form.values, names]);
  const guided = guides.length > 0;
  const known = useMemo(() => [...toolsOf(places), ...(guided ? (["guide"] as const) : [])], [places, guided]);
  // What is hardly anything without its tool begins with it; that one looks instead, the address says then.
  const first = firstTool(places);
  const look = first && ("view" as const);
  const tool: Tool = known.find((one) => one === search.tool) ?? ((search.tool === undefined && search.show === undefined && search.against === undefined && first) || "view");
  const setTool = useCallback(
    (next: Tool) => {
      setSheet(false);
      if (next === "paint") setOpened(true);
      go({ tool: next === "view" ? look : next }, true);
    },
    [go, look],
  );

  const { data: versions = [asset] } = useQuery(versionsOf(asset.id));
  const { data: named } = useQuery({ ...assetOf(search.show ?? asset.id), initialData: search.show === undefined ? asset : undefined });
  const shown = named && named.deleted_at === null ? named : asset;
  const wanted = search.against ?? (shown.parents.find((id) => id === asset.id) ?? shown.parents.find((id) => versions.some((version) => version.id === id)));
  const before = wanted === shown.id ? undefined : wanted === asset.id ? asset : versions.find((version) => version.id === wanted);
  // Variations that wait are no versions yet.
  const { staged, coming, failed } = useStaged(asset.id);
  const accepted = useMemo(() => versions.filter((version) => !staged.some((one) => one.asset.id === version.id)), [versions, staged]);
  const [times, setTimes] = useState(1);
  const varies = form.fields.some((field) => field.widget === "seed") && !form.fields.some((field) => field.name === "count");

  const ops = useMemo(() => new Set(operations.map((one) => one.op)), [operations]);
  const painting = useRef(tool === "paint");
  const looking = useRef(false);
  useEffect(() => {
    painting.current = tool === "paint";
    looking.current = staged.some((one) => one.asset.id === shown.id);
  }, [tool, staged, shown.id]);
  const done = useCallback(
    (run: Run) => {
      const [first] = run.outputs;
      if (!first) return;
      announce(t("run.done", { title: run.title }));
      // Of several variations the first is shown; who looks at one is not led on to the next that comes.
      if (looking.current && useStaging.getState().runs[asset.id]?.includes(run.id)) return;
      // Who is painting on already is not torn away from it; the new version waits in the strip.
      const busy = painting.current && mask.touched();
      go(busy ? { show: first.id, against: undefined } : { show: first.id, tool: undefined, against: undefined });
    },
    [t, go, mask, asset.id],
  );
  const nameOf = useVersionNames(accepted);
  const labelOf = (version: Asset) => t("history.version", { n: accepted.findIndex((one) => one.id === version.id) + 1 });
  const newest = accepted.at(-1);
  // Newer variations of it are not versions before somebody keeps them.
  const older = shown.kind === "image" && accepted.some((version) => version.id === shown.id) && shown.sha256 !== newest?.sha256;
  const restore = (version: Asset) =>
    void bringBack(version, labelOf(version), () => go({ asset: asset.id, show: search.show, against: search.against, tool: undefined }, true)).then((back) => back && go({ asset: back.id, show: undefined, against: undefined, tool: look }));
  const [past, setPast] = useState(false);
  const history = accepted.length > 1;
  const { run, state, waiting, follow } = useFollowed(asset.id, ops, done);
  const going = run && (state === "queued" || state === "running");
  useEffect(() => {
    if (state === "failed" && run) announce(t("run.failed", { title: run.title }));
  }, [state, run, t]);

  const boxed = places.box ? boxIn(form.values[places.box.name]) : null;
  const hadBox = useRef(boxed !== null);
  useEffect(() => {
    // A box that was set in the form is shown where it can be moved.
    if (boxed !== null && !hadBox.current && tool !== "box") setTool("box");
    hadBox.current = boxed !== null;
  }, [boxed, tool, setTool]);

  const further = useCallback((next: Asset) => go({ asset: next.id, show: undefined, tool: undefined, against: undefined }), [go]);
  const show = useCallback((next: Asset) => go({ show: next.id === asset.id ? undefined : next.id, tool: look, against: undefined }), [go, look, asset.id]);
  const assetActions = useAssetActions(shown);
  const tools = useMemo(() => (["view", ...known] as const).map((value) => ({ value, name: t(`tool.${value}`), Icon: ICONS[value] })), [known, t]);
  useActions(assetActions, { when: tool === "view" });
  useActions(
    useMemo<Action[]>(
      () => [
        ...(history ? [{ id: "edit.history", name: t("history.title"), group: t("group"), icon: Clock, keys: "shift+h", on: past, perform: () => setPast((before) => !before) }] : []),
        ...tools.map(({ value, name, Icon }) => ({ id: `edit.${value}`, name, group: t("group"), icon: Icon, keys: KEYS[value], perform: () => setTool(value) })),
        ...(tool === "view" ? [] : [{ id: "edit.leave", name: t("tool.view"), keys: "escape", hidden: true, perform: () => setTool("view") }]),
      ],
      [t, tools, tool, setTool, history, past],
    ),
  );

  const report = reportOf(shown);
  const prepare = mask.prepare;
  const onRun = (next: Run, all: readonly Run[]) => {
    mask.settle();
    follow(next);
    if (all.length > 1 || next.expected > 1) useStaging.getState().put(asset.id, all);
    setSheet(false);
  };
  const panel = (
    <Panel
      {...{ asset, form, operations, places, prepare, onRun }}
      painted={mask.painted}
      times={varies ? times : 1}
      onTimes={varies ? setTimes : undefined}
      onOperation={(op) => {
        const next = operations.find((one) => one.op === op);
        go({ op, tool: next && firstTool(onPicture(next)) });
      }}
      onSource={(id) => go({ asset: id, show: undefined, tool: undefined })}
      onTool={setTool}
      onClearMask={mask.clear}
    />
  );
  const advisable = (["box", "paint"] as const).filter((one) => tools.some((other) => other.value === one) && !(one === "box" && boxed));
  const title = going ? (operations.find((one) => one.op === run.op)?.title ?? run.title) : "";
  return (
    <main className="grid h-full min-h-0 grid-cols-[372px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)] max-lg:grid-cols-[320px_minmax(0,1fr)] max-md:grid-cols-1 min-[1600px]:grid-cols-[372px_minmax(0,1fr)_auto]">
      {!phone && (
        <section aria-label={t("panel")} className="flex min-h-0 flex-col border-r border-line bg-panel">
          {panel}
        </section>
      )}
      <section aria-label={t("canvas")} className="flex min-h-0 min-w-0 flex-col bg-canvas">
        <div className="flex min-h-12 shrink-0 items-center gap-2 overflow-x-auto border-b border-line bg-bg px-3">
          {tools.length > 1 && (
            <Segment
              label={t("tool.title")}
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
          <Results
            here={here}
            actions={assetActions}
            refine={places.mask && tool === "view" && shown.kind === "image" && shown.id !== asset.id ? () => setTool("paint") : undefined}
            further={shown.id === asset.id || shown.kind !== "image" ? undefined : () => further(shown)}
            bringBack={older && tool === "view" ? () => restore(shown) : undefined}
            history={history ? { on: past, toggle: () => setPast(!past) } : undefined}
          />
        </div>
        {!going && tool === "view" && shown.id !== asset.id && <Advice asset={shown} tools={advisable} onTool={setTool} />}
        {!going && tool === "view" && before && report && (
          <Suspense>
            <Fidelity key={shown.id} source={before} asset={shown} report={report} />
          </Suspense>
        )}
        {/* Where there is room, what was stands beside what is, and not over it. */}
        <div className={cx("relative min-h-0 flex-1", past && history && "lg:mr-80")}>
          {places.region && tool === "try" && (
            <Suspense>
              <TryOut
                asset={asset}
                form={form}
                field={places.region}
                onChoose={(offer) => {
                  form.choose(offer);
                  setTool("view");
                }}
              />
            </Suspense>
          )}
          {tool === "guide" && (
            <Suspense>
              <GuideView guides={guides} />
            </Suspense>
          )}
          {tool === "view" &&
            (shown.kind !== "image" ? (
              <Playing asset={shown} />
            ) : before ? (
              <Suspense>
                <Compare key={`${before.id} ${shown.id}`} before={before} after={shown} {...(search.against !== undefined && before.id === search.against ? { labels: { before: labelOf(before), after: labelOf(shown) } } : {})} />
              </Suspense>
            ) : (
              <Seen key={`${shown.width} ${shown.height}`} asset={shown} />
            ))}
          {tool !== "view" && tool !== "paint" && tool !== "try" && tool !== "guide" && <Placing key={tool} {...{ asset, form, places, tool }} />}
          {places.mask && (opened || tool === "paint") && (
            <Paint
              ref={mask.editor}
              asset={asset}
              cutout={shown.id !== asset.id && shown.facts["alpha"] === true ? shown : undefined}
              mode={modeOf(places.mask)}
              draftKey={mask.draftKey}
              active={tool === "paint"}
              onChange={mask.changed}
            />
          )}
          {past && history && (
            <History
              versions={accepted}
              shown={shown.id}
              against={search.against}
              onShow={(next) => go({ show: next.id === asset.id ? undefined : next.id, tool: undefined, ...(next.id === search.against ? { against: undefined } : {}) })}
              onAgainst={(version) => go({ show: search.show, against: version?.id, tool: undefined })}
              onBringBack={restore}
              onClose={() => setPast(false)}
            />
          )}
          {going && <Running run={run} title={said(title)} />}
          {run && (state === "failed" || state === "unknown") && (
            <div className="absolute inset-x-3 top-3 z-10 mx-auto max-w-[620px]">
              <Trouble run={run} onAgain={follow} onDismiss={() => follow(null)} />
            </div>
          )}
        </div>
        <StagingStrip
          source={asset}
          {...{ staged, coming, failed }}
          shown={shown.id}
          active={tool === "view"}
          onShow={(next) => {
            if (next) show(next);
            else go({ show: undefined, against: undefined, tool: look });
          }}
        />
        {latest ? (
          <Latest ops={ops} source={asset} waiting={waiting} shown={shown.id} onShow={(source, next) => go({ asset: source, show: next?.id, tool: look })} onFurther={further} />
        ) : (
          (accepted.length > 1 || waiting.length > coming.length) && (
            <Strip
              label={t("strip.label")}
              versions={accepted}
              waiting={waiting.filter((one) => !coming.some((other) => other.id === one.id))}
              shown={shown.id}
              nameOf={nameOf}
              onShow={show}
              onFurther={further}
              onBringBack={restore}
              onCompare={(version) => go({ show: version.id === asset.id ? undefined : version.id, against: versions[0]?.id, tool: undefined })}
              onAgainst={(version) => go({ show: search.show, against: version.id, tool: undefined })}
            />
          )
        )}
        {phone && (
          <div className="flex shrink-0 items-center gap-2 border-t border-line bg-overlay p-2">
            <Tip label={t("settings")}>
              <Button aria-label={t("settings")} onClick={() => setSheet(true)} className="!min-h-11 !px-3">
                <SlidersHorizontal size={16} aria-hidden />
              </Button>
            </Tip>
            <RunButton form={form} prepare={prepare} onRun={onRun} times={varies ? times : 1} bare />
          </div>
        )}
      </section>
      {wide && inspecting && (
        <Suspense fallback={<div className="w-80 border-l border-line bg-panel" />}>
          <Details assetId={shown.id} onClose={() => setInspecting(false)} />
        </Suspense>
      )}
      {phone && (
        <Dialog title={t("panel")} open={sheet} onClose={() => setSheet(false)} sheet="bottom" look="bare" className="bg-panel">
          <div className="flex min-h-0 flex-1 flex-col">
            <div className="flex justify-end px-2 pt-2">
              <IconButton label={t("ui:close")} onClick={() => setSheet(false)}>
                <X size={18} aria-hidden />
              </IconButton>
            </div>
            {panel}
          </div>
        </Dialog>
      )}
    </main>
  );
}

interface LatestProps {
  ops: ReadonlySet<string>;
  source: Asset;
  waiting: readonly Run[];
  shown: string;
  onShow: (source: string, result: Asset | null) => void;
  onFurther: (asset: Asset) => void;
}

/** The picture that is worked on, then the latest results of this page, the newest first. */
function Latest({ ops, source, waiting, shown, onShow, onFurther }: LatestProps) {
  const { t } = useTranslation("edit");
  const { data } = useInfiniteQuery(runsOf([...ops]));
  const runs = data?.pages.flatMap((page) => page.items) ?? [];
  const sources = new Map(runs.flatMap((run) => run.outputs.map((output) => [output.id, run.input[IMAGE]] as const)));
  const results = runs.flatMap((run) => run.outputs).filter((output) => output.deleted_at === null && output.purpose === "picture" && output.id !== source.id);
  if (results.length === 0 && waiting.length === 0) return null;
  return (
    <Strip
      label={t("strip.results")}
      versions={[source, ...results]}
      waiting={waiting}
      shown={shown}
      nameOf={(asset) => (asset.id === source.id ? t("strip.original") : asset.title)}
      onShow={(asset) => {
        const from = sources.get(asset.id);
        if (asset.id === source.id || typeof from !== "string") onShow(source.id, null);
        else onShow(from, asset);
      }}
      onFurther={onFurther}
    />
  );
}

/** One picture with nothing to compare it with. */
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
