/** Who offers what here: what each still has to be told, the telling of it, and what it costs there. */

import "@/i18n/settings";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { type SyntheticEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, me, operations, Problem, providers, type Provider } from "@/api";
import { said } from "@/features/forms/said";
import { count, day, price, time } from "@/lib/format";
import { Button, buttonClass, cx, Dialog, Disclosure, say, Switch, TextField } from "@/ui";
import { Workflows } from "./workflows";

interface Asked {
  title?: string;
  description?: string;
  format?: string;
}

type Found = { ok: boolean; message: string; balance?: number | null; unit?: string };

async function anew(): Promise<void> {
  await Promise.all([cache.invalidateQueries({ queryKey: providers.queryKey }), cache.invalidateQueries({ queryKey: operations.queryKey })]);
}

export function Providers() {
  const { t } = useTranslation("settings");
  const found = useQuery(providers);
  if (found.error) return <p className="text-sm text-bad">{found.error.message}</p>;
  if (!found.data) return <div className="skeleton h-40" />;
  return (
    <>
      <p className="text-sm text-fg-2">{t("providers.text")}</p>
      {found.data.map((provider) => (
        <One key={provider.name} provider={provider} />
      ))}
    </>
  );
}

function One({ provider }: { provider: Provider }) {
  const { t } = useTranslation("settings");
  const may = useSuspenseQuery(me).data.permissions.includes("providers.manage");
  const [telling, setTelling] = useState(false);
  const [checked, setChecked] = useState<Found | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const asks = Object.keys(provider.form["properties"] ?? {}).length > 0;
  const secret = typeof provider.told["key"] === "string" ? provider.told["key"] : "";
  const state = provider.lost ? "lost" : !provider.enabled ? "off" : !provider.ready ? "missing" : asks ? "ready" : "builtIn";

  const ask = async (what: "/api/providers/{name}/check" | "/api/providers/{name}/free") => {
    setBusy(true);
    try {
      setChecked(await body(api.POST(what, { params: { path: { name: provider.name } } })));
    } catch (error) {
      setChecked({ ok: false, message: error instanceof Problem ? error.message : String(error) });
    }
    setBusy(false);
  };
  const enable = async (enabled: boolean) => {
    try {
      await api.PUT("/api/providers/{name}", { params: { path: { name: provider.name } }, body: { enabled } });
      await anew();
    } catch (error) {
      say({ title: error instanceof Problem ? error.message : String(error), bad: true });
    }
  };

  return (
    <section aria-labelledby={id} className="overflow-hidden rounded-lg border border-line bg-panel">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3 p-4">
        <div className="min-w-52 flex-1">
          <h3 id={id} className="flex items-center gap-2 text-sm font-semibold">
            <span aria-hidden className={cx("size-2 shrink-0 rounded-full", provider.ready && provider.trouble ? "bg-warn" : provider.ready ? "bg-ok" : state === "lost" ? "bg-bad" : "bg-line-2")} />
            {said(provider.title)}
          </h3>
          <p className="mt-1 text-xs text-fg-2">
            {t(`providers.state.${state}`)}
            {secret !== "" && state !== "lost" && <span className="num text-fg-3"> · {t(provider.source === "team" ? "providers.yours" : "providers.machines", { key: secret })}</span>}
          </p>
          {provider.ready && provider.trouble && (
            <p className="mt-2 text-xs text-warn">{t(provider.trouble.until ? "providers.rests" : "providers.trouble", { said: said(provider.trouble.said), when: time(provider.trouble.until ?? "") })}</p>
          )}
          {!provider.ready && provider.enabled && provider.would_offer.length > 0 && <p className="mt-2 text-xs text-fg-3">{t("providers.adds", { list: provider.would_offer.map(said).join(", ") })}</p>}
          {checked && (
            <p role="status" className={cx("mt-2 text-xs", checked.ok ? "text-ok" : "text-bad")}>
              {said(checked.message)}
              {checked.balance != null && <span className="num"> {t("providers.balance", { amount: count(checked.balance), unit: said(checked.unit ?? "") })}</span>}
            </p>
          )}
        </div>
        {may && asks && (
          <div className="flex flex-wrap items-center gap-2">
            {provider.frees && provider.missing === null && (
              <Button look="ghost" onClick={() => void ask("/api/providers/{name}/free")} disabled={busy} title={t("providers.freeHelp")}>
                {t("providers.free")}
              </Button>
            )}
            {provider.checkable && provider.missing === null && (
              <Button onClick={() => void ask("/api/providers/{name}/check")} disabled={busy}>
                {t(busy ? "providers.checking" : "providers.check")}
              </Button>
            )}
            <Button look={provider.missing === null ? "default" : "primary"} onClick={() => setTelling(true)} aria-label={t(provider.missing === null ? "providers.changeOf" : "providers.setUpOf", { name: said(provider.title) })}>
              {t(provider.missing === null ? "providers.change" : "providers.setUp")}
            </Button>
          </div>
        )}
      </div>
      {may && provider.missing === null && asks && (
        <div className="border-t border-line px-4 py-2">
          <Switch label={t("providers.enabled")} checked={provider.enabled} onChange={(on) => void enable(on)} />
        </div>
      )}
      {provider.offers.length > 0 && (
        <Disclosure title={t("providers.models")} hint={count(provider.offers.length)}>
          {provider.prices && (
            <p className="text-xs text-fg-3">
              {t("providers.prices", { day: day(provider.prices.day) })} {provider.prices.source}
            </p>
          )}
          {provider.offers.some(limited) && <p className="text-xs text-fg-3">{t("providers.limits.text")}</p>}
          <ul className="-my-1 divide-y divide-line">
            {provider.offers.map((offer) => (
              <li key={`${offer.op} ${offer.id}`} className="flex min-h-9 items-center justify-between gap-3 py-1 text-sm">
                <span className="min-w-0">
                  <span className="block truncate">{said(offer.title)}</span>
                  <span className="block truncate font-mono text-xs text-fg-3">{offer.op}</span>
                  <Limits offer={offer} />
                </span>
                <span className="num shrink-0 text-xs text-fg-2">{offer.price == null ? t("providers.depends") : price(offer.price)}</span>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
      {may && provider.missing === null && provider.workflows && <Workflows provider={provider} workflows={provider.workflows} />}
      {telling && <Telling provider={provider} onClose={() => setTelling(false)} />}
    </section>
  );
}

function limited({ limits }: Provider["offers"][number]): boolean {
  return limits.made !== null || limits.sent !== null || limits.shapes.length > 0;
}

/** What a model makes and is sent by itself, in a line; whatever is asked for is cut to size here. */
function Limits({ offer }: { offer: Provider["offers"][number] }) {
  const { t } = useTranslation("settings");
  const { made, shapes, sent, heaviest } = offer.limits;
  const framed = (frame: NonNullable<typeof made>) =>
    [
      t("providers.limits.sides", { least: count(frame.least), most: count(frame.most) }),
      t("providers.limits.area", { most: count(Math.round(frame.area / 1e5) / 10) }),
      frame.ratio > 0 && t("providers.limits.ratio", { ratio: count(Math.round(frame.ratio * 100) / 100) }),
    ]
      .filter(Boolean)
      .join(", ");
  const told = [
    made && t("providers.limits.made", { what: framed(made) }),
    shapes.length > 0 && t("providers.limits.made", { what: shapes.join(" ") }),
    sent && t("providers.limits.sent", { what: framed(sent) }),
    sent && heaviest > 0 && t("providers.limits.heaviest", { most: count(Math.round(heaviest / 1e6)) }),
  ].filter((one): one is string => typeof one === "string");
  if (told.length === 0) return null;
  return <span className="num block text-xs text-fg-3">{told.join(" · ")}</span>;
}

function shown(told: unknown): string {
  return typeof told === "string" || typeof told === "number" ? String(told) : "";
}

function Telling({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const asked = Object.entries((provider.form["properties"] ?? {}) as Record<string, Asked>);
  const [told, setTold] = useState<Record<string, string>>({});
  const [fault, setFault] = useState<Problem | null>(null);
  const [checked, setChecked] = useState<Found | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useId();
  const given = Object.fromEntries(Object.entries(told).filter(([, value]) => value.trim() !== ""));
  const path = { params: { path: { name: provider.name } } };

  const doing = async (act: () => Promise<void>) => {
    setBusy(true);
    setFault(null);
    try {
      await act();
    } catch (error) {
      setFault(error instanceof Problem ? error : new Problem(0, "", "", String(error)));
    }
    setBusy(false);
  };
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    void doing(async () => {
      if (provider.checkable) {
        const found = await body(api.POST("/api/providers/{name}/check", { ...path, body: { told: given, enabled: true } }));
        setChecked(found);
        // What the provider itself does not take would only fail later, when somebody waits for a picture.
        if (!found.ok) return;
      }
      await api.PUT("/api/providers/{name}", { ...path, body: { told: given, enabled: true } });
      await anew();
      say({ title: t("providers.saved", { name: said(provider.title) }) });
      onClose();
    });
  };
  const forget = () =>
    void doing(async () => {
      await api.DELETE("/api/providers/{name}", path);
      await anew();
      onClose();
    });

  return (
    <Dialog
      title={said(provider.title)}
      open
      onClose={onClose}
      footer={
        <>
          {provider.source === "team" && (
            <Button look="danger" onClick={forget} disabled={busy} className="mr-auto">
              {t("providers.forget")}
            </Button>
          )}
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form={form} look="primary" disabled={busy || Object.keys(given).length === 0}>
            {t(busy ? "providers.checking" : "providers.save")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={save} className="flex flex-col gap-4">
        <p className="text-sm text-fg-2">{t("providers.sealed")}</p>
        {asked.map(([name, field]) => (
          <TextField
            key={name}
            label={said(field.title ?? name)}
            help={field.description === undefined ? undefined : said(field.description)}
            type={field.format === "password" ? "password" : "text"}
            autoComplete="off"
            placeholder={shown(provider.told[name])}
            value={told[name] ?? ""}
            onChange={(value) => setTold({ ...told, [name]: value })}
            error={fault?.fields.find((one) => one.field === name)?.message}
          />
        ))}
        {fault && fault.fields.length === 0 && (
          <p role="alert" className="text-xs text-bad">
            {fault.message}
          </p>
        )}
        {checked && !checked.ok && (
          <p role="alert" className="text-xs text-bad">
            {said(checked.message)}
          </p>
        )}
        {provider.site !== "" && (
          <a href={provider.site} target="_blank" rel="noreferrer" className={cx(buttonClass(), "self-start")}>
            {t("providers.site")}
            <ExternalLink size={14} aria-hidden />
          </a>
        )}
      </form>
    </Dialog>
  );
}
