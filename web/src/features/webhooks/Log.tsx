/** What a webhook was told, whether it arrived, and telling it once more. */

import "@/i18n/webhooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api";
import { said } from "@/features/forms/said";
import { telling } from "@/features/runs";
import { moment } from "@/lib/format";
import { Button, cx, Dialog, say, Segment } from "@/ui";
import { deliveriesOf, fresh, type Delivery, type State, type Webhook } from "./queries";

const STATES = ["all", "queued", "delivered", "failed"] as const;
const TINT: Record<State, string> = { queued: "bg-warn-soft", delivered: "bg-hover", failed: "bg-bad-soft", dropped: "bg-hover" };

export function Log({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation("webhooks");
  const [state, setState] = useState<(typeof STATES)[number]>("all");
  const found = useInfiniteQuery(deliveriesOf(webhook.id, state === "all" ? null : state));
  const items = found.data?.pages.flatMap((page) => page.items);
  return (
    <Dialog title={t("log.title", { name: webhook.name === "" ? webhook.url : webhook.name })} open onClose={onClose} className="max-w-3xl">
      <Segment label={t("log.filter")} hideLabel value={state} onChange={(next) => setState(next as typeof state)} items={STATES.map((value) => ({ value, label: value === "all" ? t("log.all") : t(`delivery.${value}`) }))} className="max-w-md" />
      {items === undefined && <div className="skeleton mt-4 h-40" />}
      {items?.length === 0 && <p className="mt-4 text-sm text-fg-2">{t("log.none")}</p>}
      <ul className="mt-3 divide-y divide-line">
        {items?.map((delivery) => (
          <One key={delivery.id} webhook={webhook} delivery={delivery} />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button size="sm" className="mt-3" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("log.older")}
        </Button>
      )}
      <p className="mt-4 text-xs text-fg-3">{t("log.kept")}</p>
    </Dialog>
  );
}

function One({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const { t } = useTranslation("webhooks");
  const [open, setOpen] = useState(false);
  const id = useId();
  const again = async () => {
    const params = { path: { webhook_id: webhook.id, delivery_id: delivery.id } };
    const sent = await telling(() => body(api.POST("/api/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", { params })));
    if (sent) say({ title: t("log.again") });
    await fresh();
  };
  return (
    <li>
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} className="flex w-full items-center gap-2 py-2 text-left -outline-offset-2 hover:bg-hover coarse:min-h-11">
        <ChevronRight size={14} aria-hidden className={cx("shrink-0 text-fg-3 transition-transform", open && "rotate-90")} />
        <span className="min-w-0 flex-1 truncate font-mono text-xs">{delivery.type}</span>
        {delivery.status !== null && <span className="num shrink-0 text-xs text-fg-2">{delivery.status}</span>}
        <span className={cx("shrink-0 rounded-xs px-1.5 py-0.5 text-xs", TINT[delivery.state])}>{t(`delivery.${delivery.state}`)}</span>
        <time dateTime={delivery.created_at} className="num w-26 shrink-0 max-sm:w-auto text-right text-xs text-fg-2">
          {moment(delivery.created_at)}
        </time>
      </button>
      <div id={id} hidden={!open} className="pb-4 pl-5.5">
        {open && (
          <div className="flex flex-col gap-3 text-xs">
            <p className="break-all text-fg-2">
              <span className="font-mono">{delivery.message}</span>
              {delivery.next_at !== null && ` · ${t("log.next", { when: moment(delivery.next_at) })}`}
            </p>
            {delivery.attempts.length > 0 && (
              <div>
                <h4 className="font-medium">{t("log.tries", { count: delivery.attempts.length })}</h4>
                <ol className="num mt-1 flex flex-col gap-0.5 text-fg-2">
                  {delivery.attempts.map((one) => (
                    <li key={one.at}>
                      {moment(one.at)} · {one.error === null ? t("log.took", { status: one.status }) : said(one.error)} · {t("log.ms", { ms: Math.round(one.seconds * 1000) })}
                    </li>
                  ))}
                </ol>
              </div>
            )}
            <Letters title={t("log.payload")} text={pretty(delivery.payload)} />
            {delivery.answer !== null && <Letters title={t("log.answer")} text={delivery.answer} />}
            {delivery.type !== "webhook.test" && (
              <Button size="sm" className="self-start" disabled={!webhook.enabled || delivery.state === "queued"} onClick={() => void again()}>
                {t("log.replay")}
              </Button>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

function Letters({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <h4 className="font-medium">{title}</h4>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what is longer than its box is scrolled by keys too */}
      <pre tabIndex={0} role="region" aria-label={title} className="mt-1 max-h-56 overflow-auto rounded-sm bg-sunken px-2.5 py-2 font-mono break-all whitespace-pre-wrap">
        {text}
      </pre>
    </div>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
