/** Who one is, how the studio looks, what it may spend, and the tokens for scripts. */

import "@/i18n/settings";
import { useMutation, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Copy, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, credits, me, operations, Problem, tokens } from "@/api";
import { said } from "@/features/forms/said";
import { telling } from "@/features/runs";
import { Preferences as Notifications } from "@/features/notices/Preferences";
import { LANGUAGES, type Language } from "@/i18n";
import { copyText } from "@/lib/clipboard";
import { day, dollars } from "@/lib/format";
import { patient } from "@/lib/later";
import { useLook, type Theme } from "@/shell/look";
import { Button, cx, Dialog, IconButton, say, Segment, Select, Switch, TextField } from "@/ui";
import { Credentials } from "./credentials";
import { Providers } from "./providers";

const Brand = lazy(patient(() => import("@/features/brand")));
const Queue = lazy(patient(() => import("@/features/queue")));
const Webhooks = lazy(patient(() => import("@/features/webhooks")));
const StorageSettings = lazy(patient(() => import("@/features/keeping/StorageSettings")));

const route = getRouteApi("/inside/settings");
const PARTS = ["look", "profile", "notifications", "brand", "budget", "storage", "providers", "credentials", "tokens", "webhooks", "models", "queue"] as const;
type Part = (typeof PARTS)[number];

export default function Settings() {
  const { t } = useTranslation("settings");
  const who = useSuspenseQuery(me).data;
  const asked = route.useSearch().part;
  /** Parts that are for those who may one of these. */
  const needed: Partial<Record<Part, readonly string[]>> = { budget: ["credits.read"], webhooks: ["webhooks.manage"], queue: ["people.manage", "team.manage"] };
  const parts = PARTS.filter((part) => needed[part]?.some((each) => who.permissions.includes(each)) ?? true);
  const part: Part = parts.find((one) => one === asked) ?? "look";
  return (
    <main className="grid h-full min-h-0 grid-cols-[220px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)] bg-bg max-md:grid-cols-1 max-md:grid-rows-[auto_minmax(0,1fr)]">
      <nav aria-label={t("title")} className="flex flex-col gap-px border-r border-line p-3 max-md:flex-row max-md:overflow-x-auto max-md:border-r-0 max-md:border-b">
        {parts.map((one) => (
          <Link
            key={one}
            to="/settings"
            search={{ part: one }}
            aria-current={one === part ? "page" : undefined}
            className={cx("flex min-h-8 shrink-0 items-center rounded-md px-2.5 text-sm font-medium coarse:min-h-11", one === part ? "bg-active text-fg" : "text-fg-2 hover:bg-hover hover:text-fg")}
          >
            {t(`parts.${one}`)}
          </Link>
        ))}
      </nav>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what is longer than the page is scrolled by keys too */}
      <div role="region" tabIndex={0} aria-label={t(`parts.${part}`)} className="min-h-0 overflow-auto -outline-offset-2">
        <div className="mx-auto flex max-w-[720px] flex-col gap-6 px-6 py-8 max-md:px-4 max-md:py-5">
          <h2 className="text-xl font-semibold tracking-[-.02em]">{t(`parts.${part}`)}</h2>
          {part === "look" && <Looks />}
          {part === "profile" && <Profile />}
          {part === "notifications" && <Notifications />}
          {part === "brand" && (
            <Suspense fallback={<div className="skeleton h-40" />}>
              <Brand />
            </Suspense>
          )}
          {part === "budget" && <Budget />}
          {part === "storage" && (
            <Suspense fallback={<div className="skeleton h-60" />}>
              <StorageSettings />
            </Suspense>
          )}
          {part === "providers" && <Providers />}
          {part === "credentials" && <Credentials />}
          {part === "tokens" && <Tokens />}
          {part === "webhooks" && (
            <Suspense fallback={<div className="skeleton h-40" />}>
              <Webhooks />
            </Suspense>
          )}
          {part === "models" && <Models />}
          {part === "queue" && (
            <Suspense fallback={<div className="skeleton h-60" />}>
              <Queue />
            </Suspense>
          )}
        </div>
      </div>
    </main>
  );
}

function Card({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-panel p-4">
      <h3 className="text-sm font-semibold">{title}</h3>
      {text !== undefined && <p className="mt-0.5 text-xs text-fg-2">{text}</p>}
      {children !== undefined && <div className="mt-4">{children}</div>}
    </section>
  );
}

function Looks() {
  const { t } = useTranslation("settings");
  const { theme, language, singleKeys, set } = useLook();
  return (
    <>
      <Card title={t("look.theme")}>
        <Segment
          label={t("look.theme")}
          hideLabel
          value={theme}
          onChange={(value) => set({ theme: value as Theme })}
          items={(["dark", "light", "system"] as const).map((value) => ({ value, label: t(`look.${value}`) }))}
          className="max-w-sm"
        />
      </Card>
      <Card title={t("look.language")}>
        <Select
          label={t("look.language")}
          hideLabel
          value={language}
          onChange={(value) => set({ language: value as Language })}
          items={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          className="max-w-sm"
        />
      </Card>
      <Card title={t("look.keys")}>
        <Switch label={t("look.singleKeys")} checked={singleKeys} onChange={(value) => set({ singleKeys: value })} help={t("look.singleKeysText")} />
      </Card>
    </>
  );
}

function Profile() {
  const { t } = useTranslation("settings");
  const who = useSuspenseQuery(me).data;
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const differs = again !== "" && again !== password;
  const save = useMutation({
    mutationFn: () => api.PUT("/api/me/password", { body: { password } }),
    onSuccess: () => location.assign("/welcome"),
  });
  return (
    <>
      <Card title={who.name} text={t("profile.role", { role: said(who.role), team: who.team_name })} />
      <Card title={who.has_password ? t("profile.change") : t("profile.set")} text={t("profile.text")}>
        <form
          className="flex max-w-sm flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <TextField label={t("profile.password")} type="password" autoComplete="new-password" value={password} onChange={setPassword} error={save.error instanceof Problem ? save.error.message : undefined} />
          <TextField label={t("profile.again")} type="password" autoComplete="new-password" value={again} onChange={setAgain} error={differs ? t("profile.differs") : undefined} />
          <Button type="submit" look="primary" disabled={password === "" || password !== again || save.isPending} className="self-start">
            {t("profile.save")}
          </Button>
        </form>
      </Card>
    </>
  );
}

/** Thousandths of a credit in a dollar. */
const DOLLAR = 100_000;

function Budget() {
  const { t } = useTranslation("settings");
  const who = useSuspenseQuery(me).data;
  const found = useQuery(credits).data;
  const [amount, setAmount] = useState("");
  const typed = Number(amount.replace(",", "."));
  const valid = amount.trim() !== "" && Number.isFinite(typed) && typed >= 0;
  const limit = async () => {
    const done = await telling(() => body(api.POST("/api/credits/limit", { body: { balance: Math.round(typed * DOLLAR) } })));
    if (!done) return;
    cache.setQueryData(credits.queryKey, done);
    setAmount("");
    say({ title: t("budget.saved") });
  };
  const unlimit = async () => {
    const done = await telling(() => body(api.DELETE("/api/credits/limit")));
    if (!done) return;
    cache.setQueryData(credits.queryKey, done);
    say({ title: t("budget.saved") });
  };
  if (!found) return <div className="skeleton h-24" />;
  return (
    <>
      <Card title={t("budget.now")}>
        <p className="num text-2xl font-semibold">{found.unlimited ? t("budget.unlimited") : t("budget.left", { amount: dollars(found.balance) })}</p>
        {found.reserved > 0 && <p className="num mt-1 text-sm text-fg-2">{t("budget.reserved", { amount: dollars(found.reserved) })}</p>}
      </Card>
      {who.permissions.includes("credits.manage") ? (
        <Card title={t("budget.limit")} text={t("budget.limitText")}>
          <form
            className="flex flex-wrap items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              void limit();
            }}
          >
            <TextField label={t("budget.amount")} value={amount} onChange={setAmount} placeholder="20" className="w-40" error={amount !== "" && !valid ? t("budget.noNumber") : undefined} />
            <Button type="submit" look="primary" disabled={!valid}>
              {t("budget.set")}
            </Button>
            {!found.unlimited && <Button onClick={() => void unlimit()}>{t("budget.unset")}</Button>}
          </form>
        </Card>
      ) : (
        <p className="text-sm text-fg-2">{t("budget.owner")}</p>
      )}
    </>
  );
}

function Tokens() {
  const { t } = useTranslation("settings");
  const found = useQuery(tokens).data;
  const [name, setName] = useState("");
  const [fresh, setFresh] = useState<string | null>(null);
  const [ending, setEnding] = useState<{ id: string; name: string } | null>(null);
  const create = async () => {
    const made = await telling(() => body(api.POST("/api/tokens", { body: { name, scopes: [] } })));
    if (!made) return;
    setFresh(made.token);
    setName("");
    void cache.invalidateQueries({ queryKey: tokens.queryKey });
  };
  const end = async (id: string) => {
    await telling(() => api.DELETE("/api/tokens/{token_id}", { params: { path: { token_id: id } } }));
    setEnding(null);
    void cache.invalidateQueries({ queryKey: tokens.queryKey });
  };
  return (
    <>
      <Card title={t("tokens.new")} text={t("tokens.text")}>
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          <TextField label={t("tokens.name")} value={name} onChange={setName} maxLength={200} placeholder={t("tokens.hint")} className="min-w-52 flex-1" />
          <Button type="submit" look="primary" disabled={name.trim() === ""}>
            {t("tokens.create")}
          </Button>
        </form>
        {fresh !== null && (
          <div role="status" className="mt-4 rounded-md bg-accent-soft p-3">
            <p className="text-xs font-medium">{t("tokens.once")}</p>
            <div className="mt-2 flex items-center gap-2">
              <code className="min-w-0 flex-1 rounded-sm bg-sunken px-2 py-1.5 font-mono text-xs break-all">{fresh}</code>
              <IconButton label={t("tokens.copy")} onClick={() => void copyText(fresh)}>
                <Copy size={16} aria-hidden />
              </IconButton>
            </div>
          </div>
        )}
      </Card>
      <Card title={t("tokens.yours")}>
        {found?.length === 0 && <p className="text-sm text-fg-2">{t("tokens.none")}</p>}
        <ul className="-my-2 divide-y divide-line">
          {found?.map((token) => (
            <li key={token.id} className="flex min-h-12 items-center gap-3 py-1">
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm font-medium">{token.name}</p>
                <p className="text-xs text-fg-3">
                  {day(token.created_at)} · {token.scopes.length === 0 ? t("tokens.whole") : token.scopes.join(", ")}
                </p>
              </div>
              <IconButton label={t("tokens.end", { name: token.name })} onClick={() => setEnding(token)}>
                <Trash2 size={16} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      </Card>
      <Dialog
        title={t("tokens.end", { name: ending?.name ?? "" })}
        open={ending !== null}
        onClose={() => setEnding(null)}
        footer={
          <>
            <Button onClick={() => setEnding(null)}>{t("cancel")}</Button>
            <Button look="danger" onClick={() => ending && void end(ending.id)}>
              {t("tokens.endYes")}
            </Button>
          </>
        }
      >
        {t("tokens.endText")}
      </Dialog>
    </>
  );
}

function Models() {
  const { t } = useTranslation("settings");
  const { data: known } = useSuspenseQuery(operations);
  return (
    <>
      <p className="text-sm text-fg-2">{t("models.text")}</p>
      {known
        .filter((operation) => operation.offers.length > 0)
        .map((operation) => (
          <Card key={operation.op} title={said(operation.title)} text={said(operation.description)}>
            <ul className="-my-2 divide-y divide-line">
              {operation.offers.map((offer) => (
                <li key={offer.id} className="flex min-h-10 items-center justify-between gap-3 py-1 text-sm">
                  <span className="min-w-0 truncate font-medium">{said(offer.title)}</span>
                  <span className="shrink-0 font-mono text-xs text-fg-3">{offer.id}</span>
                </li>
              ))}
            </ul>
          </Card>
        ))}
    </>
  );
}
