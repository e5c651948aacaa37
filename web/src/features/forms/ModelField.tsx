import { useTranslation } from "react-i18next";
import type { Offer } from "@/api";
import { duration, price } from "@/lib/format";
import { Select } from "@/ui";
import { said } from "./said";
import type { Prefer } from "./drafts";
import type { Form } from "./useForm";

/** How the studio may choose; no offer has such an id. */
const AUTOMATIC: ReadonlyMap<string, Prefer> = new Map([
  ["*price", "price"],
  ["*quality", "quality"],
  ["*speed", "speed"],
]);

/** Who does it. Another choice brings another form; what both have keeps its value. */
export function ModelField({ form }: { form: Form }) {
  const { t } = useTranslation("forms");
  const { offers } = form.operation;
  // What one result costs is said as soon as there is a choice between free and not.
  const several = new Set(offers.map((offer) => offer.provider)).size > 1;
  const items = offers.map((offer) => ({
    value: offer.id,
    label: said(offer.title),
    group: several ? said(offer.provider_title) : undefined,
    hint: several && offer.price != null ? price(offer.price) : undefined,
    icon: <Glyph offer={offer} size={22} />,
  }));
  const ways = [...AUTOMATIC].map(([value, by]) => ({ value, label: t(`model.by.${by}`), icon: <span className="size-[22px]" /> }));
  const chosen = offers.find((offer) => offer.id === (form.offer ?? form.estimate?.offer)) ?? form.shown;
  const cost = form.estimate?.price;
  const nothingKnown = chosen?.lane === "remote" ? (chosen.price == null ? said(chosen.provider_title) : price(chosen.price)) : t("model.here");
  const facts = form.estimate ? [...(cost == null ? [] : [price(cost)]), duration(form.estimate.seconds)].join(" · ") : nothingKnown;
  return (
    <Select
      label={t("model.title")}
      items={offers.length > 1 ? [...ways, ...items] : items}
      value={form.offer ?? (offers.length > 1 ? `*${form.prefer}` : (offers[0]?.id ?? null))}
      onChange={(value) => (AUTOMATIC.has(value) ? form.choose(null, AUTOMATIC.get(value)) : form.choose(value))}
      render={(item) => (
        <>
          {chosen && <Glyph offer={chosen} size={26} />}
          <span className="min-w-0 flex-1">
            <span className="block truncate leading-4.5 font-medium">{AUTOMATIC.has(item.value) && chosen ? `${item.label}: ${said(chosen.title)}` : item.label}</span>
            <span className="num block truncate text-2xs text-fg-3">{facts}</span>
          </span>
        </>
      )}
    />
  );
}

/** Two letters on a quiet ground: models have no logos that we may use. */
function Glyph({ offer, size }: { offer: Offer; size: number }) {
  return (
    <span aria-hidden className="grid shrink-0 place-items-center rounded-xs bg-fg font-semibold text-bg" style={{ width: size, height: size, fontSize: size * 0.42 }}>
      {said(offer.title).slice(0, 1).toUpperCase()}
    </span>
  );
}
