import { useQuery } from "@tanstack/react-query";
import { SquareSplitHorizontal } from "lucide-react";
import { lazy, type Ref, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { recipeOf, type Asset } from "@/api";
import { patient } from "@/lib/later";
import { IconButton, Popover } from "@/ui";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));

interface CompareMenuProps {
  asset: Asset;
  /** Opens the list: the key presses it too. */
  button: Ref<HTMLButtonElement>;
  /** A comparison is on: the button ends it. */
  on: boolean;
  onEnd: () => void;
  onPick: (other: Asset) => void;
}

/** With what: what it was made from first, then its siblings, then anything else. */
export function CompareMenu({ asset, button, on, onEnd, onPick }: CompareMenuProps) {
  const { t } = useTranslation("assets");
  const [open, setOpen] = useState(false);
  const [picking, setPicking] = useState(false);
  const { data: recipe } = useQuery({ ...recipeOf(asset.id), enabled: open });
  const parents = (recipe?.parents ?? []).filter((one) => one.kind === "image" && one.purpose === "picture");
  const siblings = (recipe?.run?.outputs ?? []).filter((one) => one.id !== asset.id && one.kind === "image");
  const pick = (other: Asset) => {
    setOpen(false);
    setPicking(false);
    onPick(other);
  };
  const one = (other: Asset, name: string) => (
    <li key={other.id}>
      <button type="button" onClick={() => pick(other)} className="flex w-full items-center gap-3 rounded-sm p-1.5 text-left hover:bg-hover coarse:min-h-11">
        <img src={`${other.thumbnail}?size=256`} alt="" className="checkered size-10 shrink-0 rounded-sm object-cover" />
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">{other.title}</span>
          <span className="block truncate text-2xs text-fg-3">{name}</span>
        </span>
      </button>
    </li>
  );
  if (on) {
    return (
      <IconButton label={t("viewer.endCompare")} keys="c" on onClick={onEnd}>
        <SquareSplitHorizontal size={17} aria-hidden />
      </IconButton>
    );
  }
  return (
    <>
      <Popover
        title={t("viewer.compareWith")}
        open={open}
        onOpenChange={setOpen}
        className="w-72 p-1.5"
        trigger={
          <button ref={button} type="button" aria-label={t("viewer.compare")} title={t("viewer.compare")} className="inline-grid size-8.5 shrink-0 place-items-center rounded-md text-fg-2 hover:bg-hover hover:text-fg coarse:size-11">
            <SquareSplitHorizontal size={17} aria-hidden />
          </button>
        }
      >
        <div className="px-1.5 pt-1 pb-1.5 text-2xs font-medium text-fg-3">{t("viewer.compareWith")}</div>
        <ul>
          {parents.map((other) => one(other, t("viewer.parent")))}
          {siblings.map((other) => one(other, t("viewer.sibling", { n: (recipe?.run?.outputs.indexOf(other) ?? 0) + 1 })))}
          <li>
            <button
              type="button"
              onClick={() => {
                setOpen(false);
                setPicking(true);
              }}
              className="flex min-h-9 w-full items-center rounded-sm px-2 text-left text-sm hover:bg-hover coarse:min-h-11"
            >
              {t("viewer.another")}
            </button>
          </li>
        </ul>
      </Popover>
      <Suspense>{picking && <Picker title={t("viewer.compareWith")} onPick={pick} onClose={() => setPicking(false)} />}</Suspense>
    </>
  );
}
