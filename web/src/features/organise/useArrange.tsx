/** What the library arranges the selected ones by, or the one that has the focus: the menu, the keys and the dialogs. */

import { Boxes, FolderMinus, FolderPlus, FolderSymlink, Layers, Layers2, PenLine, Star, Tag, Ungroup, type LucideIcon } from "lucide-react";
import { lazy, Suspense, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Asset, Collection, Label } from "@/api";
import { selectedOf, type Selection } from "@/engine/grid/selection";
import { wantedOf } from "@/features/library/change";
import type { LibrarySearch } from "@/features/library/search";
import type { Shelf } from "@/features/library/shelf";
import { patient } from "@/lib/later";
import type { Action } from "@/shell/actions";
import type { MenuItem } from "@/ui";
import "@/i18n/organise";
import { carryOut, type Change, type Wanted } from "./acts";
import { Dot } from "./Labels";

const Pick = lazy(patient(() => import("./Pick")));
const Asking = lazy(patient(() => import("./Asking")));

/** As other programs have it: 1 to 5 rate, 6 to 9 label. */
const KEYED: readonly Label[] = ["red", "yellow", "green", "blue"];
const STARS = [1, 2, 3, 4, 5] as const;

export interface Arranging {
  actions: Action[];
  items: (MenuItem | "-")[];
  dialogs: ReactNode;
  put: (collection: string, ids?: readonly string[]) => void;
  order: (index: number, ids?: readonly string[]) => void;
}

export function useArrange(shelf: Shelf | undefined, selection: Selection, search: LibrarySearch, one: Asset | undefined, names: ReadonlyMap<string, string>): Arranging {
  const { t } = useTranslation(["organise", "library"]);
  const [asking, setAsking] = useState<"tags" | "titles" | "add" | "move" | null>(null);
  const many = shelf ? selectedOf(selection, shelf.total) : 0;
  const here = search.collection;
  return useMemo<Arranging>(() => {
    const wanted = (): Wanted | null => {
      if (!shelf) return null;
      if (many > 0) return wantedOf(shelf, selection);
      return one ? { ids: [one.id], except: [] } : null;
    };
    const does = (change: Change, words: Parameters<typeof carryOut>[2], name?: string) => {
      const select = wanted();
      if (select) void carryOut(select, change, words, name);
    };
    const put = (collection: string, ids?: readonly string[]) => {
      const select = ids ? { ids: [...ids], except: [] } : wanted();
      if (select) void carryOut(select, { collection: { add: collection } }, "add", names.get(collection));
    };
    const group = t("by");
    const act = (id: string, name: string, perform: () => void, more: { keys?: string; icon?: LucideIcon; hidden?: boolean } = {}): Action => ({ id: `arrange.${id}`, name, group, perform, ...more });
    const only = [
      act("tags", t("tags"), () => setAsking("tags"), { keys: "t", icon: Tag }),
      act("add", t("add"), () => setAsking("add"), { keys: "l", icon: FolderPlus }),
      ...(here === undefined
        ? []
        : [
            act("out", t("takeOut"), () => does({ collection: { remove: here } }, "remove"), { keys: "shift+l", icon: FolderMinus }),
            act("move", t("moveTo"), () => setAsking("move"), { icon: FolderSymlink }),
          ]),
      act("stack", t("stack"), () => does({ stack: "together" }, "stack"), { keys: "shift+g", icon: Layers }),
      act("runs", t("stackRuns"), () => does({ stack: "runs" }, "stack"), { icon: Boxes }),
      ...(many <= 1 ? [act("top", t("stackTop"), () => does({ stack: "top" }, "stack"), { icon: Layers2 })] : []),
      act("unstack", t("unstack"), () => does({ stack: "none" }, "unstack"), { keys: "shift+u", icon: Ungroup }),
      act("titles", t("titles"), () => setAsking("titles"), { icon: PenLine }),
    ];
    const rated = [
      ...STARS.map((count) => act(`rate${count}`, t("stars", { count }), () => does({ rating: count }, "rating"), { keys: String(count), icon: Star })),
      act("rate0", t("noRating"), () => does({ rating: 0 }, "rating"), { keys: "0" }),
      ...KEYED.map((label, at) => act(label, t(`labels.${label}`), () => does({ label }, "label"), { keys: String(6 + at) })),
      act("label0", t("noLabel"), () => does({ label: "none" }, "label"), { keys: "-" }),
    ];
    const item = (action: Action): MenuItem => ({
      id: action.id,
      label: action.name,
      keys: action.keys,
      ...(action.icon ? { icon: <action.icon size={15} aria-hidden /> } : {}),
      onSelect: action.perform,
    });
    const labels: MenuItem[] = (["red", "orange", "yellow", "green", "blue", "purple", "grey"] as const).map((label) => ({
      id: label,
      label: t(`labels.${label}`),
      icon: <Dot label={label} className="mx-0.5" />,
      ...(KEYED.includes(label) ? { keys: String(6 + KEYED.indexOf(label)) } : {}),
      onSelect: () => does({ label }, "label"),
    }));
    const chosen = (collection: Collection) => {
      if (asking === "add") put(collection.id);
      else if (here !== undefined) does({ collection: { move: here, to: collection.id } }, "move", collection.name);
    };
    return {
      actions: [...only, ...rated],
      items: [...only.map(item), "-", ...rated.slice(0, 6).reverse().map(item), "-", ...labels, item(rated.at(-1)!)],
      dialogs: (
        <Suspense>
          {(asking === "add" || asking === "move") && <Pick but={asking === "move" ? here : undefined} onPick={chosen} onClose={() => setAsking(null)} />}
          {(asking === "tags" || asking === "titles") && <Asking what={asking} many={Math.max(1, many)} onClose={() => setAsking(null)} onDo={does} />}
        </Suspense>
      ),
      put,
      order: (index, ids) => {
        if (!shelf || here === undefined) return;
        const select = ids ? { ids: [...ids], except: [] } : wanted();
        const before = shelf.at(index)?.id ?? null;
        if (select) void carryOut(select, { collection: { order: here, before } }, "order");
      },
    };
  }, [shelf, selection, many, one, here, names, asking, t]);
}
