/** Settings on the left, the picture before and after in the middle, all pictures below it. */

import "@/i18n/convert";
import { useQuery } from "@tanstack/react-query";
import { FileDown, Shrink } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, Problem, type Operation } from "@/api";
import { FormFields, said, useForm } from "@/features/forms";
import { submitAll, telling } from "@/features/runs";
import { count, price } from "@/lib/format";
import { Button, Segment } from "@/ui";
import { useMade } from "./made";
import { Presets } from "./Presets";
import { Result } from "./Result";
import { Rows } from "./Rows";
import { listed, useConvertSearch } from "./search";
import { Sizing, SIZING } from "./Sizing";

interface WorkshopProps {
  way: "compress" | "convert";
  operation: Operation;
  images: readonly string[];
  shown: string;
}

/** As many as the studio promises at once. */
const MOST = 200;
const IMAGE = "image";

export function Workshop({ way, operation, images, shown }: WorkshopProps) {
  const { t } = useTranslation("convert");
  const { go } = useConvertSearch();
  const { data: asset, error: gone } = useQuery(assetOf(shown));
  const form = useForm(operation, useMemo(() => ({ [IMAGE]: shown }), [shown]));
  const { made, error, fresh } = useMade(operation.op, shown, form.input, asset !== undefined && form.faults.size === 0);
  const [runs, setRuns] = useState<ReadonlyMap<string, string>>(new Map());
  const [busy, setBusy] = useState(false);
  const last = useRef({ text: "", key: "" });
  const trouble = error instanceof Problem ? said(error.fields[0]?.message ?? error.message) : gone instanceof Problem ? gone.message : form.trouble;

  const add = useCallback((more: readonly string[]) => go((now) => ({ images: [...new Set([...listed(now.images), ...more])].slice(0, MOST).join(",") })), [go]);
  const remove = (image: string) => go((now) => ({ images: listed(now.images).filter((one) => one !== image).join(",") || undefined }));
  const run = async () => {
    setBusy(true);
    const orders = images.map((image) => ({ op: operation.op, offer: form.offer, prefer: form.prefer, input: { ...form.input, [IMAGE]: image } }));
    // An answer that was lost is asked for again under the same key: nothing is done twice.
    const text = JSON.stringify(orders);
    if (last.current.text !== text) last.current = { text, key: crypto.randomUUID() };
    const promised = await telling(() => submitAll(orders, last.current.key));
    setBusy(false);
    if (!promised) return;
    last.current = { text: "", key: "" };
    setRuns(new Map(promised.map((one, index) => [images[index]!, one.id])));
  };
  const Icon = way === "compress" ? Shrink : FileDown;
  return (
    <main className="grid h-full min-h-0 grid-cols-[372px_minmax(0,1fr)] bg-bg max-lg:grid-cols-[320px_minmax(0,1fr)] max-md:flex max-md:flex-col max-md:overflow-auto">
      <section aria-label={t("settings")} className="flex min-h-0 flex-col border-r border-line bg-panel max-md:order-2 max-md:shrink-0 max-md:border-r-0">
        <div className="min-h-0 flex-1 overflow-auto max-md:overflow-visible">
          <div className="p-4">
            <Segment label={t("way")} hideLabel value={way} onChange={(next) => go(() => ({ way: next }))} items={(["compress", "convert"] as const).map((value) => ({ value, label: t(`ways.${value}`) }))} />
          </div>
          {way === "compress" && <Presets form={form} asset={asset} able={fresh} />}
          <FormFields form={form} hide={HIDDEN} source={asset} more={<Sizing form={form} source={asset} />} />
        </div>
        <div className="border-t border-line bg-panel p-3.5">
          <Button look="primary" size="lg" className="w-full !justify-between" disabled={busy || !form.ready || form.trouble !== undefined} onClick={() => void run()}>
            <span className="flex items-center gap-2">
              <Icon size={17} aria-hidden />
              {t(`run.${way}`, { count: images.length, n: count(images.length) })}
            </span>
            <span className="num font-semibold">{form.estimate?.price == null ? "" : price(form.estimate.price * images.length)}</span>
          </Button>
          <p className="mt-2 text-2xs text-fg-3">{t("kept")}</p>
        </div>
      </section>
      <div className="flex min-h-0 flex-col bg-canvas max-md:contents">
        {asset && <Result asset={asset} made={made} trouble={trouble} fresh={fresh} />}
        {!asset && <div className="min-h-0 flex-1 max-md:order-1" />}
        <Rows images={images} shown={shown} runs={runs} onShow={(show) => go(() => ({ show }))} onAdd={add} onRemove={remove} onAgain={(image, next) => setRuns((now) => new Map(now).set(image, next.id))} />
      </div>
    </main>
  );
}

const HIDDEN = [IMAGE, "preset", ...SIZING];
