import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { useEffect, useId, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { operations } from "@/api";
import { said } from "@/features/forms/said";
import { cx } from "@/ui";
import { joined, readingOf, split, type Part, type Reading } from "./query";
import { fieldSaid, valueSaid } from "./said";

const TYPING_MS = 150;

interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
  field: RefObject<HTMLInputElement | null>;
}

/**
 * Words and filters. A filter that can be read becomes a chip with the space or Enter after it; one that cannot is
 * explained, stays as it was typed, and changes nothing until it is mended.
 */
export function SearchField({ value, onChange, field }: SearchFieldProps) {
  const { t } = useTranslation("library");
  const client = useQueryClient();
  const known = useSuspenseQuery(operations).data;
  const id = useId();
  const { data: outer } = useQuery({ ...readingOf(value), enabled: value !== "" });
  const [chips, setChips] = useState<Part[]>([]);
  const [text, setText] = useState(value);
  const [reading, setReading] = useState<Reading | null>(null);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const asked = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // Another place, or a filter of the panel: not the echo of what was typed.
    if (value === asked.current) return;
    if (value !== "" && !outer) return;
    asked.current = value;
    const now = value === "" ? { chips: [], text: "" } : split(value, outer!);
    setChips(now.chips);
    setText(now.text);
    setReading(value === "" ? null : outer!);
  }, [value, outer]);

  const tell = (next: string) => {
    asked.current = next;
    onChange(next);
  };
  const read = async (next: readonly Part[], typed: string, at: number, settled: boolean) => {
    const before = joined(next.map((part) => part.text), "");
    const q = joined(next.map((part) => part.text), typed.trim());
    const from = before === "" ? 0 : before.length + 1;
    let found: Reading;
    try {
      found = q === "" ? { parts: [], instead: {}, offered: [] } : await client.query(readingOf(q, from + at));
    } catch {
      return;
    }
    if (q !== joined(next.map((part) => part.text), (field.current?.value ?? typed).trim())) return;
    setReading(found);
    setChosen(-1);
    if (found.parts.some((part) => part.trouble !== null)) return;
    const now = split(q, found);
    if (settled && now.chips.length > next.length) {
      setChips(now.chips);
      setText(now.text);
      setOpen(false);
    }
    tell(q);
  };
  const type = (next: string, now = chips) => {
    setText(next);
    setOpen(true);
    clearTimeout(timer.current);
    const at = field.current?.selectionStart ?? next.length;
    timer.current = setTimeout(() => void read(now, next, Math.min(at, next.trim().length), /\S\s$/.test(next)), TYPING_MS);
  };
  const settle = (next: readonly Part[], typed: string) => {
    clearTimeout(timer.current);
    void read(next, typed, typed.trim().length, true);
  };
  const without = (part: Part) => {
    const next = chips.filter((one) => one !== part);
    setChips(next);
    settle(next, text);
    field.current?.focus();
  };
  const accept = (offer: string) => {
    const at = field.current?.selectionStart ?? text.length;
    const begins = Math.max(0, text.slice(0, at).search(/(?:[^\s"]|"[^"]*"?)*$/));
    const next = `${text.slice(0, begins)}${offer}${text.slice(at)}`;
    setText(next);
    field.current?.focus();
    if (offer.endsWith(":")) {
      if (field.current) field.current.value = next;
      type(next);
    } else {
      if (field.current) field.current.value = next;
      settle(chips, next);
    }
  };
  const offers = open ? (reading?.offered ?? []) : [];
  const trouble = reading?.parts.find((part) => part.trouble !== null);
  const instead = Object.entries(reading?.instead ?? {});
  return (
    <>
      <div className="relative w-72 min-w-0 max-lg:w-52 max-md:w-auto max-md:flex-1">
        <Search size={15} className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-fg-3" aria-hidden />
        <input
          ref={field}
          type="search"
          aria-label={t("search")}
          aria-autocomplete="list"
          aria-controls={offers.length > 0 ? id : undefined}
          aria-activedescendant={chosen >= 0 && chosen < offers.length ? `${id}${chosen}` : undefined}
          aria-invalid={trouble !== undefined}
          aria-describedby={trouble ? `${id}trouble` : undefined}
          placeholder={t("search")}
          autoComplete="off"
          spellCheck={false}
          maxLength={400}
          value={text}
          onChange={(event) => type(event.target.value)}
          onBlur={() => setOpen(false)}
          onKeyDown={(event) => {
            const { key } = event;
            if (key === "ArrowDown" || key === "ArrowUp") {
              if (offers.length === 0) return;
              event.preventDefault();
              setChosen((chosen + (key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1) + offers.length) % offers.length);
            } else if ((key === "Enter" || key === "Tab") && chosen >= 0 && offers[chosen] !== undefined) {
              event.preventDefault();
              accept(offers[chosen]);
            } else if (key === "Enter") {
              setOpen(false);
              settle(chips, text);
            } else if (key === "Backspace" && event.currentTarget.selectionEnd === 0 && chips.length > 0) {
              event.preventDefault();
              const last = chips.at(-1)!;
              const rest = chips.slice(0, -1);
              setChips(rest);
              type(joined([last.text], text), rest);
            } else if (key === "Escape") {
              event.preventDefault();
              event.stopPropagation();
              if (offers.length > 0) setOpen(false);
              else if (text === "") event.currentTarget.blur();
              else type("");
            }
          }}
          className="h-8.5 w-full rounded-md border border-line bg-raised pr-8 pl-8 text-sm placeholder:text-fg-3 hover:border-line-2 aria-invalid:border-bad coarse:h-11 [&::-webkit-search-cancel-button]:hidden"
        />
        {text !== "" && (
          <button type="button" aria-label={t("forget")} onClick={() => (type(""), field.current?.focus())} className="absolute top-1/2 right-1 grid size-7 -translate-y-1/2 place-items-center rounded-sm text-fg-3 hover:bg-hover hover:text-fg coarse:size-9">
            <X size={14} aria-hidden />
          </button>
        )}
        {offers.length > 0 && (
          <ul id={id} role="listbox" aria-label={t("find.offered")} className="absolute top-full left-0 z-30 mt-1 max-h-80 w-full min-w-56 overflow-auto rounded-md border border-line bg-panel p-1 shadow-lg">
            {offers.map((offer, index) => (
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the field itself listens to the keys
              <li
                key={offer}
                id={`${id}${index}`}
                role="option"
                aria-selected={index === chosen}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => accept(offer)}
                className={cx("flex min-h-8 cursor-default items-center justify-between gap-3 rounded-sm px-2 text-sm coarse:min-h-11", index === chosen ? "bg-active text-fg" : "text-fg-2 hover:bg-hover hover:text-fg")}
              >
                <span className="truncate font-mono text-xs">{offer}</span>
                <span className="shrink-0 text-2xs text-fg-3">{fieldSaid(t, offer.replace(/^-/, "").split(":")[0]!)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {chips.map((part) => (
        <span key={part.start} className="flex h-8 max-w-64 min-w-0 items-center rounded-full border border-ring bg-accent-soft pl-3 text-xs font-medium coarse:h-11">
          <span className="truncate">
            {part.without && <span className="text-fg-2">{`${t("find.not")} `}</span>}
            <span className="text-fg-2">{`${fieldSaid(t, part.field!)}: `}</span>
            {valueSaid(t, part.field!, part.value, known)}
          </span>
          <button type="button" aria-label={t("without", { name: part.text })} onClick={() => without(part)} className="mx-1 grid size-6 shrink-0 place-items-center rounded-full hover:bg-hover coarse:size-9">
            <X size={13} aria-hidden />
          </button>
        </span>
      ))}
      {trouble && (
        <p id={`${id}trouble`} role="alert" className="order-last basis-full text-xs text-bad">
          <bdi className="font-mono">{trouble.text}</bdi>
          {` · ${said(trouble.trouble!)}`}
          {trouble.field === null && trouble.value !== "" && ` ${t("find.meant", { field: trouble.value })}`}
        </p>
      )}
      {!trouble && instead.length > 0 && (
        <p role="status" className="order-last basis-full text-xs text-fg-2">
          {instead.map(([word, near]) => t("find.instead", { word, near: near.slice(0, 3).join(", ") })).join(" ")}
        </p>
      )}
    </>
  );
}
