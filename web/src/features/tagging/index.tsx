/** What programs propose to say of the pictures, and how new ones are tagged. */

import "@/i18n/tagging";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api";
import { Button, Empty, Progress, Segment, Sure, buttonClass, cx } from "@/ui";
import { decide, proposals, setMode, stop, tagging, type Mode } from "./api";
import { Words } from "./Proposed";

const WORKING = new Set(["queued", "running"]);

export default function Tagging() {
  const { t } = useTranslation(["tagging", "ui"]);
  const navigate = useNavigate();
  const { data: told } = useQuery({ ...tagging, refetchInterval: ({ state }) => (WORKING.has(state.data?.chore?.state ?? "") ? 1500 : false) });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(proposals);
  const [asking, setAsking] = useState<"kept" | "rejected" | null>(null);
  const items = data?.pages.flatMap((page) => page.items);
  const language = told?.language === "de" ? "de" : "en";
  const chore = told?.chore && WORKING.has(told.chore.state) ? told.chore : null;
  return (
    <main className="h-full overflow-auto">
      <div className="mx-auto flex max-w-4xl flex-col gap-4 px-6 py-6 max-md:px-3 max-md:py-4">
        <header className="flex flex-col gap-1">
          <h1 className="text-xl font-semibold">{t("title")}</h1>
          <p className="max-w-prose text-sm text-fg-2">{t("text")}</p>
        </header>
        {told && (
          <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
            <Segment label={t("mode.label")} value={told.mode} items={(["off", "propose", "accept"] as const).map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))} onChange={(mode) => void setMode(mode as Mode, language)} />
            <Segment
              label={t("language")}
              value={language}
              items={[
                { value: "en", label: "English" },
                { value: "de", label: "Deutsch" },
              ]}
              onChange={(next) => void setMode(told.mode, next as "en" | "de")}
            />
          </div>
        )}
        {chore && (
          <div className="flex items-center gap-3 rounded-md border border-line bg-panel px-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="num mb-1 text-xs text-fg-2">
                {t("chore", { done: chore.done + chore.failed, total: chore.total })}
                {chore.failed > 0 && `, ${t("failed", { count: chore.failed })}`}
              </p>
              <Progress label={t("ask.begun")} value={chore.total > 0 ? (chore.done + chore.failed) / chore.total : null} />
            </div>
            <Button size="sm" disabled={chore.stopping} onClick={() => void stop(chore.id)}>
              {chore.stopping ? t("stopping") : t("stop")}
            </Button>
          </div>
        )}
        {error && !items ? (
          <Empty title={t("title")} actions={<Button onClick={() => void refetch()}>{t("ui:retry")}</Button>}>
            {error instanceof Problem ? error.message : null}
          </Empty>
        ) : items === undefined ? (
          <div role="status" aria-label={t("loading")} className="skeleton h-64 rounded-lg" />
        ) : items.length === 0 ? (
          <Empty
            title={t("none")}
            className="pt-[8vh]"
            actions={
              <Link to="/library" className={buttonClass()}>
                {t("back")}
              </Link>
            }
          >
            {t("noneText")}
          </Empty>
        ) : (
          <>
            <div className="flex justify-end gap-2">
              <Button size="sm" look="ghost" onClick={() => setAsking("rejected")}>
                {t("rejectAll")}
              </Button>
              <Button size="sm" look="primary" onClick={() => setAsking("kept")}>
                {t("keepAll")}
              </Button>
            </div>
            <Sure
              title={asking === "kept" ? t("keepAll") : t("rejectAll")}
              text={t("allText")}
              act={asking === "kept" ? t("keepAll") : t("rejectAll")}
              look={asking === "kept" ? "primary" : "danger"}
              open={asking !== null}
              onClose={() => setAsking(null)}
              onSure={() => asking && void decide(null, asking)}
            />
            <ul className="flex flex-col gap-3">
              {items.map((proposed) => (
                <li key={proposed.asset.id} className="flex gap-4 rounded-lg border border-line bg-panel p-3 max-md:flex-col">
                  <button type="button" aria-label={t("open", { title: proposed.asset.title })} onClick={() => void navigate({ to: ".", search: (now: object) => ({ ...now, view: proposed.asset.id }) })} className="h-28 w-36 shrink-0 overflow-hidden rounded-md bg-canvas max-md:w-full">
                    <img src={`${proposed.asset.thumbnail}?size=256`} alt="" loading="lazy" className={cx("size-full object-contain", proposed.asset.facts["alpha"] === true && "checkered")} />
                  </button>
                  <div className="min-w-0 flex-1">
                    <h2 className="mb-2 truncate text-sm font-medium">{proposed.asset.title}</h2>
                    <Words proposed={proposed} />
                  </div>
                  <div className="flex shrink-0 flex-col gap-1.5 max-md:flex-row">
                    <Button size="sm" onClick={() => void decide([proposed.asset.id], "kept")}>
                      {t("keepThese")}
                    </Button>
                    <Button size="sm" look="ghost" onClick={() => void decide([proposed.asset.id], "rejected")}>
                      {t("rejectThese")}
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
            {hasNextPage && (
              <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage} className="self-center">
                {t("more")}
              </Button>
            )}
          </>
        )}
      </div>
    </main>
  );
}
