import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api";
import { useConnection } from "@/live/live";
import { Button, Empty } from "@/ui";

/** A page that fell over: what happened, and two ways on. What was typed is kept elsewhere and is still there. */
export function Fallen({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation("shell");
  const router = useRouter();
  const away = error instanceof Problem && error.passing;
  const again = () => {
    reset();
    void router.invalidate();
  };
  // When the studio is back, so is the page.
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(again, 3000);
    const unsubscribe = useConnection.subscribe(({ state }) => state === "live" && again());
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  });
  return (
    <main className="grid h-full min-h-dvh place-items-center bg-bg">
      <div role="alert">
        <Empty
          title={away ? t("fallen.away") : t("fallen.title")}
          actions={
            <div className="flex justify-center gap-2">
              <Button look="primary" onClick={again}>
                {t("fallen.again")}
              </Button>
              {!away && <Button onClick={() => location.assign("/")}>{t("fallen.home")}</Button>}
            </div>
          }
        >
          <p>{away ? t("fallen.awayText") : t("fallen.text")}</p>
          {!away && <p className="mt-3 font-mono text-xs break-words text-fg-3">{error instanceof Error ? error.message : String(error)}</p>}
        </Empty>
      </div>
    </main>
  );
}

export function Nowhere() {
  const { t } = useTranslation("shell");
  return (
    <main className="grid h-full min-h-[60dvh] place-items-center">
      <Empty
        title={t("nowhere.title")}
        actions={
          <Link to="/" className="text-sm font-semibold text-accent-text hover:underline">
            {t("nowhere.home")}
          </Link>
        }
      >
        {t("nowhere.text")}
      </Empty>
    </main>
  );
}
