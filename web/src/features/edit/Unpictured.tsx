/** What moves or stands where a picture is wanted: looked at, until the picture of it is taken. */

import "@/i18n/edit";
import { Camera } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { pictured } from "@/features/assets/pictured";
import { Playing } from "@/features/assets/Playing";
import { Button } from "@/ui";

export function Unpictured({ asset, onPicture }: { asset: Asset; onPicture: (id: string) => void }) {
  const { t } = useTranslation("edit");
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    const picture = await pictured(asset);
    setBusy(false);
    if (picture) onPicture(picture.id);
  };
  return (
    <main className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-12 shrink-0 flex-wrap items-center gap-3 border-b border-line bg-bg px-4 py-2">
        <p className="mr-auto text-sm">{asset.kind === "video" ? t("unpictured.film") : t("unpictured.body")}</p>
        <Button size="sm" look="primary" disabled={busy} onClick={() => void take()}>
          <Camera size={15} aria-hidden />
          {asset.kind === "video" ? t("unpictured.frame") : t("unpictured.view")}
        </Button>
      </div>
      <div className="min-h-0 flex-1">
        <Playing asset={asset} />
      </div>
    </main>
  );
}
