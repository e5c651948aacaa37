/** Where a picture came from and what came of it, with what each step cost. */

import "@/i18n/lineage";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { lineageOf, Problem, type Lineage } from "@/api";
import { count, price } from "@/lib/format";
import type { LineageSearch } from "@/shell/router";
import { buttonClass, Empty, Segment } from "@/ui";
import { List } from "./List";
import { Tree } from "./Tree";

const FANS = { first: 8, widest: 50 };

export default function LineagePage() {
  const { t } = useTranslation("lineage");
  const { asset }: LineageSearch = useSearch({ strict: false });
  if (asset === undefined) {
    return (
      <Empty title={t("none")} actions={<Link to="/library" className={buttonClass("primary", "md")}>{t("library")}</Link>}>
        {t("noneText")}
      </Empty>
    );
  }
  return <Of key={asset} id={asset} />;
}

function Of({ id }: { id: string }) {
  const { t } = useTranslation("lineage");
  const search: LineageSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const [fan, setFan] = useState(FANS.first);
  const { data, error } = useQuery({ ...lineageOf(id, fan), placeholderData: keepPreviousData });
  const about = data?.nodes.find((node) => node.id === id);
  useEffect(() => {
    if (about) document.title = `${t("of", { title: about.title })} · Gesso`;
  }, [about, t]);
  if (error) {
    return (
      <Empty title={error instanceof Problem && error.status === 404 ? t("gone") : error.message} actions={<Link to="/library" className={buttonClass("primary", "md")}>{t("library")}</Link>}>
        {null}
      </Empty>
    );
  }
  const open = (view: string) => void navigate({ to: ".", search: (now: object) => ({ ...now, view }) });
  const centre = (asset: string) => void navigate({ to: "/lineage", search: { asset, as: search.as } });
  const widen = fan < FANS.widest ? () => setFan(FANS.widest) : undefined;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-panel px-4 py-2.5">
        <div className="min-w-0 flex-1 basis-48">
          <h2 className="truncate text-sm font-semibold">
            <bdi>{about ? t("of", { title: about.title }) : t("page")}</bdi>
          </h2>
          {data && <Total lineage={data} />}
        </div>
        <Segment
          label={t("how")}
          hideLabel
          value={search.as ?? "tree"}
          onChange={(as) => void navigate({ to: ".", search: (now: object) => ({ ...now, as: as === "list" ? "list" : undefined }), replace: true })}
          items={[
            { value: "tree", label: t("tree") },
            { value: "list", label: t("list") },
          ]}
        />
      </header>
      <div className="relative min-h-0 flex-1">
        {!data ? (
          <div className="skeleton m-4 h-40" role="status" aria-label={t("loading")} />
        ) : search.as === "list" ? (
          <List lineage={data} onOpen={open} onWiden={widen} />
        ) : (
          <Tree lineage={data} wider={widen !== undefined} onWiden={() => widen?.()} onOpen={open} onCentre={centre} />
        )}
        {data?.nodes.length === 1 && <p className="pointer-events-none absolute inset-x-4 top-4 text-center text-sm text-fg-2">{t("alone")}</p>}
      </div>
    </div>
  );
}

function Total({ lineage: { total, before } }: { lineage: Lineage }) {
  const { t } = useTranslation("lineage");
  const amount = price(total.cost);
  return (
    <p className="num text-xs text-fg-3">
      {`${t("total")}: `}
      <strong className="font-medium text-fg">{total.least ? t("atLeast", { amount }) : amount}</strong>
      {before > 0 && ` · ${t("before", { count: before, n: count(before) })}`}
      {total.whole > total.cost && <span title={t("runsText")}>{` · ${t("runs", { amount: price(total.whole) })}`}</span>}
      {total.least && <span className="block">{t("leastText")}</span>}
    </p>
  );
}
