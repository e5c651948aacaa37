/** How much is kept, by whom and by what; how much may be; and whether all of it is well. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, me, type Asset } from "@/api";
import { telling } from "@/features/runs";
import "@/i18n/keeping";
import { bytes, count, day, moment } from "@/lib/format";
import { Button, Progress, Sure, TextField, cx, say } from "@/ui";
import { begin, choresNow, healthNow, isOver, stop, storageNow, type Chore, type Share, type Storage } from "./queries";

const GB = 1e9;

export default function StorageSettings() {
  const { t } = useTranslation("keeping");
  const manages = useSuspenseQuery(me).data.permissions.includes("library.manage");
  const found = useQuery(storageNow).data;
  if (!found) return <div className="skeleton h-60" />;
  const part = found.limit > 0 ? Math.min(1, found.used / found.limit) : 0;
  return (
    <>
      <Card title={t("storage.used")}>
        <p className="num text-2xl font-semibold">{found.limit > 0 ? t("storage.of", { used: bytes(found.used), limit: bytes(found.limit) }) : bytes(found.used)}</p>
        <p className="num mt-1 text-sm text-fg-2">
          {`${t("storage.assets", { count: found.assets, n: count(found.assets) })}. `}
          {found.own_limit > 0 ? t("storage.ownOf", { used: bytes(found.own), limit: bytes(found.own_limit) }) : t("storage.own", { used: bytes(found.own) })}
        </p>
        {found.limit > 0 && (
          <div className="mt-3 h-1.5 overflow-hidden rounded-full bg-active" role="meter" aria-label={t("storage.used")} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(part * 100)}>
            <div className={cx("h-full", found.full ? "bg-bad" : found.nearly ? "bg-warn" : "bg-ring")} style={{ width: `${part * 100}%` }} />
          </div>
        )}
        {found.nearly && (
          <p role="alert" className={cx("mt-3 rounded-sm px-2.5 py-2 text-xs text-fg", found.full ? "bg-bad-soft" : "bg-warn-soft")}>
            {found.full ? t("storage.full") : t("storage.nearly")}
          </p>
        )}
        <p className="mt-3 text-xs text-fg-3">{t("storage.explain")}</p>
      </Card>
      <Shares title={t("storage.studios")} shares={found.studios} name={(key) => t(`studios.${key as "create"}`)} />
      <Shares title={t("storage.kinds")} shares={found.kinds} name={(key) => t(`kinds.${key as "image"}`)} />
      <Shares title={t("storage.people")} shares={found.people} name={(_, title) => title} />
      {found.heaviest.length > 0 && (
        <Card title={t("storage.heaviest")}>
          <Assets assets={found.heaviest} said={(asset) => bytes(asset.bytes)} />
        </Card>
      )}
      {manages && <Rules key={JSON.stringify(found.rules)} rules={found.rules} />}
      {manages && <Health />}
    </>
  );
}

function Card({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-panel p-4">
      <h3 className="text-sm font-semibold">{title}</h3>
      {text !== undefined && <p className="mt-0.5 text-xs text-fg-2">{text}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
}

function Shares({ title, shares, name }: { title: string; shares: readonly Share[]; name: (key: string, title: string) => string }) {
  const most = Math.max(1, ...shares.map((share) => share.bytes));
  if (shares.length === 0) return null;
  return (
    <Card title={title}>
      <ul className="flex flex-col gap-2">
        {shares.map((share) => (
          <li key={share.key} className="grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)_5.5rem] items-center gap-3 text-xs max-sm:grid-cols-[minmax(0,1fr)_5.5rem]">
            <span className="truncate">{name(share.key, share.title ?? "")}</span>
            <span aria-hidden className="h-2 rounded-full bg-hover max-sm:order-3 max-sm:col-span-2">
              <span className="block h-full rounded-full bg-fg-3" style={{ width: `${(share.bytes / most) * 100}%` }} />
            </span>
            <span className="num text-right text-fg-2">{bytes(share.bytes)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Assets({ assets, said }: { assets: readonly Asset[]; said: (asset: Asset) => string }) {
  const navigate = useNavigate();
  return (
    <ul className="-mx-2">
      {assets.map((asset) => (
        <li key={asset.id}>
          <button type="button" onClick={() => void navigate({ to: ".", search: (now: object) => ({ ...now, view: asset.id }) })} className="flex w-full items-center gap-3 rounded-md px-2 py-1 text-left hover:bg-hover coarse:min-h-11">
            <img src={`${asset.thumbnail}?size=256`} alt="" loading="lazy" className="size-9 shrink-0 rounded-sm bg-hover object-cover" />
            <span className="min-w-0 flex-1 truncate text-sm">{asset.title}</span>
            <span className="num shrink-0 text-xs text-fg-2">{said(asset)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Rules({ rules }: { rules: Storage["rules"] }) {
  const { t } = useTranslation("keeping");
  const written = (value: number | null, unit: number) => (value === null ? "" : String(value / unit));
  const [days, setDays] = useState(written(rules.trash_days, 1));
  const [room, setRoom] = useState(written(rules.room, GB));
  const [own, setOwn] = useState(written(rules.person_room, GB));
  const read = (text: string, unit: number) => (text.trim() === "" ? null : Math.round(Number(text.replace(",", ".")) * unit));
  const told = { trash_days: read(days, 1), room: read(room, GB), person_room: read(own, GB) };
  const wrong = (value: number | null) => (value !== null && !(value >= 0) ? t("storage.noNumber") : undefined);
  const most = (value: number) => t("storage.roomHelp", { most: value > 0 ? bytes(value) : t("storage.anything") });
  const save = async () => {
    const done = await telling(() => body(api.PATCH("/api/storage/rules", { body: told })));
    if (!done) return;
    void cache.invalidateQueries({ queryKey: storageNow.queryKey });
    void cache.invalidateQueries({ queryKey: ["trash"] });
    say({ title: t("storage.saved") });
  };
  return (
    <Card title={t("storage.rules")} text={t("storage.rulesText")}>
      <form
        className="flex max-w-sm flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField label={t("storage.days")} value={days} onChange={setDays} placeholder={String(rules.default_trash_days)} help={t("storage.daysHelp", { days: count(rules.default_trash_days) })} error={wrong(told.trash_days)} />
        <TextField label={t("storage.room")} value={room} onChange={setRoom} help={most(rules.most_room)} error={wrong(told.room)} />
        <TextField label={t("storage.personRoom")} value={own} onChange={setOwn} help={most(rules.most_person_room)} error={wrong(told.person_room)} />
        <Button type="submit" look="primary" disabled={Object.values(told).some((value) => wrong(value) !== undefined)} className="self-start">
          {t("storage.save")}
        </Button>
      </form>
    </Card>
  );
}

function Health() {
  const { t } = useTranslation("keeping");
  const found = useQuery(healthNow).data;
  const chores = useQuery(choresNow).data ?? [];
  const [asking, setAsking] = useState(false);
  if (!found) return <div className="skeleton h-40" />;
  const { strays, round } = found;
  const busy = (kind: Chore["kind"]) => chores.some((chore) => chore.kind === kind && !isOver(chore));
  return (
    <Card title={t("storage.health")}>
      <div className="flex flex-col gap-3 text-sm">
        {found.damaged === 0 ? (
          <p>{t("storage.well")}</p>
        ) : (
          <>
            <p role="alert" className="rounded-sm bg-bad-soft px-2.5 py-2 text-xs">
              {t("storage.damaged", { count: found.damaged, n: count(found.damaged) })}
            </p>
            <Assets assets={found.assets} said={(asset) => asset.trouble ?? ""} />
          </>
        )}
        <p className="text-xs text-fg-2">
          {round.ended_at ? t("storage.round", { day: day(round.ended_at) }) : t("storage.never")} {round.checked > 0 && !round.ended_at && t("storage.reading", { count: round.checked, n: count(round.checked) })}{" "}
          {round.days > 0 && t("storage.byItself", { days: count(round.days) })}
        </p>
        <p className="text-xs text-fg-2">
          {strays.count === 0 ? t("storage.noStrays") : t("storage.strays", { count: strays.count, n: count(strays.count), size: bytes(strays.bytes) })}{" "}
          {strays.ripe > 0 && t("storage.ripe", { count: strays.ripe, n: count(strays.ripe), size: bytes(strays.ripe_bytes) })}{" "}
          {strays.ripe_at && t("storage.ripeAt", { when: moment(strays.ripe_at), hours: count(strays.grace_hours) })}
        </p>
        <div className="flex flex-wrap gap-2">
          <Button size="sm" disabled={busy("check")} onClick={() => void begin("check")}>
            {t("storage.check")}
          </Button>
          <Button size="sm" disabled={busy("verify")} onClick={() => void begin("verify")}>
            {t("storage.verify")}
          </Button>
          {strays.ripe > 0 && (
            <Button size="sm" look="danger" disabled={busy("clean")} onClick={() => setAsking(true)}>
              {t("storage.clean")}
            </Button>
          )}
        </div>
        <ul className="flex flex-col gap-3">
          {chores.map((chore) => (
            <li key={chore.id}>
              <Doing chore={chore} />
            </li>
          ))}
        </ul>
      </div>
      <Sure title={t("storage.cleanTitle", { count: strays.ripe, n: count(strays.ripe) })} text={t("storage.cleanText", { size: bytes(strays.ripe_bytes) })} act={t("storage.cleanDo")} open={asking} onClose={() => setAsking(false)} onSure={() => void begin("clean")} />
    </Card>
  );
}

function Doing({ chore }: { chore: Chore }) {
  const { t } = useTranslation("keeping");
  const over = isOver(chore);
  const ended = chore.state === "failed" ? t("storage.failed", { error: chore.note }) : chore.state === "cancelled" ? t("storage.stopped") : t(`storage.finished.${chore.kind}`);
  const progress = chore.total > 0 ? t("storage.progress", { done: count(chore.done), total: count(chore.total) }) : t("storage.some", { done: count(chore.done) });
  return (
    <div className="flex items-center gap-3 text-xs">
      <div className="min-w-0 flex-1">
        <p role="status" className="num flex justify-between gap-3 text-fg-2">
          <span>{over ? ended : t(`storage.running.${chore.kind}`)}</span>
          <span className="text-fg-3">{over ? moment(chore.ended_at ?? chore.created_at) : progress}</span>
        </p>
        {!over && <Progress className="mt-1.5" label={t(`storage.running.${chore.kind}`)} value={chore.total > 0 ? chore.done / chore.total : null} />}
      </div>
      {!over && (
        <Button size="sm" disabled={chore.stopping} onClick={() => void stop(chore)}>
          {t("storage.stop")}
        </Button>
      )}
    </div>
  );
}
