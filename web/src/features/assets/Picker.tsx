import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Check, Upload } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Asset } from "@/api";
import { ACCEPTED, type Kind } from "./kinds";
import { upload } from "@/features/library/uploads";
import { patient } from "@/lib/later";
import { Button, cx, Dialog, Segment, TextField } from "@/ui";

const Ready = lazy(patient(() => import("./Ready")));

interface PickerProps {
  title: string;
  onPick: (asset: Asset) => void;
  /** Where several may be chosen: all of them, once they are. */
  onPickMany?: (assets: readonly Asset[]) => void;
  onClose: () => void;
  purpose?: "picture" | "mask";
  kind?: Kind;
}

const PAGE = 60;
/** Where pictures are taken from: all of them, those that are kept as references, those that come with the studio. */
type Place = "all" | "references" | "ready";

/** One asset of the library, or one from this computer. */
export default function Picker({ title, onPick, onPickMany, onClose, purpose = "picture", kind = "image" }: PickerProps) {
  const { t } = useTranslation(["assets", "ui"]);
  const [words, setWords] = useState("");
  const [place, setPlace] = useState<Place>("all");
  const places = kind === "image" && purpose === "picture";
  const kept = place === "references";
  const [chosen, setChosen] = useState<readonly Asset[]>([]);
  const turn = (asset: Asset) => setChosen((now) => (now.some(({ id }) => id === asset.id) ? now.filter(({ id }) => id !== asset.id) : [...now, asset]));
  const picked = onPickMany ? turn : onPick;
  const file = useRef<HTMLInputElement>(null);
  const q = words.trim();
  const found = useInfiniteQuery({
    queryKey: ["assets", "picker", q, purpose, kind, kept],
    enabled: place !== "ready",
    queryFn: ({ pageParam, signal }) => body(api.GET("/api/assets", { params: { query: { kind, limit: PAGE, purpose: purpose === "mask" ? "any" : "picture", ...(q === "" ? {} : { q }), ...(kept ? { reference: true } : {}), ...(pageParam === null ? {} : { after: pageParam }) } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    placeholderData: keepPreviousData,
  });
  const assets = found.data?.pages.flatMap((page) => page.items) ?? [];
  const take = async (files: FileList | null) => {
    if (onPickMany) {
      for (const asset of await upload(files ?? [], { purpose })) if (asset.kind === kind) turn(asset);
      return;
    }
    const [first] = await upload([...(files ?? [])].slice(0, 1), { purpose });
    if (first?.kind === kind) onPick(first);
  };
  return (
    <Dialog
      title={title}
      open
      onClose={onClose}
      className="max-w-3xl"
      footer={
        onPickMany && (
          <Button look="primary" disabled={chosen.length === 0} onClick={() => onPickMany(chosen)}>
            {t("picker.use", { count: chosen.length })}
          </Button>
        )
      }
    >
      <div className="flex gap-2">
        <TextField label={t("picker.search")} hideLabel placeholder={t("picker.search")} value={words} onChange={setWords} className="min-w-0 flex-1" />
        <Button onClick={() => file.current?.click()}>
          <Upload size={15} aria-hidden />
          {t("picker.upload")}
        </Button>
        <input ref={file} type="file" accept={ACCEPTED[kind]} multiple={onPickMany !== undefined} className="hidden" aria-label={t("picker.upload")} onChange={(event) => void take(event.target.files)} />
      </div>
      {places && (
        <Segment
          label={t("picker.from")}
          hideLabel
          value={place}
          onChange={(next) => setPlace(next as Place)}
          items={(["all", "references", "ready"] as const).map((value) => ({ value, label: t(`picker.${value}`) }))}
          className="mt-3"
        />
      )}
      {place === "ready" && (
        <Suspense fallback={<div className="mt-4 min-h-64" />}>
          <Ready onPick={picked} />
        </Suspense>
      )}
      <div
        hidden={place === "ready"}
        className="mt-4 min-h-64 grid-cols-[repeat(auto-fill,minmax(104px,1fr))] content-start gap-2 not-[[hidden]]:grid"
      >
        {found.isPending && Array.from({ length: 12 }, (_, index) => <div key={index} className="skeleton aspect-square" />)}
        {assets.map((asset) => (
          <button
            key={asset.id}
            type="button"
            onClick={() => picked(asset)}
            title={asset.title}
            aria-pressed={onPickMany ? chosen.some(({ id }) => id === asset.id) : undefined}
            className="checkered relative aspect-square overflow-hidden rounded-md hover:ring-2 hover:ring-ring aria-pressed:ring-2 aria-pressed:ring-ring"
          >
            {chosen.some(({ id }) => id === asset.id) && (
              <span className="absolute top-1.5 right-1.5 grid size-5 place-items-center rounded-full bg-accent text-accent-fg">
                <Check size={13} strokeWidth={3} aria-hidden />
              </span>
            )}
            <img src={`${asset.thumbnail}?size=256`} alt={asset.title} loading="lazy" className={cx("w-full object-cover", kind === "image" ? "h-full" : "h-3/4")} />
            {kind !== "image" && <span className="block truncate px-1.5 pt-1 text-2xs text-fg-2">{asset.title}</span>}
          </button>
        ))}
      </div>
      {place !== "ready" && found.isSuccess && assets.length === 0 && <p className="py-6 text-center text-fg-2">{q !== "" ? t("picker.nothing") : kept ? t("picker.noReferences") : t("picker.empty")}</p>}
      {place !== "ready" && found.hasNextPage && (
        <div className="mt-3 text-center">
          <Button look="ghost" onClick={() => void found.fetchNextPage()}>
            {t("ui:more")}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
