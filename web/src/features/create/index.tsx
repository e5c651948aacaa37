/** From words to pictures: the form on the left, what came of it in the middle, one picture in detail on the right. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { SlidersHorizontal, Sparkles, X } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Asset, type Operation } from "@/api";
import { useAssetActions } from "@/features/assets/actions";
import { FormFields, ModelField, RunButton, said, useForm, type Form } from "@/features/forms";
import { Improve } from "@/features/wording/Improve";
import { patient } from "@/lib/later";
import { useMedia } from "@/lib/media";
import { useActions, type Action } from "@/shell/actions";
import type { CreateSearch } from "@/shell/router";
import { Button, Dialog, IconButton, Segment, TabPanel, Tabs } from "@/ui";
import { Feed } from "./Feed";
import { Recent } from "./Recent";

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
  const { t } = useTranslation("create");
  const form = useForm(operation);
  const { tab }: CreateSearch = useSearch({ strict: false });
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
      ],
      [t],
    ),
  );
  const composer = (
    <Composer {...{ form, creates, onOperation }} onRun={() => setSheet(false)} />
  );
  return (
    <main className="relative grid h-full min-h-0 grid-cols-[372px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)] max-md:grid-cols-1 min-[1600px]:grid-cols-[372px_minmax(0,1fr)_auto]">
      <section aria-label={t("composer")} className="flex min-h-0 flex-col border-r border-line bg-panel max-md:hidden">
        {composer}
      </section>
      <Feed ops={ops} form={form} picked={picked} onPick={setPicked} />
      {wide && picked && (
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
}

function Composer({ form, creates, onOperation, onRun }: ComposerProps) {
  const { t } = useTranslation(["create", "presets"]);
  const { tab = "prompt" }: CreateSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const setTab = (next: string) => void navigate({ to: "/create", search: (old: CreateSearch) => ({ ...old, tab: next === "prompt" ? undefined : next, template: undefined }), replace: true });
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
          <FormFields form={form} model={<ModelField form={form} />} tool={<Improve form={form} />} />
        </TabPanel>
        <TabPanel value="templates" className="flex min-h-0 flex-1 flex-col overflow-auto">
          <Suspense fallback={<div className="skeleton m-4 h-40" />}>
            <Templates form={form} creates={creates} onOperation={onOperation} onUsed={() => setTab("prompt")} />
          </Suspense>
        </TabPanel>
        <TabPanel value="recent" className="min-h-0 flex-1 overflow-auto">
          <Recent
            ops={creates.map((one) => one.op)}
            onTake={(prompt) => {
              form.set("prompt", prompt);
              setTab("prompt");
            }}
          />
        </TabPanel>
      </Tabs>
      <RunButton form={form} label={t("generate")} onRun={onRun} />
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
