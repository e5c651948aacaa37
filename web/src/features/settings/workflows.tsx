/** Graphs of one's own: each is an operation with a form, of which one chooses what it asks for. */

import "@/i18n/settings";
import { FileUp, Plus, Trash2 } from "lucide-react";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, operations, Problem, providers, type Provider } from "@/api";
import { said } from "@/features/forms/said";
import { count } from "@/lib/format";
import { Button, Checkbox, Dialog, Disclosure, IconButton, say, TextField } from "@/ui";

type Workflow = NonNullable<Provider["workflows"]>[number];
type Field = Workflow["fields"][number];

async function anew(): Promise<void> {
  await Promise.all([cache.invalidateQueries({ queryKey: providers.queryKey }), cache.invalidateQueries({ queryKey: operations.queryKey })]);
}

export function Workflows({ provider, workflows }: { provider: Provider; workflows: readonly Workflow[] }) {
  const { t } = useTranslation("settings");
  const [bringing, setBringing] = useState(false);
  const forget = async (workflow: string) => {
    try {
      await api.DELETE("/api/providers/{name}/workflows/{workflow}", { params: { path: { name: provider.name, workflow } } });
      await anew();
    } catch (error) {
      say({ title: error instanceof Problem ? error.message : String(error), bad: true });
    }
  };
  return (
    <Disclosure title={t("workflows.title")} hint={count(workflows.length)}>
      <p className="text-xs text-fg-2">{t("workflows.text")}</p>
      {workflows.length > 0 && (
        <ul className="-my-1 divide-y divide-line">
          {workflows.map((one) => (
            <li key={one.name} className="flex min-h-10 items-center justify-between gap-3 py-1 text-sm">
              <span className="min-w-0">
                <span className="block truncate">{one.title}</span>
                <span className="block truncate text-xs text-fg-3">{one.fields.map((field) => said(field.title)).join(", ")}</span>
              </span>
              <IconButton label={t("workflows.forget", { name: one.title })} size="sm" onClick={() => void forget(one.name)}>
                <Trash2 size={15} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Button className="self-start" onClick={() => setBringing(true)}>
        <Plus size={15} aria-hidden />
        {t("workflows.bring")}
      </Button>
      {bringing && <Bringing provider={provider} onClose={() => setBringing(false)} />}
    </Disclosure>
  );
}

/** Small letters, digits and dashes: what the workflow is called where it is typed. */
function slug(title: string): string {
  const plain = title.normalize("NFKD").toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "").slice(0, 40);
}

function Bringing({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [title, setTitle] = useState("");
  const [graph, setGraph] = useState("");
  const [may, setMay] = useState<readonly Field[] | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const form = useId();

  const bring = async (keep: boolean) => {
    setBusy(true);
    setFault("");
    try {
      const fields = may?.filter((field) => chosen.has(field.name)) ?? null;
      const path = { params: { path: { name: provider.name } } };
      const read = await body(api.POST("/api/providers/{name}/workflows", { ...path, body: { name: slug(title) || "workflow", title, graph, fields, keep } }));
      if (keep) {
        await anew();
        say({ title: t("workflows.kept", { name: read.title }) });
        onClose();
      } else {
        setMay(read.may);
        setChosen(new Set(read.may.filter((field) => field.likely).map((field) => field.name)));
      }
    } catch (error) {
      setFault(error instanceof Problem ? error.message : String(error));
    }
    setBusy(false);
  };
  const take = async (found: File | undefined) => {
    if (!found) return;
    setMay(null);
    setGraph(await found.text());
    if (title === "") setTitle(found.name.replace(/\.json$/i, ""));
  };
  const choose = (name: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(name);
    else next.delete(name);
    setChosen(next);
  };

  return (
    <Dialog
      title={t("workflows.bring")}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form={form} look="primary" disabled={busy || graph.trim() === "" || (may !== null && slug(title) === "")}>
            {t(busy ? "providers.checking" : may === null ? "workflows.read" : "workflows.keep")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void bring(may !== null);
        }}
      >
        <TextField label={t("workflows.name")} value={title} onChange={setTitle} maxLength={80} autoComplete="off" />
        <TextField
          label={t("workflows.graph")}
          help={t("workflows.graphText")}
          rows={4}
          value={graph}
          onChange={(value) => {
            setGraph(value);
            setMay(null);
          }}
          inputClassName="font-mono text-xs"
        />
        <input ref={file} type="file" accept=".json,application/json" className="hidden" aria-label={t("workflows.file")} onChange={(event) => void take(event.target.files?.[0])} />
        <Button className="self-start" onClick={() => file.current?.click()}>
          <FileUp size={15} aria-hidden />
          {t("workflows.file")}
        </Button>
        {may !== null && (
          <fieldset className="flex flex-col gap-2.5">
            <legend className="mb-2 text-xs font-medium text-fg-2">{t("workflows.fields")}</legend>
            {may.length === 0 && <p className="text-xs text-fg-3">{t("workflows.none")}</p>}
            {may.map((field) => (
              <Checkbox key={field.name} label={said(field.title)} checked={chosen.has(field.name)} onChange={(on) => choose(field.name, on)} />
            ))}
          </fieldset>
        )}
        {fault !== "" && (
          <p role="alert" className="text-xs text-bad">
            {fault}
          </p>
        )}
      </form>
    </Dialog>
  );
}
