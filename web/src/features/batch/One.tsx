/** One batch: set up while it has not begun, followed from then on. */

import "@/i18n/batch";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { batchOf, Problem } from "@/api";
import { patient } from "@/lib/later";
import { Button, Empty } from "@/ui";
import { SETTING } from "./plan";

const Setup = lazy(patient(() => import("./Setup")));
const Running = lazy(patient(() => import("./Running")));

export default function One() {
  const { t } = useTranslation("batch");
  const { id = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const { data, error } = useQuery(batchOf(id));
  if (!data && error instanceof Problem) {
    return (
      <main className="h-full overflow-auto bg-bg">
        <Empty title={error.message} className="py-[12vh]" actions={<Button onClick={() => void navigate({ to: "/batch" })}>{t("back")}</Button>} />
      </main>
    );
  }
  if (!data) return <main aria-busy className="h-full bg-bg p-5"><div className="skeleton h-64" /></main>;
  return <Suspense fallback={<main className="h-full bg-bg" />}>{SETTING.has(data.state) ? <Setup key={data.id} batch={data} /> : <Running key={data.id} batch={data} />}</Suspense>;
}
