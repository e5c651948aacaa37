import { Check, ChevronDown, ChevronUp, CircleAlert, CircleSlash, RotateCcw, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { bytes } from "@/lib/format";
import { cx, IconButton, Progress, Ring } from "@/ui";
import { cancel, over, retry, tidy, useUploads, type Upload } from "./uploads";

/** At the lower right, while there is something to tell. */
export function UploadPanel() {
  const { t } = useTranslation(["library", "ui"]);
  const { items, open } = useUploads();
  if (items.length === 0) return null;
  const going = items.filter((item) => !over(item.stage));
  const failed = items.filter((item) => item.stage === "failed").length;
  const done = items.filter((item) => item.stage === "done").length;
  const size = items.reduce((sum, item) => sum + item.bytes, 0);
  const sent = items.reduce((sum, item) => sum + item.bytes * (over(item.stage) ? 1 : item.sent), 0);
  const title = going.length > 0 ? t("uploads.going", { count: going.length }) : failed > 0 ? t("uploads.failed", { count: failed }) : t("uploads.done", { count: done });
  const Fold = open ? ChevronDown : ChevronUp;
  return (
    <section
      aria-label={t("uploads.title")}
      className="fixed right-4 bottom-4 z-30 flex max-h-[min(420px,60dvh)] w-[min(340px,calc(100vw-32px))] flex-col overflow-hidden rounded-lg bg-overlay text-sm shadow-pop max-md:bottom-18"
    >
      <header className="flex min-h-11 items-center gap-2.5 pr-1.5 pl-3.5">
        {going.length > 0 && <Ring value={size === 0 ? 0 : sent / size} size={17} className="text-ring" />}
        {going.length === 0 && (failed > 0 ? <CircleAlert size={17} className="text-bad" aria-hidden /> : <Check size={17} className="text-ok" aria-hidden />)}
        <h2 className="flex-1 truncate font-medium">{title}</h2>
        <IconButton size="sm" side="top" label={open ? t("uploads.fold") : t("uploads.unfold")} aria-expanded={open} onClick={() => useUploads.setState({ open: !open })}>
          <Fold size={16} aria-hidden />
        </IconButton>
        {going.length === 0 && (
          <IconButton size="sm" side="top" label={t("ui:close")} onClick={tidy}>
            <X size={16} aria-hidden />
          </IconButton>
        )}
      </header>
      {open && (
        <ul className="min-h-0 flex-1 overflow-auto border-t border-line py-1">
          {items.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Item({ item }: { item: Upload }) {
  const { t } = useTranslation("library");
  const going = !over(item.stage);
  return (
    <li className="flex items-center gap-2.5 py-1.5 pr-1.5 pl-3.5">
      <span className="relative grid size-9 shrink-0 place-items-center overflow-hidden rounded-xs bg-hover">
        {item.asset ? <img src={`${item.asset.thumbnail}?size=256`} alt="" className="size-full object-cover" /> : <Sign item={item} />}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="truncate font-medium">{item.name}</span>
          <span className="num ml-auto shrink-0 text-xs text-fg-3">{bytes(item.bytes)}</span>
        </div>
        <p className={cx("text-xs", item.stage === "failed" ? "text-bad" : "truncate text-fg-2")}>
          {item.stage === "failed" ? item.trouble : item.twin !== undefined ? t("uploads.twin", { title: item.twin }) : t(`uploads.stage.${item.stage}`)}
        </p>
        {item.stage === "sending" && <Progress value={item.sent} label={item.name} className="mt-1" />}
        {item.stage === "checking" && <Progress value={null} label={item.name} className="mt-1" />}
      </div>
      {going && (
        <IconButton size="sm" side="left" label={t("uploads.cancel", { name: item.name })} onClick={() => cancel(item.id)}>
          <X size={15} aria-hidden />
        </IconButton>
      )}
      {(item.stage === "failed" || item.stage === "cancelled") && (
        <IconButton size="sm" side="left" label={t("uploads.retry", { name: item.name })} onClick={() => retry(item.id)}>
          <RotateCcw size={15} aria-hidden />
        </IconButton>
      )}
    </li>
  );
}

function Sign({ item }: { item: Upload }) {
  if (item.stage === "failed") return <CircleAlert size={16} className="text-bad" aria-hidden />;
  if (item.stage === "cancelled") return <CircleSlash size={16} className="text-fg-3" aria-hidden />;
  return <Ring value={item.sent} size={18} className="text-fg-3" />;
}
