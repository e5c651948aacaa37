/** Several pictures enlarged in the same way: what all of them cost is said before. */

import "@/i18n/upscale";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, FolderUp, Images, Maximize2, Upload, X } from "lucide-react";
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, OVER, Problem, runOf, type Asset, type Operation } from "@/api";
import { FormFields, ModelField, said, useForm } from "@/features/forms";
import { upload } from "@/features/library/uploads";
import { submit } from "@/features/runs";
import { patient } from "@/lib/later";
import { pixels, price } from "@/lib/format";
import { useNow } from "@/live/now";
import { announce } from "@/shell/announce";
import type { RootSearch } from "@/shell/router";
import { Button, Dialog, IconButton, Ring } from "@/ui";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

interface QueueProps {
  operation: Operation;
  /** The field that has the picture, and those that make no sense for many. */
  image: string;
  hide: readonly string[];
  onBack: () => void;
}

interface Item {
  asset: Asset;
  run?: string;
  trouble?: string;
}

/** Above this (thousandths of a credit: one dollar) a person is asked first. */
const ASK_ABOVE = 100_000;
/** Stands, in an estimate, for a picture that is still to be chosen. */
const LATER = "00000000-0000-7000-8000-000000000000";

export default function Queue({ operation, image, hide, onBack }: QueueProps) {
  const { t } = useTranslation(["upscale", "ui"]);
  const [items, setItems] = useState<readonly Item[]>([]);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [picking, setPicking] = useState(false);
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const keys = useRef(new Map<string, string>());
  const first = items[0]?.asset.id ?? LATER;
  const form = useForm(
    operation,
    useMemo(() => ({ [image]: first, ...Object.fromEntries(hide.filter((name) => name !== image).map((name) => [name, null])) }), [image, first, hide]),
  );
  const { input, offer, prefer } = form;
  const open = items.filter((item) => item.run === undefined);
  const told = useQueries({
    queries: items.map((item) => {
      const asked = { op: operation.op, offer, prefer, input: { ...input, [image]: item.asset.id } };
      return {
        queryKey: ["queued", JSON.stringify(asked)],
        queryFn: async () => {
          try {
            const found = await body(api.POST("/api/runs/estimate", { body: asked as never }));
            return { price: found.price, size: found.size ?? null, trouble: "" };
          } catch (error) {
            if (!(error instanceof Problem) || error.passing) throw error;
            return { price: null, size: null, trouble: error.fields[0]?.message ?? error.message };
          }
        },
        enabled: item.run === undefined,
        gcTime: 60_000,
        retry: false,
      };
    }),
  });
  const rows = items.map((item, index) => ({ item, told: told[index]?.data }));
  const able = rows.filter(({ item, told: one }) => item.run === undefined && one?.price != null);
  const total = able.reduce((sum, { told: one }) => sum + (one?.price ?? 0), 0);
  const known = rows.every(({ item, told: one }) => item.run !== undefined || one !== undefined);

  const add = useCallback((more: readonly Asset[]) => setItems((now) => [...now, ...more.filter((asset) => asset.kind === "image" && !now.some((item) => item.asset.id === asset.id)).map((asset) => ({ asset }))]), []);
  const take = useCallback(async (found: readonly File[]) => add(await upload(found.filter((file) => file.type.startsWith("image/")))), [add]);
  const change = (id: string, more: Partial<Item>) => setItems((now) => now.map((item) => (item.asset.id === id ? { ...item, ...more } : item)));
  const run = async () => {
    if (busy) return;
    setBusy(true);
    try {
      for (const { item } of able) {
        const order = { op: operation.op, offer, prefer, input: { ...input, [image]: item.asset.id } };
        const text = JSON.stringify(order);
        // An order whose answer was lost is repeated under the same key, and so is not paid twice.
        const key = keys.current.get(text) ?? crypto.randomUUID();
        keys.current.set(text, key);
        try {
          const promised = await submit(order, key);
          keys.current.delete(text);
          change(item.asset.id, { run: promised.id });
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          change(item.asset.id, { trouble: error.message });
          // What stops one for want of money, or because nobody answers, stops the others too.
          if (error.status === 402 || error.passing) break;
        }
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="grid h-full min-h-0 grid-cols-[372px_minmax(0,1fr)] bg-bg max-lg:grid-cols-[320px_minmax(0,1fr)] max-md:block max-md:overflow-auto">
      <section aria-label={t("queue.how")} className="flex min-h-0 flex-col border-r border-line bg-panel max-md:border-r-0">
        <div className="min-h-0 flex-1 overflow-auto">
          <div className="px-4 pt-4">
            <Button size="sm" look="ghost" onClick={onBack}>
              <ArrowLeft size={14} aria-hidden />
              {t("queue.back")}
            </Button>
            <h2 className="mt-2 text-md font-semibold">{t("queue.title")}</h2>
            <p className="mt-0.5 text-xs text-fg-3">{t("queue.text")}</p>
          </div>
          <FormFields form={form} hide={hide} source={items[0]?.asset} model={<ModelField form={form} />} />
        </div>
        <div className="border-t border-line p-3.5">
          <Button look="primary" size="lg" className="w-full !justify-between" disabled={busy || able.length === 0 || !known} onClick={() => (total > ASK_ABOVE ? setAsking(true) : void run())}>
            <span className="flex items-center gap-2">
              <Maximize2 size={17} aria-hidden />
              {t("queue.run", { count: able.length })}
            </span>
            <span className="num font-semibold">{able.length > 0 && known ? price(total) : ""}</span>
          </Button>
        </div>
      </section>
      <section
        aria-label={t("queue.pictures")}
        data-takes-files
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take([...event.dataTransfer.files]);
        }}
        className={over ? "flex min-h-0 flex-col bg-accent-soft" : "flex min-h-0 flex-col bg-canvas"}
      >
        <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-bg p-3">
          <Button size="sm" onClick={() => files.current?.click()}>
            <Upload size={14} aria-hidden />
            {t("queue.files")}
          </Button>
          <Button size="sm" onClick={() => folder.current?.click()}>
            <FolderUp size={14} aria-hidden />
            {t("queue.folder")}
          </Button>
          <Button size="sm" onClick={() => setPicking(true)}>
            <Images size={14} aria-hidden />
            {t("queue.library")}
          </Button>
          <input ref={files} type="file" accept="image/*" multiple className="hidden" aria-label={t("queue.files")} onChange={(event) => void take([...(event.target.files ?? [])])} />
          <input ref={folder} type="file" multiple {...{ webkitdirectory: "" }} className="hidden" aria-label={t("queue.folder")} onChange={(event) => void take([...(event.target.files ?? [])])} />
        </div>
        {items.length === 0 && <p className="m-auto max-w-[40ch] p-6 text-center text-sm text-fg-3">{t("queue.empty")}</p>}
        <ul className="min-h-0 flex-1 overflow-auto p-3">
          {rows.map(({ item, told: one }) => (
            <li key={item.asset.id} className="flex items-center gap-3 rounded-md px-1.5 py-2 hover:bg-hover">
              <img src={`${item.asset.thumbnail}?size=256`} alt="" className="checkered size-11 shrink-0 rounded-sm object-cover" />
              <span className="min-w-0 flex-1">
                <span className="block truncate text-sm font-medium">{item.asset.title}</span>
                <span className="num block truncate text-2xs text-fg-3">
                  {pixels(item.asset.width, item.asset.height)}
                  {one?.size && ` → ${pixels(one.size.width, one.size.height)}`}
                </span>
                {(item.trouble ?? one?.trouble ?? "") !== "" && <span className="block text-xs text-bad">{said(item.trouble ?? one?.trouble ?? "")}</span>}
              </span>
              {item.run !== undefined ? (
                <Going run={item.run} />
              ) : (
                <>
                  <span className="num text-xs font-medium">{one?.price == null ? "" : price(one.price)}</span>
                  <IconButton label={t("queue.remove", { name: item.asset.title })} size="sm" onClick={() => setItems((now) => now.filter((other) => other !== item))}>
                    <X size={14} aria-hidden />
                  </IconButton>
                </>
              )}
            </li>
          ))}
        </ul>
      </section>
      <Suspense>
        {picking && (
          <Picker
            title={t("queue.library")}
            onClose={() => setPicking(false)}
            onPick={(asset) => {
              add([asset]);
              announce(t("queue.added", { name: asset.title }));
            }}
          />
        )}
      </Suspense>
      <Dialog
        title={t("queue.sure", { count: able.length, amount: price(total) })}
        open={asking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t("ui:cancel")}</Button>
            <Button
              look="primary"
              onClick={() => {
                setAsking(false);
                void run();
              }}
            >
              {t("queue.run", { count: open.length })}
            </Button>
          </>
        }
      >
        {t("queue.sureText")}
      </Dialog>
    </main>
  );
}

function Going({ run: id }: { run: string }) {
  const { t } = useTranslation("upscale");
  const { data: run } = useQuery(runOf(id));
  const now = useNow(id);
  const [made] = run?.outputs ?? [];
  if (made) {
    return (
      <Link to="." search={(now: RootSearch) => ({ ...now, view: made.id })} className="num shrink-0 text-xs underline underline-offset-2">
        {pixels(made.width, made.height)}
      </Link>
    );
  }
  if (run && (OVER.has(run.state) || run.state === "unknown")) return <span className="text-xs text-bad">{run.error ? said(run.error.title) : t("try.nothing")}</span>;
  return <Ring value={Math.max(run?.progress ?? 0, now?.progress ?? 0, 0.02)} size={20} />;
}
