import { Download, Ellipsis, FileDown, FolderHeart, Heart, HeartOff, ListChecks, Scissors, Send, Share2, Shrink, Tags, Trash2, Undo2, X, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/lib/format";
import "@/i18n/organise";
import { Button, IconButton, Menu, Sure, type MenuItem } from "@/ui";

interface BarProps {
  many: number;
  total: number;
  trash: boolean;
  /** Whether all that are known of the selected ones are favourites. */
  favourites: boolean;
  onAll: () => void;
  onNone: () => void;
  onFavour: (on: boolean) => void;
  onDownload: () => void;
  onDownloadAs: () => void;
  onBatch: () => void;
  /** As rows of a batch. */
  onRows: () => void;
  /** Where there is something to publish with. */
  onSocial: (() => void) | undefined;
  onConvert: (() => void) | undefined;
  onTag: () => void;
  onShare: () => void;
  onTrash: () => void;
  onRestore: () => void;
  onErase: () => void;
  /** By what they can be arranged. */
  arrange: readonly (MenuItem | "-")[];
}

interface Way {
  id: string;
  label: string;
  keys: string;
  icon: LucideIcon;
  onSelect: () => void;
}

/** What can be done with the selected ones. */
export function SelectionBar({ many, total, trash, favourites, onAll, onNone, onFavour, onDownload, onDownloadAs, onBatch, onRows, onSocial, onConvert, onTag, onShare, onTrash, onRestore, onErase, arrange }: BarProps) {
  const { t } = useTranslation(["library", "organise"]);
  const [asking, setAsking] = useState(false);
  const Favour = favourites ? HeartOff : Heart;
  // On a phone there is room for some; these are a press further away.
  const ways: readonly Way[] = [
    { id: "downloadAs", label: t("bar.downloadAs"), keys: "shift+d", icon: FileDown, onSelect: onDownloadAs },
    { id: "batch", label: t("bar.batch"), keys: "b", icon: Scissors, onSelect: onBatch },
    { id: "rows", label: t("bar.rows"), keys: "q", icon: ListChecks, onSelect: onRows },
    ...(onSocial ? [{ id: "social", label: t("bar.social"), keys: "o", icon: Send, onSelect: onSocial }] : []),
    ...(onConvert ? [{ id: "convert", label: t("bar.convert"), keys: "m", icon: Shrink, onSelect: onConvert }] : []),
    { id: "tag", label: t("bar.tag"), keys: "shift+t", icon: Tags, onSelect: onTag },
    { id: "share", label: t("bar.share"), keys: "s", icon: Share2, onSelect: onShare },
  ];
  return (
    <div
      role="toolbar"
      aria-label={t("bar.label")}
      className="absolute bottom-4 left-1/2 z-20 flex max-w-[calc(100%-16px)] -translate-x-1/2 animate-[rise_.16s_var(--ease-pop)] items-center gap-1 rounded-xl bg-overlay p-1.5 pl-4 text-sm shadow-pop max-md:bottom-2 max-md:w-[calc(100%-16px)] max-md:pl-3"
    >
      <span className="num pr-1 font-medium whitespace-nowrap">{t("bar.count", { count: many, n: count(many) })}</span>
      {many < total && (
        <Button size="sm" look="ghost" onClick={onAll} className="max-md:hidden">
          {t("bar.all", { n: count(total) })}
        </Button>
      )}
      <span className="mx-1 h-5 w-px bg-line max-md:ml-auto max-md:bg-transparent" />
      {trash ? (
        <>
          <Button look="ghost" onClick={onRestore}>
            <Undo2 size={16} aria-hidden />
            {t("bar.restore")}
          </Button>
          <Button look="danger" onClick={() => setAsking(true)}>
            <Trash2 size={16} aria-hidden />
            <span className="max-md:sr-only">{t("bar.erase")}</span>
          </Button>
        </>
      ) : (
        <>
          <IconButton side="top" label={favourites ? t("bar.unfavour") : t("bar.favour")} keys="f" onClick={() => onFavour(!favourites)}>
            <Favour size={17} aria-hidden />
          </IconButton>
          <Menu
            placement="top-start"
            items={arrange}
            trigger={
              <IconButton side="top" label={t("organise:by")}>
                <FolderHeart size={17} aria-hidden />
              </IconButton>
            }
          />
          <IconButton side="top" label={t("bar.download")} keys="d" onClick={onDownload}>
            <Download size={17} aria-hidden />
          </IconButton>
          {ways.map(({ id, label, keys, icon: Icon, onSelect }) => (
            <IconButton key={id} side="top" label={label} keys={keys} onClick={onSelect} className="max-md:hidden">
              <Icon size={17} aria-hidden />
            </IconButton>
          ))}
          <Menu
            placement="top-end"
            items={ways.map(({ icon: Icon, ...way }) => ({ ...way, icon: <Icon size={15} aria-hidden /> }))}
            trigger={
              <IconButton side="top" label={t("details.more")} className="md:hidden">
                <Ellipsis size={17} aria-hidden />
              </IconButton>
            }
          />
          <IconButton side="top" label={t("bar.trash")} keys="delete" onClick={onTrash}>
            <Trash2 size={17} aria-hidden />
          </IconButton>
        </>
      )}
      <span className="mx-1 h-5 w-px bg-line max-md:hidden" />
      <IconButton side="top" label={t("bar.none")} keys="escape" onClick={onNone}>
        <X size={17} aria-hidden />
      </IconButton>
      <Sure title={t("erase.title", { count: many, n: count(many) })} text={t("erase.text")} act={t("erase.do")} open={asking} onClose={() => setAsking(false)} onSure={onErase} />
    </div>
  );
}
