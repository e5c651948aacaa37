import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Asset } from "@/api";
import { ACCEPTED, type Kind } from "./kinds";
import { upload } from "@/features/library/uploads";
import { Button, cx, Dialog, TextField } from "@/ui";

interface PickerProps {
  title: string;
  onPick: (asset: Asset) => void;
  onClose: () => void;
  purpose?: "picture" | "mask";
  kind?: Kind;
}

const PAGE = 60;

/** One asset of the library, or one from this computer. */
export default function Picker({ title, onPick, onClose, purpose = "picture", kind = "image" }: PickerProps) {
  const { t } = useTranslation(["assets", "ui"]);
  const [words, setWords] = useState("");
  const file = useRef<HTMLInputElement>(null);
  const q = words.trim();
  const found = useInfiniteQuery({
    queryKey: ["assets", "picker", q, purpose, kind],
    queryFn: ({ pageParam, signal }) => body(api.GET("/api/assets", { params: { query: { kind, limit: PAGE, purpose: purpose === "mask" ? "any" : "picture", ...(q === "" ? {} : { q }), ...(pageParam === null ? {} : { after: pageParam }) } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    placeholderData: keepPreviousData,
  });
  const assets = found.data?.pages.flatMap((page) => page.items) ?? [];
  const take = async (files: FileList | null) => {
    const [first] = await upload([...(files ?? [])].slice(0, 1), { purpose });
    if (first?.kind === kind) onPick(first);
  };
  return (
    <Dialog title={title} open onClose={onClose} className="max-w-3xl">
      <div className="flex gap-2">
        <TextField label={t("picker.search")} hideLabel placeholder={t("picker.search")} value={words} onChange={setWords} className="min-w-0 flex-1" />
        <Button onClick={() => file.current?.click()}>
          <Upload size={15} aria-hidden />
          {t("picker.upload")}
        </Button>
        <input ref={file} type="file" accept={ACCEPTED[kind]} className="hidden" aria-label={t("picker.upload")} onChange={(event) => void take(event.target.files)} />
      </div>
      <div
        className="mt-4 grid min-h-64 grid-cols-[repeat(auto-fill,minmax(104px,1fr))] content-start gap-2"
      >
        {found.isPending && Array.from({ length: 12 }, (_, index) => <div key={index} className="skeleton aspect-square" />)}
        {assets.map((asset) => (
          <button key={asset.id} type="button" onClick={() => onPick(asset)} title={asset.title} className="checkered aspect-square overflow-hidden rounded-md hover:ring-2 hover:ring-ring">
            <img src={`${asset.thumbnail}?size=256`} alt={asset.title} loading="lazy" className={cx("w-full object-cover", kind === "image" ? "h-full" : "h-3/4")} />
            {kind !== "image" && <span className="block truncate px-1.5 pt-1 text-2xs text-fg-2">{asset.title}</span>}
          </button>
        ))}
      </div>
      {found.isSuccess && assets.length === 0 && <p className="py-6 text-center text-fg-2">{q === "" ? t("picker.empty") : t("picker.nothing")}</p>}
      {found.hasNextPage && (
        <div className="mt-3 text-center">
          <Button look="ghost" onClick={() => void found.fetchNextPage()}>
            {t("ui:more")}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
