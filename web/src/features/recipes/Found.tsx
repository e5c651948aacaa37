/** What the file of a picture says of how it was made, in its details. */

import { useNavigate } from "@tanstack/react-router";
import { ArrowUpFromLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { said } from "@/features/forms/said";
import { humane } from "@/features/forms/schema";
import { telling } from "@/features/runs";
import { Button } from "@/ui";
import { apply, brought, read } from "./recall";

interface Kept {
  source: string;
  fields?: Record<string, unknown>;
  models?: string[];
  also?: Record<string, string>;
}

const KNOWN = new Set(["gesso", "automatic1111", "fooocus", "comfyui", "invokeai", "swarmui"]);

export function Found({ asset }: { asset: Asset }) {
  const { t } = useTranslation("recipes");
  const navigate = useNavigate();
  if (!brought(asset)) return null;
  const kept = asset.facts["recipe"] as Kept;
  const fields = Object.entries(kept.fields ?? {}).filter(([, value]) => typeof value === "string" || typeof value === "number");
  const use = async () => {
    const found = await telling(() => read({ asset: asset.id }));
    if (!found) return;
    apply(found);
    void navigate({ to: "/create", search: { op: found.op } });
  };
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-2xs font-medium text-fg-3">{[t("found"), ...(KNOWN.has(kept.source) ? [t(`by.${kept.source as "gesso"}`)] : [])].join(", ")}</h3>
      <dl className="text-xs">
        {kept.models && kept.models.length > 0 && <Line name={t("models")} value={kept.models.join(", ")} />}
        {fields.map(([name, value]) => (
          <Line key={name} name={said(humane(name))} value={String(value)} />
        ))}
      </dl>
      {kept.also && Object.keys(kept.also).length > 0 && (
        <>
          <h4 className="mt-2 mb-1 text-2xs font-medium text-fg-3">{t("also")}</h4>
          <dl className="text-xs text-fg-2">
            {Object.entries(kept.also).map(([name, value]) => (
              <Line key={name} name={name} value={value} />
            ))}
          </dl>
        </>
      )}
      <Button size="sm" onClick={() => void use()} className="mt-2.5">
        <ArrowUpFromLine size={14} aria-hidden />
        {t("use")}
      </Button>
    </section>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex justify-between gap-4 py-0.5">
      <dt className="shrink-0 text-fg-3">{name}</dt>
      <dd className="num line-clamp-6 min-w-0 text-right break-words">{value}</dd>
    </div>
  );
}
