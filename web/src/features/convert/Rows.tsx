/** All pictures that are done in the same way: what each was, what it became, and all of it together. */

import "@/i18n/convert";
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, Download, FolderUp, Images, RotateCcw, Upload, X } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, OVER, runOf, type Asset, type Run } from "@/api";
import { said } from "@/features/forms";
import { packed } from "@/features/library/change";
import { upload } from "@/features/library/uploads";
import { cancelRun, rerun } from "@/features/runs";
import { bytes, count } from "@/lib/format";
import { patient } from "@/lib/later";
import { useNow } from "@/live/now";
import type { RootSearch } from "@/shell/router";
import { Button, cx, IconButton, Progress, Ring } from "@/ui";
import { savedOf } from "./made";
import { change } from "./Presets";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

interface RowsProps {
  images: readonly string[];
  shown: string;
  /** Of each picture, what it was last made by. */
  runs: ReadonlyMap<string, string>;
  onShow: (image: string) => void;
  onAdd: (images: readonly string[]) => void;
  onRemove: (image: string) => void;
  onAgain: (image: string, run: Run) => void;
}

export function Rows({ images, shown, runs, onShow, onAdd, onRemove, onAgain }: RowsProps) {
  const { t } = useTranslation("convert");
  const [picking, setPicking] = useState(false);
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const assets = useQueries({ queries: images.map(assetOf), combine: (answers) => answers.map(({ data }) => data) });
  const begun = useQueries({ queries: images.map((image) => ({ ...runOf(runs.get(image) ?? ""), enabled: runs.has(image) })), combine: (answers) => answers.map(({ data }) => data) });
  const rows = images.map((image, index) => ({ image, asset: assets[index], run: runs.has(image) ? begun[index] : undefined }));
  const going = rows.flatMap(({ run }) => (run && !OVER.has(run.state) && run.state !== "unknown" ? [run] : []));
  const done = rows.flatMap(({ asset, run }) => (asset && run?.outputs[0] ? [{ before: asset.bytes, after: run.outputs[0].bytes, id: run.outputs[0].id }] : []));
  const before = done.reduce((sum, one) => sum + one.before, 0);
  const after = done.reduce((sum, one) => sum + one.after, 0);
  const take = async (found: readonly File[]) => onAdd((await upload(found.filter((file) => file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name)))).map((asset) => asset.id));
  return (
    <section
      aria-label={t("rows.label")}
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
      className={cx("flex max-h-[36%] min-h-0 shrink-0 max-md:order-3 flex-col border-t border-line max-md:max-h-none", over ? "bg-accent-soft" : "bg-bg")}
    >
      <div className="flex shrink-0 flex-wrap items-center gap-2 px-3 py-2">
        <Button size="sm" onClick={() => files.current?.click()}>
          <Upload size={14} aria-hidden />
          {t("rows.files")}
        </Button>
        <IconButton size="sm" label={t("rows.folder")} onClick={() => folder.current?.click()}>
          <FolderUp size={15} aria-hidden />
        </IconButton>
        <IconButton size="sm" label={t("rows.library")} onClick={() => setPicking(true)}>
          <Images size={15} aria-hidden />
        </IconButton>
        <input ref={files} type="file" accept="image/*,.heic,.heif" multiple className="hidden" aria-label={t("rows.files")} onChange={(event) => void take(emptied(event.target))} />
        <input ref={folder} type="file" multiple {...{ webkitdirectory: "" }} className="hidden" aria-label={t("rows.folder")} onChange={(event) => void take(emptied(event.target))} />
        {runs.size > 0 && (
          <p role="status" className="num ml-auto text-xs">
            {t("rows.done", { done: count(done.length), n: count(runs.size) })}
            {done.length > 0 && <strong className="font-semibold">{` · ${t("rows.saved", { size: bytes(Math.max(0, before - after)), share: change(savedOf(before, after)) })}`}</strong>}
          </p>
        )}
        {going.length > 0 && (
          <Button size="sm" look="ghost" onClick={() => void Promise.all(going.map(cancelRun))}>
            <X size={14} aria-hidden />
            {t("rows.stop")}
          </Button>
        )}
        {done.length > 0 && going.length === 0 && (
          <Button size="sm" onClick={() => packed(done.map(({ id }) => id))}>
            <Download size={14} aria-hidden />
            {t(done.length === 1 ? "rows.download" : "rows.zip")}
          </Button>
        )}
      </div>
      {going.length > 0 && <Progress value={(runs.size - going.length) / runs.size} label={t("rows.progress")} className="shrink-0" />}
      <ul className="min-h-0 flex-1 overflow-auto px-2 pb-2">
        {rows.map(({ image, asset, run }) => (
          <li key={image} className={cx("flex items-center gap-3 rounded-md px-1.5 py-1", image === shown ? "bg-active" : "hover:bg-hover")}>
            <button type="button" aria-current={image === shown} onClick={() => onShow(image)} className="flex min-h-11 min-w-0 flex-1 items-center gap-3 rounded-md text-left -outline-offset-2">
              <img src={`/api/assets/${image}/thumbnail?size=256`} alt="" className="checkered size-9 shrink-0 rounded-sm object-cover" />
              <span className="min-w-0">
                <span className="block truncate text-sm font-medium">{asset?.title ?? ""}</span>
                {asset && <Became asset={asset} run={run} />}
              </span>
            </button>
            {run && <State run={run} onAgain={(next) => onAgain(image, next)} />}
            <IconButton label={t("rows.remove", { name: asset?.title ?? "" })} size="sm" onClick={() => onRemove(image)}>
              <X size={14} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <Suspense>
        {picking && (
          <Picker
            title={t("rows.library")}
            onClose={() => setPicking(false)}
            onPick={(asset) => {
              setPicking(false);
              onAdd([asset.id]);
            }}
          />
        )}
      </Suspense>
    </section>
  );
}

/** What was chosen: the same can be chosen again, once it was taken out. */
function emptied(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  input.value = "";
  return files;
}

function Became({ asset, run }: { asset: Asset; run: Run | undefined }) {
  const [made] = run?.outputs ?? [];
  return (
    <span className="num block truncate text-2xs text-fg-2">
      {bytes(asset.bytes)}
      {made && ` → ${bytes(made.bytes)} · ${change(savedOf(asset.bytes, made.bytes))}`}
    </span>
  );
}

function State({ run, onAgain }: { run: Run; onAgain: (run: Run) => void }) {
  const { t } = useTranslation("convert");
  const now = useNow(run.id);
  const [made] = run.outputs;
  if (made) {
    return (
      <Link to="." search={(now: RootSearch) => ({ ...now, view: made.id })} className="shrink-0 text-xs underline underline-offset-2">
        {t("rows.open")}
      </Link>
    );
  }
  if (OVER.has(run.state) || run.state === "unknown") {
    return (
      <span className="flex min-w-0 items-center gap-1.5 text-xs text-bad">
        <CircleAlert size={14} className="shrink-0" aria-hidden />
        <span className="truncate">{run.error ? said(run.error.message) : t("rows.nothing")}</span>
        <IconButton size="sm" label={t("rows.again")} onClick={() => void rerun(run).then((next) => next && onAgain(next))}>
          <RotateCcw size={14} aria-hidden />
        </IconButton>
      </span>
    );
  }
  return <Ring value={Math.max(run.progress, now?.progress ?? 0, 0.04)} size={18} />;
}
