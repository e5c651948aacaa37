/** What the team signs its pictures with, and putting in a certificate of its own. */

import "@/i18n/settings";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, certificate, me, Problem } from "@/api";
import { said } from "@/features/forms/said";
import { telling } from "@/features/runs";
import { copyText } from "@/lib/clipboard";
import { day } from "@/lib/format";
import { Button, say, TextField } from "@/ui";

export function Credentials() {
  const { t } = useTranslation("settings");
  const may = useSuspenseQuery(me).data.permissions.includes("providers.manage");
  const found = useQuery(certificate).data;
  const [bringing, setBringing] = useState(false);
  if (!found) return <div className="skeleton h-40" />;
  const drop = async () => {
    const done = await telling(async () => {
      await api.DELETE("/api/credentials");
      return true;
    });
    if (!done) return;
    await cache.invalidateQueries({ queryKey: certificate.queryKey });
    say({ title: t("credentials.dropped") });
  };
  return (
    <>
      <p className="text-sm text-fg-2">{t("credentials.text")}</p>
      <section className="rounded-lg border border-line bg-panel p-4">
        <h3 className="text-sm font-semibold">{found.own ? t("credentials.own") : t("credentials.ours")}</h3>
        <p className="mt-0.5 text-xs text-fg-2">{found.own ? t("credentials.ownText") : t("credentials.oursText")}</p>
        {found.issued && (
          <dl className="mt-3 text-xs">
            <Line name={t("credentials.name")} value={found.name ?? ""} />
            <Line name={t("credentials.issuer")} value={found.issuer ?? ""} />
            <Line name={t("credentials.algorithm")} value={(found.algorithm ?? "").toUpperCase()} />
            {found.expires_at && <Line name={t("credentials.expires")} value={day(found.expires_at)} />}
          </dl>
        )}
        {(found.expired || found.expires_soon) && found.own && (
          <p role="alert" className="mt-3 rounded-sm bg-warn-soft px-2.5 py-2 text-xs text-fg">
            {found.expired ? t("credentials.expired") : t("credentials.soon")}
          </p>
        )}
        <div className="mt-4 flex flex-wrap gap-2">
          {found.root && <Button onClick={() => void copyText(found.root!)}>{t("credentials.copyRoot")}</Button>}
          {may && !bringing && <Button onClick={() => setBringing(true)}>{found.own ? t("credentials.another") : t("credentials.bring")}</Button>}
          {may && found.own && <Button onClick={() => void drop()}>{t("credentials.drop")}</Button>}
        </div>
      </section>
      {may && bringing && <Bring onDone={() => setBringing(false)} />}
      {!may && <p className="text-sm text-fg-2">{t("credentials.admin")}</p>}
    </>
  );
}

function Bring({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("settings");
  const [chain, setChain] = useState("");
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<{ chain?: string; key?: string; other?: string }>({});
  const save = async () => {
    setBusy(true);
    setWrong({});
    try {
      cache.setQueryData(certificate.queryKey, await body(api.PUT("/api/credentials", { body: { chain, key } })));
      say({ title: t("credentials.saved") });
      onDone();
    } catch (error) {
      const [field] = error instanceof Problem ? error.fields : [];
      const message = said(error instanceof Error ? error.message : String(error));
      setWrong(field?.field === "chain" || field?.field === "key" ? { [field.field]: said(field.message) } : { other: message });
    }
    setBusy(false);
  };
  return (
    <form
      aria-label={t("credentials.bring")}
      className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField label={t("credentials.chain")} help={t("credentials.chainHelp")} rows={4} value={chain} onChange={setChain} error={wrong.chain} inputClassName="font-mono text-xs" />
      <TextField label={t("credentials.key")} help={t("credentials.keyHelp")} rows={4} value={key} onChange={setKey} error={wrong.key} inputClassName="font-mono text-xs" />
      {wrong.other !== undefined && (
        <p role="alert" className="text-xs text-bad">
          {wrong.other}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button look="ghost" onClick={onDone}>
          {t("cancel")}
        </Button>
        <Button type="submit" look="primary" disabled={busy || chain.trim() === "" || key.trim() === ""} aria-busy={busy}>
          {t("credentials.save")}
        </Button>
      </div>
    </form>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex justify-between gap-4 py-1">
      <dt className="shrink-0 text-fg-3">{name}</dt>
      <dd className="num min-w-0 text-right break-words">{value}</dd>
    </div>
  );
}
