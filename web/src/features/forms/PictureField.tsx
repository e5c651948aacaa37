import { useQuery } from "@tanstack/react-query";
import { AudioLines, Box, Film, ImagePlus, X } from "lucide-react";
import { lazy, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, type Asset } from "@/api";
import type { Kind } from "@/features/assets/kinds";
import { upload } from "@/features/library/uploads";
import { duration, pixels } from "@/lib/format";
import { patient } from "@/lib/later";
import { cx, IconButton, Label } from "@/ui";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

interface PictureProps {
  title: string;
  help?: string | undefined;
  value: string | null;
  onChange: (asset: string | null) => void;
  optional: boolean;
  small?: boolean;
  purpose?: "picture" | "mask";
  kind?: Kind;
}

const ICONS = { image: ImagePlus, audio: AudioLines, video: Film, mesh: Box } as const;

function lasting(facts: Asset["facts"]): string {
  return typeof facts["seconds"] === "number" ? duration(facts["seconds"]) : "";
}

/** What is dragged here from our own pages. */
export const DRAGGED = "application/x-gesso-asset";

/** A picture of the library, or an asset of another kind: chosen, dropped (from the page or the desktop), pasted or uploaded. */
export function PictureField({ title, help, value, onChange, optional, small, purpose = "picture", kind = "image" }: PictureProps) {
  const { t } = useTranslation("forms");
  const id = useId();
  const [picking, setPicking] = useState(false);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState(false);
  const Icon = ICONS[kind];
  const { data: asset, isError } = useQuery({ ...assetOf(value ?? ""), enabled: value !== null });

  const take = async (files: readonly File[]) => {
    setBusy(true);
    setWrong(false);
    try {
      const [first] = await upload(files.slice(0, 1), { purpose });
      if (first?.kind === kind) onChange(first.id);
      else if (first) setWrong(true);
    } finally {
      setBusy(false);
    }
  };
  const drop = (event: React.DragEvent) => {
    setOver(false);
    const dragged = event.dataTransfer.getData(DRAGGED);
    const files = [...event.dataTransfer.files];
    if (dragged === "" && files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (dragged !== "") onChange(dragged);
    else void take(files);
  };
  const paste = (event: React.ClipboardEvent) => {
    const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    void take(files);
  };

  return (
    <div role="group" aria-labelledby={id}>
      <Label className={small ? "sr-only" : ""}>
        <span id={id}>{title}</span>
      </Label>
      <div
        data-takes-files
        onDragOver={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        onPaste={paste}
        className={cx("flex items-center gap-3 rounded-md border transition-colors", value === null ? "border-dashed border-line-2" : "border-line bg-raised", over && "border-ring bg-accent-soft")}
      >
        <button type="button" onClick={() => setPicking(true)} className={cx("flex min-w-0 flex-1 items-center gap-3 rounded-md p-2 text-left hover:bg-hover", small ? "min-h-12" : "min-h-16")}>
          {value !== null && asset ? (
            <>
              <img src={`${asset.thumbnail}?size=256`} alt="" className={cx("checkered shrink-0 rounded-sm object-cover", small ? "size-9" : "size-12")} />
              <span className="min-w-0">
                <span className="block truncate text-sm font-medium">{asset.title}</span>
                <span className="num block text-2xs text-fg-3">{kind === "image" ? pixels(asset.width, asset.height) : lasting(asset.facts)}</span>
              </span>
            </>
          ) : (
            <>
              <span className={cx("grid shrink-0 place-items-center rounded-sm bg-hover text-fg-3", small ? "size-9" : "size-12", busy && "skeleton")}>
                <Icon size={17} aria-hidden />
              </span>
              <span className="text-xs text-fg-2">{busy ? t(`kind.${kind}.busy`) : isError ? t(`kind.${kind}.gone`) : t(`kind.${kind}.choose`)}</span>
            </>
          )}
        </button>
        {value !== null && optional && (
          <IconButton label={t("picture.remove", { what: title })} size="sm" onClick={() => onChange(null)} className="mr-2">
            <X size={14} aria-hidden />
          </IconButton>
        )}
      </div>
      {wrong && (
        <p role="alert" className="mt-1 text-xs text-bad">
          {t(`kind.${kind}.wrong`)}
        </p>
      )}
      {help !== undefined && !small && <p className="mt-1 text-xs text-fg-3">{help}</p>}
      <Suspense>
        {picking && (
          <Picker
            title={title}
            purpose={purpose}
            kind={kind}
            onClose={() => setPicking(false)}
            onPick={(picked) => {
              setPicking(false);
              onChange(picked.id);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
