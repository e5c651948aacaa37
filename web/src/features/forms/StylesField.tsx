import { X } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cx, Dialog, Label, TextField } from "@/ui";
import { said } from "./said";
import type { Option } from "./schema";

interface StylesProps {
  title: string;
  options: readonly Option[];
  value: string | null;
  onChange: (value: string | null) => void;
  optional: boolean;
}

export function StylesField({ title, options, value, onChange, optional }: StylesProps) {
  const { t } = useTranslation("forms");
  const [all, setAll] = useState(false);
  // The chosen one stands first among those that are seen, without moving while the person chooses.
  const strip = useRef(options);
  const shown = useMemo(() => {
    const chosen = options.find((option) => option.value === value);
    const known = strip.current.length === options.length ? strip.current : options;
    strip.current = chosen && known.indexOf(chosen) > 5 ? [chosen, ...known.filter((one) => one !== chosen)] : known;
    return strip.current;
  }, [options, value]);
  if (options.length === 0) return <TextField label={title} value={value ?? ""} onChange={(next) => onChange(next === "" ? null : next)} />;
  return (
    <div role="group" aria-label={title}>
      <Label
        right={
          <button type="button" onClick={() => setAll(true)} className="rounded-xs hover:text-fg">
            {t("styles.browse", { count: options.length })}
          </button>
        }
      >
        {title}
      </Label>
      <div className="-mx-4 -mt-1 flex gap-2.5 overflow-x-auto px-4 pt-1 pb-1 [scrollbar-width:none]">
        {optional && <Tile option={null} on={value === null} onClick={() => onChange(null)} />}
        {shown.slice(0, 12).map((option) => (
          <Tile key={String(option.value)} option={option} on={option.value === value} onClick={() => onChange(String(option.value))} />
        ))}
      </div>
      {all && <Gallery {...{ title, options, value, optional }} onClose={() => setAll(false)} onChange={onChange} />}
    </div>
  );
}

function Gallery({ title, options, value, onChange, optional, onClose }: StylesProps & { onClose: () => void }) {
  const { t } = useTranslation("forms");
  const [words, setWords] = useState("");
  const found = options.filter((option) => `${said(option.title)} ${option.title}`.toLowerCase().includes(words.trim().toLowerCase()));
  const choose = (next: string | null) => {
    onChange(next);
    onClose();
  };
  return (
    <Dialog title={title} open onClose={onClose} className="max-w-2xl">
      <TextField label={t("styles.search")} hideLabel placeholder={t("styles.search")} value={words} onChange={setWords} />
      <div className="mt-4 grid grid-cols-[repeat(auto-fill,minmax(84px,1fr))] gap-3">
        {optional && words === "" && <Tile option={null} on={value === null} onClick={() => choose(null)} wide />}
        {found.map((option) => (
          <Tile key={String(option.value)} option={option} on={option.value === value} onClick={() => choose(String(option.value))} wide />
        ))}
      </div>
      {found.length === 0 && <p className="py-8 text-center text-fg-2">{t("styles.nothing")}</p>}
    </Dialog>
  );
}

function Tile({ option, on, onClick, wide }: { option: Option | null; on: boolean; onClick: () => void; wide?: boolean }) {
  const { t } = useTranslation("ui");
  return (
    <button type="button" aria-pressed={on} onClick={onClick} className={cx("group text-left", wide ? "w-full" : "w-[68px] shrink-0")}>
      <span className={cx("block aspect-square overflow-hidden rounded-md ring-offset-2 ring-offset-panel transition-shadow", on ? "ring-2 ring-ring" : "ring-1 ring-line group-hover:ring-line-2")}>
        {option?.picture !== undefined ? (
          <img src={option.picture} alt="" loading="lazy" className="size-full object-cover" />
        ) : (
          <span className="grid size-full place-items-center bg-raised text-fg-3">{option ? <span className="text-lg font-semibold">{said(option.title).slice(0, 2)}</span> : <X size={16} aria-hidden />}</span>
        )}
      </span>
      <span className={cx("mt-1.5 block truncate text-2xs", on ? "font-medium text-fg" : "text-fg-2")}>{option ? said(option.title) : t("none")}</span>
    </button>
  );
}
