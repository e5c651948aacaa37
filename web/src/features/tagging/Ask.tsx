import "@/i18n/tagging";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, operations, Problem } from "@/api";
import { said } from "@/features/forms/said";
import { telling } from "@/features/runs";
import { writers } from "@/features/wording/ask";
import { price } from "@/lib/format";
import { Button, Dialog, Segment, Select, say, Switch } from "@/ui";
import type { Select as Chosen } from "./api";

const RULES = "";

/** Which of the selected pictures are described by whom, and for how much; it then goes on by itself. */
export default function Ask({ select, onClose }: { select: Chosen; onClose: () => void }) {
  const { t, i18n } = useTranslation(["tagging", "ui"]);
  const navigate = useNavigate();
  const known = useSuspenseQuery(operations).data;
  const offers = writers(known, "image")[0]?.offers.filter(({ lane }) => lane !== "cpu") ?? [];
  const [offer, setOffer] = useState(RULES);
  const [language, setLanguage] = useState(i18n.language === "de" ? "de" : "en");
  const [accept, setAccept] = useState(false);
  const [busy, setBusy] = useState(false);
  const once = useRef(crypto.randomUUID());
  const order = { select, language, accept, ...(offer === RULES ? {} : { offer }) };
  const { data: estimate, error } = useQuery({
    queryKey: ["tagging", "estimate", order],
    queryFn: ({ signal }) => body(api.POST("/api/tagging/estimate", { body: order, signal })),
    retry: false,
    staleTime: 0,
  });
  const begin = async () => {
    setBusy(true);
    const chore = await telling(() => body(api.POST("/api/tagging/chores", { body: order, params: { header: { "idempotency-key": once.current } } })));
    setBusy(false);
    if (!chore) return;
    void cache.invalidateQueries({ queryKey: ["assets", "tagging"] });
    say({ title: t("ask.begun"), action: { label: t("ask.look"), perform: () => void navigate({ to: "/tagging" }) } });
    onClose();
  };
  return (
    <Dialog
      title={estimate ? t("ask.title", { count: estimate.count }) : t("ask.many")}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button look="primary" disabled={busy || !estimate || estimate.count === 0} onClick={() => void begin()}>
            {t("ask.do")}
            {estimate && <span className="num font-normal opacity-80">{estimate.price === 0 ? t("ask.free") : estimate.price === null ? "" : price(estimate.price)}</span>}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Select label={t("ask.by")} value={offer} onChange={setOffer} items={[{ value: RULES, label: t("ask.byRules") }, ...offers.map(({ id, title }) => ({ value: id, label: said(title) }))]} />
        <Segment
          label={t("language")}
          value={language}
          items={[
            { value: "en", label: "English" },
            { value: "de", label: "Deutsch" },
          ]}
          onChange={setLanguage}
        />
        <Switch label={t("ask.accept")} help={t("ask.acceptHelp")} checked={accept} onChange={setAccept} />
        {error instanceof Problem && <p className="text-sm text-bad">{error.message}</p>}
      </div>
    </Dialog>
  );
}
