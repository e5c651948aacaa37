import "@/i18n/organise";
import { useQuery } from "@tanstack/react-query";
import { Folder, Megaphone, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { collections, type Collection } from "@/api";
import { Dialog, TextField } from "@/ui";
import { makeCollection, nested } from "./acts";

const ROW = "flex min-h-9 w-full items-center gap-2.5 rounded-md px-2 text-left text-sm hover:bg-hover coarse:min-h-11";

/** Which collection? One that is there, or a new one by the name that was typed. */
export default function Pick({ but, onPick, onClose }: { but?: string | undefined; onPick: (collection: Collection) => void; onClose: () => void }) {
  const { t } = useTranslation("organise");
  const { data: all = [] } = useQuery(collections);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const sought = text.trim().toLocaleLowerCase();
  const found = nested(all).filter(({ collection }) => collection.id !== but && collection.name.toLocaleLowerCase().includes(sought));
  const take = (collection: Collection) => {
    onClose();
    onPick(collection);
  };
  const make = async () => {
    if (busy) return;
    setBusy(true);
    const made = await makeCollection({ name: text.trim() });
    setBusy(false);
    if (made) take(made);
  };
  const exact = found.some(({ collection }) => collection.name.toLocaleLowerCase() === sought);
  return (
    <Dialog title={t("which")} open onClose={onClose} initialFocus={() => document.querySelector<HTMLElement>("[data-begin] input")}>
      <div data-begin>
        <TextField label={t("find")} hideLabel placeholder={t("find")} value={text} onChange={setText} maxLength={120} onEnter={() => (found.length > 0 ? take(found[0]!.collection) : sought !== "" && void make())} />
      </div>
      <ul className="mt-2 max-h-[46vh] overflow-auto">
        {found.map(({ collection, deep }) => {
          const Icon = collection.kind === "campaign" ? Megaphone : Folder;
          return (
            <li key={collection.id}>
              <button type="button" className={ROW} style={{ paddingLeft: 8 + (sought === "" ? deep * 14 : 0) }} onClick={() => take(collection)}>
                <Icon size={15} className="shrink-0 text-fg-3" aria-hidden />
                <span className="min-w-0 truncate">{collection.name}</span>
              </button>
            </li>
          );
        })}
        {sought !== "" && !exact && (
          <li>
            <button type="button" className={ROW} onClick={() => void make()}>
              <Plus size={15} className="shrink-0 text-fg-3" aria-hidden />
              <span className="min-w-0 truncate">{t("makeOf", { name: text.trim() })}</span>
            </button>
          </li>
        )}
      </ul>
    </Dialog>
  );
}
