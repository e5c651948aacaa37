/** Before it begins: what is done on the left, the file and what was found out of it beside. */

import "@/i18n/batch";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LayoutTemplate, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Batch } from "@/api";
import { count } from "@/lib/format";
import { patient } from "@/lib/later";
import { Button, Disclosure, IconButton, Sure } from "@/ui";
import { remove, rowsOf } from "./api";
import { Checked, Mending } from "./Checked";
import { Columns, Preview } from "./Columns";
import { Head } from "./Head";
import { Options } from "./Options";
import { drafted } from "./plan";
import { Start } from "./Start";
import { Steps } from "./Steps";
import { useSetup } from "./useSetup";

const Templates = lazy(patient(() => import("./Templates")));

export default function Setup({ batch }: { batch: Batch }) {
  const { t } = useTranslation("batch");
  const navigate = useNavigate();
  const { data: known } = useSuspenseQuery(operations);
  const setup = useSetup(batch, known);
  const { draft } = setup;
  const [first] = useQuery({ ...rowsOf(batch.id, "all", 0, 1), enabled: batch.state !== "arriving" }).data?.items ?? [];
  const [keeping, setKeeping] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const facts = useMemo(
    () =>
      [
        draft.canary > 0 ? t("options.saysCanary", { count: draft.canary, n: count(draft.canary) }) : "",
        draft.cap !== null ? t("options.saysCap") : "",
        draft.twins === "skip" ? t("options.saysSkip") : "",
        draft.priority !== "normal" ? t(`options.${draft.priority}`) : "",
      ]
        .filter(Boolean)
        .join(" · "),
    [draft, t],
  );
  return (
    <main className="grid h-full min-h-0 grid-cols-[372px_minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] bg-bg max-lg:grid-cols-[320px_minmax(0,1fr)] max-md:flex max-md:flex-col max-md:overflow-auto">
      <div className="col-span-2 shrink-0">
        <Head batch={batch} title={draft.title} onTitle={(title) => setup.change({ title })}>
          <Button size="sm" onClick={() => setKeeping(true)}>
            <LayoutTemplate size={14} aria-hidden />
            {t("templates.open")}
          </Button>
          <IconButton label={t("remove.do")} onClick={() => setLeaving(true)}>
            <Trash2 size={16} aria-hidden />
          </IconButton>
        </Head>
      </div>
      <section aria-label={t("steps.title")} className="flex min-h-0 flex-col border-r border-line bg-panel max-md:contents">
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be reached by the keyboard */}
        <div role="group" aria-label={t("steps.title")} tabIndex={0} className="min-h-0 flex-1 overflow-auto -outline-offset-2 max-md:order-1 max-md:shrink-0 max-md:flex-none max-md:overflow-visible max-md:bg-panel">
          <Steps batch={batch} setup={setup} operations={known} first={first} />
          <Disclosure title={t("options.title")} hint={facts}>
            <Options draft={draft} onChange={setup.change} />
          </Disclosure>
        </div>
        <div className="shrink-0 max-md:sticky max-md:bottom-0 max-md:z-10 max-md:order-3 max-md:mt-auto">
          <Start batch={batch} able={setup.settled} />
        </div>
      </section>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above */}
      <section aria-label={t("rowsLabel")} tabIndex={0} className="min-h-0 overflow-auto -outline-offset-2 max-md:order-2 max-md:shrink-0 max-md:overflow-visible">
        <div className="mx-auto flex max-w-[920px] flex-col gap-4 p-5 max-md:p-3">
          <Checked batch={batch} setup={setup} operations={known} />
          {batch.state === "ready" && batch.invalid > 0 && <Mending batch={batch} />}
          <Columns batch={batch} setup={setup} operations={known} />
          <Preview batch={batch} setup={setup} operations={known} first={first} />
        </div>
      </section>
      <Suspense>{keeping && <Templates wanted={setup.wanted} onUse={(wanted) => setup.change(drafted(wanted, draft))} onClose={() => setKeeping(false)} />}</Suspense>
      <Sure
        title={t("remove.title", { title: draft.title })}
        text={t("remove.draftText")}
        act={t("remove.do")}
        open={leaving}
        onClose={() => setLeaving(false)}
        onSure={() => void remove(batch.id).then((gone) => (gone ? navigate({ to: "/batch" }) : undefined))}
      />
    </main>
  );
}
