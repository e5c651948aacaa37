/** From words to pictures: the form on the left, what came of it in the middle, one picture in detail on the right. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Columns3, Rows4, SlidersHorizontal, Sparkles, X } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Asset, type Operation } from "@/api";
import { useAssetActions } from "@/features/assets/actions";
import { bring } from "@/features/batch/store";
import { FormFields, ModelField, RunButton, said, useDrafts, useForm, written, type Form } from "@/features/forms";
import { useRestore } from "@/features/recipes/useRestore";
import { Improve } from "@/features/wording/Improve";
import { Weight } from "@/features/wording/Weight";
import { patient } from "@/lib/later";
import { useMedia } from "@/lib/media";
import { useActions, type Action } from "@/shell/actions";
import { pagesFor } from "@/shell/pages";
import type { CreateSearch } from "@/shell/router";
import { Button, Dialog, IconButton, say, Segment, TabPanel, Tabs } from "@/ui";
import { Feed } from "./Feed";

const Comparisons = lazy(patient(() => import("@/features/comparison")));
const Setup = lazy(patient(() => import("@/features/comparison/Setup")));
const History = lazy(patient(() => import("@/features/wording/History")));
const Templates = lazy(patient(() => import("./Templates")));
const Details = lazy(patient(() => import("@/features/library/Details")));

export default function Create() {
  const { data: known } = useSuspenseQuery(operations);
  const creates = useMemo(() => known.filter((operation) => operation.capability === "create" && operation.offers.length > 0), [known]);
  const { op: asked }: CreateSearch = useSearch({ strict: false });
  const [op, setOp] = useState(asked);
  const operation = creates.find((one) => one.op === op) ?? creates[0];
  return operation ? <Studio operation={operation} creates={creates} onOperation={setOp} /> : null;
}

interface StudioProps {
  operation: Operation;
  creates: readonly Operation[];
  onOperation: (op: string) => void;
}

function Studio({ operation, creates, onOperation }: StudioProps) {
  const { t } = useTranslation(["create", "comparison"]);
  const form = useForm(operation);
  const { tab, compare }: CreateSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const [comparing, setComparing] = useState(false);
  const known = useSuspenseQuery(operations).data;
  const restore = useRestore(operation.op, (found) => {
    const page = pagesFor(known.filter((one) => one.op === found.op)).find((one) => one.capability !== undefined);
    if (page === undefined || page.id === "create") return onOperation(found.op);
    const image = found.input["image"];
    void navigate({ to: page.to, search: { op: found.op, ...(typeof image === "string" ? { asset: image } : {}) } });
  });
  // On a phone, whoever comes for a tab of the form finds it open.
  const [sheet, setSheet] = useState(() => tab !== undefined && matchMedia("(max-width: 767px)").matches);
  const [picked, setPicked] = useState<Asset | null>(null);
  const wide = useMedia("(min-width: 1600px)");
  const ops = useMemo(() => creates.map((one) => one.op), [creates]);
  const assetActions = useAssetActions(picked ?? undefined);
  useActions(assetActions);
  useActions(
    useMemo<Action[]>(
      () => [
        {
          id: "prompt",
          name: t("focusPrompt"),
          keys: "/",
          perform: () => {
            setSheet(matchMedia("(max-width: 767px)").matches);
            document.querySelector<HTMLElement>("[data-prompt]")?.focus();
          },
        },
        { id: "compare", name: t("comparison:start"), icon: Columns3, perform: () => setComparing(true) },
        { id: "comparisons", name: t("comparison:earlier"), icon: Rows4, perform: () => void navigate({ to: "/create", search: (now) => ({ ...now, compare: "all" }) }) },
      ],
      [t, navigate],
    ),
  );
  const composer = (
    <Composer {...{ form, creates, onOperation }} onRun={() => setSheet(false)} onCompare={() => setComparing(true)} />
  );
  return (
    <main {...restore} className="relative grid h-full min-h-0 grid-cols-[372px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)] max-md:grid-cols-1 min-[1600px]:grid-cols-[372px_minmax(0,1fr)_auto]">
      <section aria-label={t("composer")} className="flex min-h-0 flex-col border-r border-line bg-panel max-md:hidden">
        {composer}
      </section>
      {compare === undefined ? (
        <Feed ops={ops} form={form} picked={picked} onPick={setPicked} />
      ) : (
        <Suspense fallback={<div className="bg-bg" />}>
          <Comparisons id={compare} />
        </Suspense>
      )}
      {comparing && (
        <Suspense>
          <Setup form={form} onClose={() => setComparing(false)} />
        </Suspense>
      )}
      {wide && picked && compare === undefined && (
        <div className="min-h-0 w-[320px]">
          <Suspense fallback={<div className="h-full border-l border-line bg-panel" />}>
            <Details assetId={picked.id} onClose={() => setPicked(null)} />
          </Suspense>
        </div>
      )}
      <MobileBar form={form} onOpen={() => setSheet(true)} />
      <Dialog title={t("composer")} open={sheet} onClose={() => setSheet(false)} sheet="bottom" look="bare" className="bg-panel">
        <div className="flex min-h-0 flex-1 flex-col">
          <div className="flex justify-end px-2 pt-2">
            <IconButton label={t("close")} onClick={() => setSheet(false)}>
              <X size={18} aria-hidden />
            </IconButton>
          </div>
          {composer}
        </div>
      </Dialog>
    </main>
  );
}

interface ComposerProps {
  form: Form;
  creates: readonly Operation[];
  onOperation: (op: string) => void;
  onRun: () => void;
  onCompare: () => void;
}

function Composer({ form, creates, onOperation, onRun, onCompare }: ComposerProps) {
  const { t } = useTranslation(["create", "presets"]);
  const { tab = "prompt" }: CreateSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const setTab = (next: string) => void navigate({ to: "/create", search: (old: CreateSearch) => ({ ...old, tab: next === "prompt" ? undefined : next, template: undefined }), replace: true });
  // The same with many prompts: what stands in the form is the same for all of them.
  const many = () => {
    const { prompt, ...input } = form.input;
    delete input["seed"];
    bring({ op: form.operation.op, offer: form.offer, prefer: form.prefer, input }, typeof prompt === "string" ? prompt : "");
    void navigate({ to: "/batch" });
  };
  // What stood there before can be taken back.
  const take = (change: () => void) => {
    const { drafts } = useDrafts.getState();
    const was = form.values["prompt"];
    change();
    setTab("prompt");
    if (typeof was === "string" && was !== "") say({ title: t("taken"), action: { label: t("undo"), perform: () => useDrafts.setState({ drafts }) } });
  };
  return (
    <>
      <Tabs
        label={t("composer")}
        value={tab}
        onChange={setTab}
        items={[
          { value: "prompt", label: t("tabs.prompt") },
          { value: "templates", label: t("presets:templates.tab") },
          { value: "recent", label: t("tabs.recent") },
        ]}
        className="flex min-h-0 flex-1 flex-col"
      >
        <TabPanel value="prompt" className="min-h-0 flex-1 overflow-auto">
          {creates.length > 1 && (
            <div className="px-4 pt-4">
              <Segment label={t("operation")} hideLabel value={form.operation.op} onChange={onOperation} items={creates.map((one) => ({ value: one.op, label: said(one.title) }))} />
            </div>
          )}
          <FormFields form={form} model={<ModelField form={form} />} tool={<Tools form={form} />} />
        </TabPanel>
        <TabPanel value="templates" className="flex min-h-0 flex-1 flex-col overflow-auto">
          <Suspense fallback={<div className="skeleton m-4 h-40" />}>
            <Templates form={form} creates={creates} onOperation={onOperation} onUsed={() => setTab("prompt")} />
          </Suspense>
        </TabPanel>
        <TabPanel value="recent" className="min-h-0 flex-1 overflow-auto">
          {tab === "recent" && (
            <Suspense fallback={<div className="skeleton m-4 h-14" role="status" aria-label={t("tabs.recent")} />}>
              <History
                onTake={(prompt) => take(() => form.set("prompt", prompt))}
                onTakeAll={(run) =>
                  take(() => {
                    const own = creates.find((one) => one.op === run.op);
                    if (!own) return;
                    onOperation(run.op);
                    useDrafts.getState().put(run.op, { offer: own.offers.some((one) => one.id === run.offer) && own.offers.length > 1 ? run.offer : null, values: written(run.input) });
                  })
                }
              />
            </Suspense>
          )}
        </TabPanel>
      </Tabs>
      <RunButton form={form} label={t("generate")} onRun={onRun} onCompare={onCompare} onBatch={many} />
    </>
  );
}

/** What can be done with a prompt. */
function Tools({ form }: { form: Form }) {
  return (
    <>
      <Improve form={form} />
      <Weight form={form} />
    </>
  );
}

/** On a phone the form is a sheet; its heart floats over the navigation. */
function MobileBar({ form, onOpen }: { form: Form; onOpen: () => void }) {
  const { t } = useTranslation("create");
  const prompt = typeof form.values["prompt"] === "string" ? form.values["prompt"] : "";
  // Room at the end of the feed, so that nothing is hidden behind the bar.
  useEffect(() => {
    document.documentElement.classList.add("has-bar");
    return () => document.documentElement.classList.remove("has-bar");
  }, []);
  return (
    <div className="absolute inset-x-2 bottom-2 rounded-xl bg-overlay p-2 shadow-pop md:hidden">
      <button type="button" onClick={onOpen} className="block min-h-9 w-full truncate px-2.5 pb-1.5 text-left text-md text-fg-2">
        {prompt === "" ? t("bar.hint") : prompt}
      </button>
      <div className="flex gap-2">
        <Button aria-label={t("bar.settings")} onClick={onOpen} className="!min-h-11 !px-3">
          <SlidersHorizontal size={16} aria-hidden />
        </Button>
        <RunButton form={form} label={t("generate")} icon={Sparkles} bare />
      </div>
    </div>
  );
}
