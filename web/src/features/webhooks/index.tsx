/** Addresses that are told what happens in the team: made, tried, switched off, and what came of what they were told. */

import "@/i18n/webhooks";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { ArrowUpRight, Copy, Ellipsis, Plus, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, me } from "@/api";
import { said } from "@/features/forms/said";
import { telling } from "@/features/runs";
import { copyText } from "@/lib/clipboard";
import { moment } from "@/lib/format";
import { Button, cx, Empty, IconButton, Menu, say, Sure } from "@/ui";
import { Editing } from "./Editing";
import { Log } from "./Log";
import { at, fresh, webhooks, type Delivery, type Webhook } from "./queries";

type Doing = { what: "edit" | "log" | "rotate" | "remove"; webhook: Webhook };

export default function Webhooks() {
  const { t } = useTranslation("webhooks");
  const may = useSuspenseQuery(me).data.permissions.includes("webhooks.manage");
  return may ? <Ours /> : <p className="text-sm text-fg-2">{t("admin")}</p>;
}

function Ours() {
  const { t } = useTranslation("webhooks");
  const found = useQuery(webhooks).data;
  const [adding, setAdding] = useState(false);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [secret, setSecret] = useState<{ of: string; secret: string } | null>(null);
  if (!found) return <div className="skeleton h-40" />;
  const close = () => setDoing(null);
  const rotate = async (id: string) => {
    const made = await telling(() => body(api.POST("/api/webhooks/{webhook_id}/rotate", at(id))));
    if (made) setSecret({ of: id, secret: made.secret });
    await fresh();
  };
  const remove = async (webhook: Webhook) => {
    await telling(() => api.DELETE("/api/webhooks/{webhook_id}", at(webhook.id)));
    await fresh();
    say({ title: t("removed", { name: called(webhook) }) });
  };
  const add = (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus size={15} aria-hidden />
      {t("add")}
    </Button>
  );
  return (
    <>
      {found.length === 0 ? (
        <section className="rounded-lg border border-line bg-panel">
          <Empty title={t("none.title")} actions={add}>
            <p>{t("none.text")}</p>
            <p className="mt-2">{t("none.how")}</p>
            <Docs className="mt-3 justify-center" />
          </Empty>
        </section>
      ) : (
        <>
          <div className="flex flex-wrap items-end justify-between gap-3">
            <div className="min-w-0 flex-1 basis-72">
              <p className="text-sm text-fg-2">{t("text")}</p>
              <Docs className="mt-2" />
            </div>
            {add}
          </div>
          <ul className="flex flex-col gap-3">
            {found.map((webhook) => (
              <One key={webhook.id} webhook={webhook} secret={secret?.of === webhook.id ? secret.secret : null} onDo={(what) => setDoing({ what, webhook })} />
            ))}
          </ul>
        </>
      )}
      {adding && (
        <Editing
          onClose={() => setAdding(false)}
          onMade={(of, fresher) => {
            setSecret({ of, secret: fresher });
          }}
        />
      )}
      {doing?.what === "edit" && <Editing webhook={doing.webhook} onClose={close} />}
      {doing?.what === "log" && <Log webhook={found.find((one) => one.id === doing.webhook.id) ?? doing.webhook} onClose={close} />}
      <Sure
        title={t("rotate.title", { name: doing ? called(doing.webhook) : "" })}
        text={t("rotate.text")}
        act={t("rotate.act")}
        look="primary"
        open={doing?.what === "rotate"}
        onClose={close}
        onSure={() => doing && void rotate(doing.webhook.id)}
      />
      <Sure
        title={t("remove.title", { name: doing ? called(doing.webhook) : "" })}
        text={t("remove.text")}
        act={t("remove.act")}
        open={doing?.what === "remove"}
        onClose={close}
        onSure={() => doing && void remove(doing.webhook)}
      />
    </>
  );
}

function Docs({ className }: { className?: string }) {
  const { t } = useTranslation("webhooks");
  const look = "inline-flex items-center gap-0.5 underline underline-offset-2 hover:text-fg";
  return (
    <p className={cx("flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2", className)}>
      <a href="https://www.standardwebhooks.com/#libraries" target="_blank" rel="noreferrer" className={look}>
        {t("docs.verify")}
        <ArrowUpRight size={12} aria-hidden />
      </a>
      <a href="/api/docs" target="_blank" rel="noreferrer" className={look}>
        {t("docs.api")}
        <ArrowUpRight size={12} aria-hidden />
      </a>
    </p>
  );
}

function One({ webhook, secret, onDo }: { webhook: Webhook; secret: string | null; onDo: (what: Doing["what"]) => void }) {
  const { t } = useTranslation("webhooks");
  const [busy, setBusy] = useState(false);
  const [tested, setTested] = useState<Delivery | null>(null);
  const state = !webhook.enabled ? "off" : webhook.failing_since !== null ? "failing" : "on";
  const test = async () => {
    setBusy(true);
    setTested((await telling(() => body(api.POST("/api/webhooks/{webhook_id}/test", at(webhook.id))))) ?? null);
    setBusy(false);
    await fresh();
  };
  const turn = async (enabled: boolean) => {
    await telling(() => body(api.PATCH("/api/webhooks/{webhook_id}", { ...at(webhook.id), body: { enabled } })));
    await fresh();
  };
  return (
    <li aria-label={called(webhook)} className="rounded-lg border border-line bg-panel p-4">
      <div className="flex items-start gap-3">
        <span aria-hidden className={cx("mt-1.5 size-2 shrink-0 rounded-full", { on: "bg-ok", failing: "bg-warn", off: "bg-fg-3" }[state])} />
        <div className="min-w-0 flex-1">
          <h3 className="flex flex-wrap items-baseline gap-x-2 text-sm font-semibold">
            <bdi className="min-w-0 truncate">{called(webhook)}</bdi>
            <span className="text-xs font-normal text-fg-2">{t(`state.${state}`)}</span>
          </h3>
          {webhook.name !== "" && <p className="font-mono text-xs break-all text-fg-2">{webhook.url}</p>}
          <p className="mt-1 text-xs text-fg-3">{webhook.events.includes("*") ? t("everything") : webhook.events.join(", ")}</p>
          <p className="num mt-1 text-xs text-fg-2">
            {webhook.last === null ? t("last.none") : t("last.told", { type: webhook.last.type, state: t(`delivery.${webhook.last.state}`), when: moment(webhook.last.created_at) })}
            {webhook.waiting > 0 && ` · ${t("waiting", { count: webhook.waiting })}`}
          </p>
        </div>
      </div>
      {webhook.off_because !== "" && (
        <Warning>
          {t("offBecause")} {said(webhook.off_because)}
        </Warning>
      )}
      {state === "failing" && webhook.failing_since !== null && <Warning>{t("failingSince", { when: moment(webhook.failing_since) })}</Warning>}
      {webhook.plain && <Warning>{t("plain")}</Warning>}
      {secret !== null && (
        <div role="status" className="mt-3 rounded-md bg-accent-soft p-3">
          <p className="text-xs font-medium">{t("secret.once")}</p>
          <div className="mt-2 flex items-center gap-2">
            <code className="min-w-0 flex-1 rounded-sm bg-sunken px-2 py-1.5 font-mono text-xs break-all">{secret}</code>
            <IconButton label={t("secret.copy")} onClick={() => void copyText(secret)}>
              <Copy size={16} aria-hidden />
            </IconButton>
          </div>
        </div>
      )}
      {webhook.previous_until !== null && Date.parse(webhook.previous_until) > Date.now() && <p className="mt-3 text-xs text-fg-2">{t("secret.both", { when: moment(webhook.previous_until) })}</p>}
      <div role="status">{tested && <Tested delivery={tested} />}</div>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button size="sm" onClick={() => void test()} disabled={busy} aria-busy={busy}>
          {t(busy ? "test.busy" : "test.act")}
        </Button>
        <Button size="sm" onClick={() => onDo("log")}>
          {t("log.open")}
        </Button>
        {!webhook.enabled && (
          <Button size="sm" onClick={() => void turn(true)}>
            {t("turnOn")}
          </Button>
        )}
        <Menu
          trigger={
            <IconButton label={t("more", { name: called(webhook) })} size="sm" className="ml-auto">
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
          items={[
            { id: "edit", label: t("edit"), onSelect: () => onDo("edit") },
            { id: "rotate", label: t("rotate.act"), onSelect: () => onDo("rotate") },
            ...(webhook.enabled ? [{ id: "off", label: t("turnOff"), onSelect: () => void turn(false) }] : []),
            "-",
            { id: "remove", label: t("remove.act"), danger: true, onSelect: () => onDo("remove") },
          ]}
        />
      </div>
    </li>
  );
}

function Warning({ children }: { children: React.ReactNode }) {
  return (
    <p className="mt-3 flex items-start gap-2 rounded-sm bg-warn-soft px-2.5 py-2 text-xs text-fg">
      <TriangleAlert size={14} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}

function Tested({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation("webhooks");
  const arrived = delivery.state === "delivered";
  return (
    <div className={cx("mt-3 rounded-md p-3 text-xs", arrived ? "bg-hover" : "bg-bad-soft")}>
      <p className="font-medium">{arrived ? t("test.arrived", { status: delivery.status, ms: Math.round((delivery.seconds ?? 0) * 1000) }) : t("test.failed", { why: said(delivery.error ?? "") })}</p>
      {delivery.answer !== null && <pre className="mt-2 max-h-32 overflow-auto rounded-sm bg-sunken px-2 py-1.5 font-mono break-all whitespace-pre-wrap">{delivery.answer}</pre>}
    </div>
  );
}

function called(webhook: Webhook): string {
  return webhook.name === "" ? webhook.url : webhook.name;
}
