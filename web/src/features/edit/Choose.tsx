/** No picture yet: drop one, paste one, upload one, take one of the library. */

import "@/i18n/edit";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ImagePlus, Images, type LucideIcon, Sparkles, Upload } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Operation } from "@/api";
import { DRAGGED, said } from "@/features/forms";
import { upload } from "@/features/library/uploads";
import { patient } from "@/lib/later";
import { Button, cx } from "@/ui";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

const RECENT = 4;

interface ChooseProps {
  title: string;
  text: string;
  /** What needs no picture. */
  worded?: Operation | undefined;
  /** Other ways to begin here. */
  ways?: readonly { id: string; name: string; icon: LucideIcon; perform: () => void }[];
  /** Takes all that are dropped or uploaded together, one after the other; else only the first of them. */
  many?: boolean;
  onPick: (asset: string) => void;
}

export function Choose({ title, text, worded, ways = [], many = false, onPick }: ChooseProps) {
  const { t } = useTranslation("edit");
  const navigate = useNavigate();
  const [picking, setPicking] = useState(false);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const { data: recent } = useQuery({
    queryKey: ["assets", "recent", RECENT],
    queryFn: () => body(api.GET("/api/assets", { params: { query: { limit: RECENT, kind: "image", purpose: "picture" } } })),
  });
  const take = useCallback(
    async (files: readonly File[]) => {
      setBusy(true);
      try {
        for (const asset of await upload(many ? files : files.slice(0, 1))) onPick(asset.id);
      } finally {
        setBusy(false);
      }
    },
    [onPick, many],
  );
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])].filter((one) => one.type.startsWith("image/"));
      if (files.length === 0) return;
      event.preventDefault();
      void take(files);
    };
    addEventListener("paste", paste, true);
    return () => removeEventListener("paste", paste, true);
  }, [take]);
  const drop = (event: React.DragEvent) => {
    setOver(false);
    const dragged = event.dataTransfer.getData(DRAGGED);
    const files = [...event.dataTransfer.files];
    if (dragged === "" && files.length === 0) return;
    event.preventDefault();
    if (dragged !== "") onPick(dragged);
    else void take(files);
  };
  return (
    <main className="grid h-full place-items-center overflow-auto bg-bg p-4">
      <div
        data-takes-files
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx("flex w-full max-w-[640px] flex-col items-center rounded-xl border border-dashed px-6 py-12 text-center transition-colors", over ? "border-ring bg-accent-soft" : "border-line-2 bg-panel")}
      >
        <span className={cx("grid size-14 place-items-center rounded-xl bg-hover text-fg-2", busy && "skeleton")}>
          <ImagePlus size={24} strokeWidth={1.6} aria-hidden />
        </span>
        <h2 className="mt-5 text-xl font-semibold tracking-[-.02em]">{title}</h2>
        <p className="mt-1.5 max-w-[44ch] text-sm text-fg-2">{busy ? t("choose.busy") : text}</p>
        <div className="mt-6 flex flex-wrap justify-center gap-2">
          <Button look="primary" onClick={() => file.current?.click()}>
            <Upload size={16} aria-hidden />
            {t("choose.upload")}
          </Button>
          <Button onClick={() => setPicking(true)}>
            <Images size={16} aria-hidden />
            {t("choose.library")}
          </Button>
          {ways.map(({ id, name, icon: Icon, perform }) => (
            <Button key={id} onClick={perform}>
              <Icon size={16} aria-hidden />
              {name}
            </Button>
          ))}
          {worded && (
            <Button onClick={() => void navigate({ to: "/create", search: { op: worded.op } })}>
              <Sparkles size={16} aria-hidden />
              {said(worded.title)}
            </Button>
          )}
        </div>
        <input ref={file} type="file" accept="image/*" multiple={many} className="hidden" aria-label={t("choose.upload")} onChange={(event) => void take([...(event.target.files ?? [])])} />
        {recent && recent.items.length > 0 && (
          <div className="mt-9 w-full">
            <h3 className="mb-2.5 text-2xs font-medium text-fg-3">{t("choose.recent")}</h3>
            <ul className="mx-auto grid max-w-[480px] grid-cols-4 gap-2.5 max-md:grid-cols-2">
              {recent.items.map((asset) => (
                <li key={asset.id}>
                  <button type="button" onClick={() => onPick(asset.id)} title={asset.title} className="checkered block aspect-square w-full overflow-hidden rounded-lg hover:ring-2 hover:ring-ring">
                    <img src={`${asset.thumbnail}?size=256`} alt={asset.title} className="size-full object-cover" />
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <Suspense>
        {picking && (
          <Picker
            title={t("choose.library")}
            onClose={() => setPicking(false)}
            onPick={(asset) => {
              setPicking(false);
              onPick(asset.id);
            }}
          />
        )}
      </Suspense>
    </main>
  );
}
