/** The door: the link that the studio printed, or name and password. */

import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, cache, Problem } from "@/api";
import { Button, Logo, TextField } from "@/ui";

const route = getRouteApi("/welcome");

export default function Welcome() {
  const { t } = useTranslation("shell");
  const { used, next } = route.useSearch();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const signIn = async () => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await api.POST("/api/session", { body: { name, password } });
      cache.clear();
      location.assign(inside(next) ? next : "/");
    } catch (problem) {
      setError(problem instanceof Problem ? (problem.status === 401 ? t("welcome.wrong") : problem.message) : String(problem));
      setBusy(false);
    }
  };
  return (
    <main className="grid min-h-dvh grid-cols-[minmax(0,1fr)_minmax(0,1fr)] bg-bg max-lg:grid-cols-1">
      <div className="grid place-items-center p-6">
        <form
          className="w-full max-w-[360px]"
          onSubmit={(event) => {
            event.preventDefault();
            void signIn();
          }}
        >
          <Logo size={40} />
          <h1 className="mt-5 text-2xl font-semibold tracking-[-.02em]">{t("welcome.title")}</h1>
          <p className="mt-1.5 text-sm text-fg-2">{t("welcome.text")}</p>
          {used !== undefined && (
            <p role="alert" className="mt-4 rounded-md bg-warn-soft px-3 py-2.5 text-sm text-warn">
              {t("welcome.used")}
            </p>
          )}
          <div className="mt-6 flex flex-col gap-4">
            <TextField label={t("welcome.name")} value={name} onChange={setName} autoComplete="username" />
            <TextField label={t("welcome.password")} value={password} onChange={setPassword} type="password" autoComplete="current-password" error={error} />
            <Button type="submit" look="primary" size="lg" disabled={busy || name === "" || password === ""}>
              {t("welcome.signIn")}
            </Button>
          </div>
          <p className="mt-8 text-xs text-fg-3">{t("welcome.help")}</p>
          <code className="mt-1.5 inline-block rounded-sm bg-sunken px-2 py-1 font-mono text-xs text-fg-2">{COMMAND}</code>
        </form>
      </div>
      <div className="relative overflow-hidden bg-canvas max-lg:hidden" aria-hidden>
        <img src="/starters/lighthouse.webp" alt="" className="absolute inset-0 size-full object-cover" />
      </div>
    </main>
  );
}

const COMMAND = "gesso link";

/** Only a path of our own: an address of another site would be a way to lead people astray. */
function inside(next: string | undefined): next is string {
  return next !== undefined && next.startsWith("/") && !next.startsWith("//") && !next.includes("\\");
}
