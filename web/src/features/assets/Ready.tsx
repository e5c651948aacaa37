import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Asset } from "@/api";
import { said } from "@/features/forms/said";
import { upload } from "@/features/library/uploads";
import { telling } from "@/features/runs";
import { say } from "@/ui";

/** Pictures of manners, painted by the studio's own engine: `docs/pictures.py` has how. */
const READY = {
  watercolour: "Watercolour",
  oil: "Oil",
  ink_wash: "Ink wash",
  linocut: "Linocut",
  gouache: "Gouache",
  pastel: "Pastel",
  charcoal: "Charcoal",
  ukiyo_e: "Ukiyo-e",
  stained_glass: "Stained glass",
  risograph: "Risograph",
  neon: "Neon",
  vintage: "Vintage",
} as const;
type Name = keyof typeof READY;

/** Puts one into the library, as a reference; one that is there already is taken as it is. */
async function taken(name: Name): Promise<Asset | undefined> {
  const title = said(READY[name]);
  return telling(async () => {
    const answer = await fetch(`/references/${name}.webp`);
    const file = new File([await answer.blob()], `${title}.webp`, { type: "image/webp" });
    const there = await body(api.GET("/api/assets", { params: { query: { reference: true, uploads: true, q: title, limit: 50 } } }));
    const same = there.items.find((asset) => asset.bytes === file.size && asset.title === title);
    if (same) return same;
    const [made] = await upload([file], { quiet: true });
    return made && body(api.PATCH("/api/assets/{asset_id}", { params: { path: { asset_id: made.id } }, body: { reference: true } }));
  });
}

export default function Ready({ onPick }: { onPick: (asset: Asset) => void }) {
  const { t } = useTranslation("assets");
  const [busy, setBusy] = useState(false);
  const take = async (name: Name) => {
    if (busy) return;
    setBusy(true);
    try {
      const asset = await taken(name);
      if (asset) onPick(asset);
      else say({ title: t("picker.lost"), bad: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="mt-4 grid min-h-64 grid-cols-[repeat(auto-fill,minmax(104px,1fr))] content-start gap-2" aria-busy={busy}>
      {(Object.keys(READY) as Name[]).map((name) => (
        <button key={name} type="button" onClick={() => void take(name)} className="overflow-hidden rounded-md text-left hover:ring-2 hover:ring-ring">
          <img src={`/references/${name}.webp`} alt="" loading="lazy" className="aspect-square w-full object-cover" />
          <span className="block truncate px-1.5 py-1 text-2xs text-fg-2">{said(READY[name])}</span>
        </button>
      ))}
    </div>
  );
}
