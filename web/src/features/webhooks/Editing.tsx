/** Where a webhook goes and what it is told of. */

import "@/i18n/webhooks";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Problem } from "@/api";
import { said } from "@/features/forms/said";
import { Button, Checkbox, Dialog, TextField } from "@/ui";
import { at, eventTypes, fresh, type EventType, type Webhook } from "./queries";

interface EditingProps {
  /** None: a new one. */
  webhook?: Webhook;
  onClose: () => void;
  onMade?: (id: string, secret: string) => void;
}

export function Editing({ webhook, onClose, onMade }: EditingProps) {
  const { t } = useTranslation(["webhooks", "ui"]);
  const known = useQuery(eventTypes).data ?? [];
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [name, setName] = useState(webhook?.name ?? "");
  const [all, setAll] = useState(webhook ? webhook.events.includes("*") : true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(webhook?.events.filter((type) => type !== "*") ?? []));
  const [fault, setFault] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useId();
  const wrong = (field: string) => {
    const found = fault?.fields.find((one) => one.field === field);
    return found === undefined ? undefined : said(found.message);
  };
  const save = async () => {
    setBusy(true);
    setFault(null);
    const told = { url: url.trim(), name: name.trim(), events: all ? ["*"] : [...chosen] };
    try {
      if (webhook) await body(api.PATCH("/api/webhooks/{webhook_id}", { ...at(webhook.id), body: told }));
      else {
        const made = await body(api.POST("/api/webhooks", { body: told }));
        onMade?.(made.id, made.secret);
      }
      await fresh();
      onClose();
    } catch (error) {
      setFault(error instanceof Problem ? error : new Problem(0, "", "", String(error)));
      setBusy(false);
    }
  };
  const type = (value: string) => {
    setUrl(value);
    setFault(null);
  };
  const put = (types: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const one of types) {
      if (on) next.add(one);
      else next.delete(one);
    }
    setChosen(next);
  };
  return (
    <Dialog
      title={t(webhook ? "editing.change" : "editing.new")}
      open
      onClose={onClose}
      closeOnInteractOutside={false}
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button type="submit" form={form} look="primary" disabled={busy || url.trim() === "" || (!all && chosen.size === 0)} aria-busy={busy}>
            {t(webhook ? "editing.save" : "editing.create")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField label={t("editing.url")} help={t("editing.urlHelp")} type="url" value={url} onChange={type} maxLength={2000} placeholder="https://example.com/gesso" autoComplete="off" error={wrong("url")} />
        <TextField label={t("editing.name")} value={name} onChange={setName} maxLength={200} placeholder={t("editing.nameHint")} autoComplete="off" />
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-2 text-xs font-medium text-fg-2">{t("editing.events")}</legend>
          <Checkbox label={t("editing.all")} checked={all} onChange={setAll} />
          {!all && grouped(known).map(([group, types]) => <Group key={group} group={group} types={types} chosen={chosen} onPut={put} />)}
          {wrong("events") !== undefined && (
            <p role="alert" className="text-xs text-bad">
              {wrong("events")}
            </p>
          )}
        </fieldset>
        {fault && fault.fields.length === 0 && (
          <p role="alert" className="text-xs text-bad">
            {said(fault.message)}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function Group({ group, types, chosen, onPut }: { group: string; types: readonly EventType[]; chosen: ReadonlySet<string>; onPut: (types: readonly string[], on: boolean) => void }) {
  const { t } = useTranslation("webhooks");
  const names = types.map((one) => one.type);
  const some = names.filter((type) => chosen.has(type)).length;
  return (
    <div role="group" aria-label={t(`groups.${group as "run"}`)} className="rounded-md border border-line px-3 py-2.5">
      <Checkbox
        label={t(`groups.${group as "run"}`)}
        checked={some === names.length ? true : some > 0 ? "indeterminate" : false}
        onChange={(on) => onPut(names, on)}
        className="font-medium coarse:min-h-11"
      />
      <ul className="mt-2 flex flex-col gap-2 pl-6.5">
        {types.map((one) => (
          <li key={one.type}>
            <Checkbox label={one.type} checked={chosen.has(one.type)} onChange={(on) => onPut([one.type], on)} className="font-mono coarse:min-h-11" />
            <p className="pl-6.5 text-xs text-fg-3">{said(one.text)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function grouped(types: readonly EventType[]): [string, EventType[]][] {
  const found = new Map<string, EventType[]>();
  for (const one of types) found.set(one.group, [...(found.get(one.group) ?? []), one]);
  return [...found];
}
