import { Download, Heart, HeartOff, Scissors, Send, Share2, Shrink, Trash2, Undo2, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/lib/format";
import { Button, Dialog, IconButton } from "@/ui";

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
  onBatch: () => void;
  /** Where there is something to publish with. */
  onSocial: (() => void) | undefined;
  onConvert: (() => void) | undefined;
  onShare: () => void;
  onTrash: () => void;
  onRestore: () => void;
  onErase: () => void;
}

/** What can be done with the selected ones. */
export function SelectionBar({ many, total, trash, favourites, onAll, onNone, onFavour, onDownload, onBatch, onSocial, onConvert, onShare, onTrash, onRestore, onErase }: BarProps) {
  const { t } = useTranslation(["library", "ui"]);
  const [asking, setAsking] = useState(false);
  const Favour = favourites ? HeartOff : Heart;
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
          <IconButton side="top" label={t("bar.download")} keys="d" onClick={onDownload}>
            <Download size={17} aria-hidden />
          </IconButton>
          <IconButton side="top" label={t("bar.batch")} keys="b" onClick={onBatch}>
            <Scissors size={17} aria-hidden />
          </IconButton>
          {onSocial && (
            <IconButton side="top" label={t("bar.social")} keys="o" onClick={onSocial}>
              <Send size={17} aria-hidden />
            </IconButton>
          )}
          {onConvert && (
            <IconButton side="top" label={t("bar.convert")} keys="m" onClick={onConvert}>
              <Shrink size={17} aria-hidden />
            </IconButton>
          )}
          <IconButton side="top" label={t("bar.share")} keys="s" onClick={onShare}>
            <Share2 size={17} aria-hidden />
          </IconButton>
          <IconButton side="top" label={t("bar.trash")} keys="delete" onClick={onTrash}>
            <Trash2 size={17} aria-hidden />
          </IconButton>
        </>
      )}
      <span className="mx-1 h-5 w-px bg-line max-md:hidden" />
      <IconButton side="top" label={t("bar.none")} keys="escape" onClick={onNone}>
        <X size={17} aria-hidden />
      </IconButton>
      <Dialog
        title={t("erase.title", { count: many, n: count(many) })}
        open={asking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t("ui:cancel")}</Button>
            <Button
              look="danger"
              onClick={() => {
                setAsking(false);
                onErase();
              }}
            >
              {t("erase.do")}
            </Button>
          </>
        }
      >
        <p className="text-sm text-fg-2">{t("erase.text")}</p>
      </Dialog>
    </div>
  );
}
