/** How one wants to be told: where mails go, whether this browser is told, of what by which way, at once or gathered. */

import "@/i18n/notices";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, Problem, pushes, wishes, type Wishes } from "@/api";
import { telling } from "@/features/runs";
import { day } from "@/lib/format";
import { Button, Checkbox, cx, IconButton, say, Segment, Select, TextField } from "@/ui";
import { join, leave, pushing, type Pushing } from "./push";

const route = getRouteApi("/inside/settings");
const WAYS = ["inbox", "email", "push"] as const;
type Way = (typeof WAYS)[number];

export function Preferences() {
  const found = useQuery(wishes);
  if (found.error) return <p className="text-sm text-bad">{found.error.message}</p>;
  if (!found.data) return <div className="skeleton h-60" />;
  return (
    <>
      <Address wish={found.data} />
      <Browsers />
      <Kinds wish={found.data} />
      <When wish={found.data} />
    </>
  );
}

function Card({ title, text, children }: { title: string; text?: string | undefined; children?: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-panel p-4">
      <h3 className="text-sm font-semibold">{title}</h3>
      {text !== undefined && <p className="mt-0.5 text-xs text-fg-2">{text}</p>}
      {children !== undefined && <div className="mt-4">{children}</div>}
    </section>
  );
}

function keep(wish: Wishes): void {
  cache.setQueryData(wishes.queryKey, wish);
}

type Wanted = Partial<Pick<Wishes, "digest" | "hour" | "zone">> & { kinds?: Record<string, Partial<Record<Way, boolean>>> };

async function settle(wanted: Wanted): Promise<void> {
  const done = await telling(() => body(api.PUT("/api/notifications/preferences", { body: { kinds: {}, ...wanted } })));
  if (done) keep(done);
  else void cache.invalidateQueries({ queryKey: wishes.queryKey });
}

// --- where mails go

function Address({ wish }: { wish: Wishes }) {
  const { t } = useTranslation("notices");
  const sent = route.useSearch().code;
  const [changing, setChanging] = useState(false);
  const [email, setEmail] = useState("");
  const [code, setCode] = useState(sent ?? "");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();

  const doing = async (call: () => Promise<Wishes>, done: string) => {
    setBusy(true);
    setWrong(undefined);
    try {
      keep(await call());
      setChanging(false);
      setCode("");
      say({ title: done });
    } catch (error) {
      const known = error instanceof Problem && error.code in PROBLEMS ? t(PROBLEMS[error.code as keyof typeof PROBLEMS]) : null;
      setWrong(known ?? (error instanceof Error ? error.message : String(error)));
    }
    setBusy(false);
  };
  const send = (to: string) => doing(() => body(api.PUT("/api/notifications/email", { body: { email: to } })), t("address.sent"));
  const forget = () => doing(() => body(api.DELETE("/api/notifications/email")), t("address.forgotten"));

  if (!wish.mails) return <Card title={t("address.title")} text={t("address.none")} />;
  if (wish.email === "" || changing) {
    return (
      <Card title={t("address.title")} text={t("address.text")}>
        <form
          className="flex flex-wrap items-start gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void send(email);
          }}
        >
          <TextField label={t("address.field")} type="email" autoComplete="email" value={email} onChange={setEmail} error={wrong} className="min-w-52 flex-1" />
          <Button type="submit" look="primary" disabled={busy || email.trim() === ""} aria-busy={busy} className="mt-5.5">
            {t("address.send")}
          </Button>
          {changing && (
            <Button look="ghost" onClick={() => setChanging(false)} className="mt-5.5">
              {t("cancel")}
            </Button>
          )}
        </form>
      </Card>
    );
  }
  if (!wish.confirmed) {
    return (
      <Card title={t("address.title")} text={t("address.waits", { email: wish.email })}>
        <form
          className="flex flex-wrap items-start gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void doing(() => body(api.POST("/api/notifications/email/verify", { body: { code } })), t("address.confirmed"));
          }}
        >
          <TextField label={t("address.code")} autoComplete="one-time-code" value={code} onChange={setCode} maxLength={12} error={wrong} inputClassName="num tracking-[.2em]" className="w-60" />
          <Button type="submit" look="primary" disabled={busy || code.trim() === ""} aria-busy={busy} className="mt-5.5">
            {t("address.confirm")}
          </Button>
          <Button look="ghost" disabled={busy} onClick={() => void send(wish.email)} className="mt-5.5">
            {t("address.again")}
          </Button>
          <Button look="ghost" onClick={() => setChanging(true)} className="mt-5.5">
            {t("address.other")}
          </Button>
        </form>
      </Card>
    );
  }
  return (
    <Card title={t("address.title")}>
      {wish.failing !== "" && (
        <p role="alert" className="mb-3 rounded-sm bg-warn-soft px-2.5 py-2 text-xs text-fg">
          {t("address.failing", { why: wish.failing })}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-40 flex-1 text-sm font-medium break-all">{wish.email}</p>
        {wish.failing !== "" && (
          <Button disabled={busy} onClick={() => void send(wish.email)}>
            {t("address.again")}
          </Button>
        )}
        <Button onClick={() => setChanging(true)}>{t("address.change")}</Button>
        <Button look="ghost" disabled={busy} onClick={() => void forget()}>
          {t("address.forget")}
        </Button>
      </div>
      {wrong !== undefined && (
        <p role="alert" className="mt-2 text-xs text-bad">
          {wrong}
        </p>
      )}
    </Card>
  );
}

const PROBLEMS = { conflict: "address.wrong", too_often: "address.soon", invalid: "address.invalid" } as const;

// --- this browser, and others

function Browsers() {
  const { t } = useTranslation("notices");
  const known = useQuery(pushes).data?.browsers ?? [];
  const [here, setHere] = useState<{ state: Pushing; id: string | null }>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let stays = true;
    void pushing().then((now) => stays && setHere(now));
    return () => {
      stays = false;
    };
  }, []);
  const doing = async (call: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await call();
    } catch (error) {
      say({ title: t("push.failed"), detail: error instanceof Error ? error.message : String(error), bad: true });
    }
    setHere(await pushing());
    setBusy(false);
  };
  const remove = async (id: string) => {
    await telling(() => api.DELETE("/api/notifications/push/{browser_id}", { params: { path: { browser_id: id } } }));
    await cache.invalidateQueries({ queryKey: pushes.queryKey });
    setHere(await pushing());
  };
  const test = async () => {
    if (await telling(() => body(api.POST("/api/notifications/push/test")))) say({ title: t("push.tested") });
  };
  const state = here?.state;
  return (
    <Card title={t("push.title")} text={t("push.text")}>
      <div className="flex flex-wrap items-center gap-2">
        <p role="status" className="flex min-w-52 flex-1 items-center gap-2 text-sm">
          <span aria-hidden className={cx("size-2 shrink-0 rounded-full", state === "on" ? "bg-ok" : state === "denied" ? "bg-bad" : "bg-line-2")} />
          {state === undefined ? "…" : t(`push.${state}`)}
        </p>
        {state === "off" && (
          <Button look="primary" disabled={busy} aria-busy={busy} onClick={() => void doing(join)}>
            {t("push.start")}
          </Button>
        )}
        {state === "on" && (
          <>
            <Button onClick={() => void test()}>{t("push.test")}</Button>
            <Button look="ghost" disabled={busy} onClick={() => void doing(leave)}>
              {t("push.stop")}
            </Button>
          </>
        )}
      </div>
      {known.some((browser) => browser.id !== here?.id) && (
        <ul className="mt-3 divide-y divide-line border-t border-line">
          {known
            .filter((browser) => browser.id !== here?.id)
            .map((browser) => (
              <li key={browser.id} className="flex min-h-12 items-center gap-3 py-1">
                <div className="min-w-0 flex-1">
                  <p className="truncate text-sm font-medium">{browser.name}</p>
                  <p className="text-xs text-fg-3">{day(browser.created_at)}</p>
                </div>
                <IconButton label={t("push.remove", { name: browser.name })} onClick={() => void remove(browser.id)}>
                  <Trash2 size={16} aria-hidden />
                </IconButton>
              </li>
            ))}
        </ul>
      )}
    </Card>
  );
}

// --- of what, by which way

function Kinds({ wish }: { wish: Wishes }) {
  const { t } = useTranslation("notices");
  const pushed = (useQuery(pushes).data?.browsers ?? []).length > 0;
  const able: Record<Way, boolean> = { inbox: true, email: wish.confirmed && wish.failing === "", push: pushed };
  const set = (kind: string, way: Way, on: boolean) => {
    keep({ ...wish, kinds: wish.kinds.map((one) => (one.kind === kind ? { ...one, [way]: on } : one)) });
    void settle({ kinds: { [kind]: { [way]: on } } });
  };
  return (
    <Card title={t("what.title")} text={t("what.text")}>
      <table className="w-full text-sm">
        <thead>
          <tr className="text-2xs font-medium text-fg-3">
            <th scope="col" className="pb-1.5 text-left font-medium">
              <span className="sr-only">{t("what.kind")}</span>
            </th>
            {WAYS.map((way) => (
              <th key={way} scope="col" className="w-16 pb-1.5 text-center font-medium">
                {t(`what.${way}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {wish.kinds.map((one) => (
            <tr key={one.kind} className="border-t border-line">
              <th scope="row" className="py-2.5 pr-2 text-left font-normal">
                {t(`kinds.${one.kind as "batch.ended"}`, { defaultValue: one.title })}
              </th>
              {WAYS.map((way) => (
                <td key={way} className="py-1 text-center">
                  <Checkbox
                    hideLabel
                    label={`${t(`kinds.${one.kind as "batch.ended"}`, { defaultValue: one.title })}: ${t(`what.${way}`)}`}
                    checked={one[way] && able[way]}
                    disabled={!able[way]}
                    onChange={(on) => set(one.kind, way, on)}
                    className={cx("min-h-8 justify-center coarse:min-h-11", !able[way] && "opacity-45")}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {(!able.email || !able.push) && <p className="mt-3 text-xs text-fg-3">{!able.email && !able.push ? t("what.neither") : able.email ? t("what.noPush") : t("what.noEmail")}</p>}
    </Card>
  );
}

// --- when mails come

function When({ wish }: { wish: Wishes }) {
  const { t } = useTranslation("notices");
  const zones = [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", wish.zone])].sort();
  const choose = (digest: Wishes["digest"]) => {
    // Whoever never named a zone means their own.
    const zone = digest === "daily" && wish.zone === "UTC" ? Intl.DateTimeFormat().resolvedOptions().timeZone : wish.zone;
    keep({ ...wish, digest, zone });
    void settle({ digest, zone });
  };
  return (
    <Card title={t("when.title")} text={t("when.text")}>
      <Segment
        label={t("when.title")}
        hideLabel
        value={wish.digest}
        onChange={(value) => choose(value as Wishes["digest"])}
        items={(["once", "hourly", "daily"] as const).map((value) => ({ value, label: t(`when.${value}`) }))}
        className="max-w-sm"
      />
      {wish.digest === "daily" && (
        <div className="mt-4 grid max-w-sm grid-cols-[7rem_minmax(0,1fr)] gap-3">
          <Select
            label={t("when.hour")}
            value={String(wish.hour)}
            items={Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${String(hour).padStart(2, "0")}:00` }))}
            onChange={(value) => {
              keep({ ...wish, hour: Number(value) });
              void settle({ hour: Number(value) });
            }}
          />
          <Select
            label={t("when.zone")}
            value={wish.zone}
            items={zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))}
            onChange={(zone) => {
              keep({ ...wish, zone });
              void settle({ zone });
            }}
          />
        </div>
      )}
    </Card>
  );
}
