/** A part of the picture, enlarged by several at once before the whole is paid for. */

import "@/i18n/upscale";
import { useQueries } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Problem, type Asset, type Offer } from "@/api";
import type { Rect } from "@/engine/view";
import { BoxEditor } from "@/features/edit/BoxEditor";
import { said, type Form } from "@/features/forms";
import { KNOWN } from "@/features/forms/known";
import { carried, fieldsOf, inputOf, type Field, type Values } from "@/features/forms/schema";
import { submit, telling } from "@/features/runs";
import { price } from "@/lib/format";
import { Button, Checkbox } from "@/ui";
import { detailed } from "./detail";
import { Trials, type Trial } from "./Trials";

interface TryOutProps {
  asset: Asset;
  form: Form;
  /** Which field says what part. */
  field: Field;
  onChoose: (offer: string) => void;
}

/** What the part and the whole cost with one offer, or why it does not do it. */
interface Asked {
  part: number | null;
  whole: number | null;
  size: { width: number; height: number } | null;
  trouble?: string;
}

/** So many are chosen to begin with, of those that are free. */
const FIRST = 3;

function inputFor(offer: Offer, values: Values): Values {
  const fields = fieldsOf(offer.input, KNOWN);
  return inputOf(fields, carried(values, fields));
}

async function ask(op: string, offer: string, input: Values, field: string, region: Rect): Promise<Asked> {
  const estimate = (more: Values) => {
    const asked = { op, offer, input: { ...input, ...more } };
    return body(api.POST("/api/runs/estimate", { body: asked as never }));
  };
  try {
    const [part, whole] = await Promise.all([estimate({ [field]: region }), estimate({})]);
    return { part: part.price, whole: whole.price, size: part.size ?? null };
  } catch (error) {
    if (!(error instanceof Problem) || error.passing) throw error;
    return { part: null, whole: null, size: null, trouble: error.fields[0]?.message ?? error.message };
  }
}

export default function TryOut({ asset, form, field, onChoose }: TryOutProps) {
  const { t } = useTranslation("upscale");
  const { operation } = form;
  const [region, setRegion] = useState<Rect | null>(null);
  const [picked, setPicked] = useState(() => new Set(operation.offers.filter((offer) => offer.price === 0).slice(0, FIRST).map((offer) => offer.id)));
  const [trials, setTrials] = useState<{ region: Rect; size: { width: number; height: number }; list: Trial[] } | null>(null);
  const [busy, setBusy] = useState(false);
  const keys = useRef(new Map<string, string>());
  const touched = useRef(false);
  useEffect(() => {
    let here = true;
    void detailed(asset.preview, asset).then((found) => here && !touched.current && setRegion(found), () => undefined);
    return () => {
      here = false;
    };
  }, [asset]);

  const asked = useQueries({
    queries: operation.offers.map((offer) => {
      const input = inputFor(offer, form.values);
      return {
        queryKey: ["trial", operation.op, offer.id, JSON.stringify(input), region],
        queryFn: () => ask(operation.op, offer.id, input, field.name, region!),
        enabled: region !== null,
        gcTime: 60_000,
        retry: false,
      };
    }),
  });
  const rows = operation.offers.map((offer, index) => ({ offer, told: asked[index]?.data }));
  const ready = rows.filter(({ offer, told }) => picked.has(offer.id) && told?.part != null);
  const total = ready.reduce((sum, { told }) => sum + (told?.part ?? 0), 0);
  const size = ready[0]?.told?.size;

  const run = async () => {
    if (!region || !size || busy) return;
    setBusy(true);
    try {
      const list: Trial[] = [];
      for (const { offer, told } of ready) {
        const order = { op: operation.op, offer: offer.id, input: { ...inputFor(offer, form.values), [field.name]: region } };
        const text = JSON.stringify(order);
        // An order whose answer was lost is repeated under the same key, and so is not paid twice.
        const key = keys.current.get(text) ?? crypto.randomUUID();
        keys.current.set(text, key);
        const promised = await telling(() => submit(order, key));
        if (!promised) continue;
        keys.current.delete(text);
        list.push({ offer, run: promised.id, whole: told?.whole ?? null });
      }
      if (list.length > 0) setTrials({ region, size, list });
    } finally {
      setBusy(false);
    }
  };

  if (trials) return <Trials asset={asset} region={trials.region} size={trials.size} trials={trials.list} onBack={() => setTrials(null)} onChoose={onChoose} />;
  return (
    <div className="flex size-full min-h-0 max-md:flex-col">
      <div className="min-h-0 min-w-0 flex-1">
        <BoxEditor
          asset={asset}
          title={t("try.part")}
          value={region}
          onChange={(next) => {
            touched.current = true;
            setRegion(next);
          }}
        />
      </div>
      <section aria-label={t("try.on")} className="flex w-80 shrink-0 flex-col border-l border-line bg-panel max-md:max-h-[55%] max-md:w-full max-md:border-t max-md:border-l-0">
        <div className="min-h-0 flex-1 overflow-auto p-4">
          <h2 className="text-md font-semibold">{t("try.on")}</h2>
          <p className="mt-0.5 text-xs text-fg-3">{region ? t("try.text") : t("try.none")}</p>
          <ul className="mt-3 flex flex-col gap-1">
            {rows.map(({ offer, told }) => (
              <li key={offer.id} className="rounded-md px-1 py-1.5">
                <Checkbox
                  label={said(offer.title)}
                  checked={picked.has(offer.id) && told?.trouble === undefined}
                  disabled={told?.trouble !== undefined}
                  onChange={(on) =>
                    setPicked((now) => {
                      const next = new Set(now);
                      if (on) next.add(offer.id);
                      else next.delete(offer.id);
                      return next;
                    })
                  }
                />
                <p className="num mt-0.5 pl-6 text-2xs text-fg-3">
                  {told?.trouble !== undefined ? said(told.trouble) : told ? t("try.costs", { part: told.part === null ? "–" : price(told.part), whole: told.whole === null ? "–" : price(told.whole) }) : "…"}
                </p>
              </li>
            ))}
          </ul>
        </div>
        <div className="border-t border-line p-3.5">
          <Button look="primary" size="lg" className="w-full !justify-between" disabled={busy || ready.length === 0 || !size} onClick={() => void run()}>
            <span className="flex items-center gap-2">
              <FlaskConical size={17} aria-hidden />
              {t("try.run", { count: ready.length })}
            </span>
            <span className="num font-semibold">{ready.length > 0 ? price(total) : ""}</span>
          </Button>
        </div>
      </section>
    </div>
  );
}
