/** Where a prompt is written: with words that may follow, and with Alt and the arrows, what was written before. */

import { useQuery } from "@tanstack/react-query";
import { type ComponentProps, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { api, body } from "@/api";
import { cx } from "@/ui";
import { earlier } from "./earlier";

/** Whether words are suggested while somebody writes. */
export const useWriting = create<{ suggests: boolean }>()(persist((): { suggests: boolean } => ({ suggests: true }), { name: "gesso.writing" }));

const PAUSE_MS = 120;

interface WritingProps extends Omit<ComponentProps<"textarea">, "onChange" | "value"> {
  value: string;
  onWrite: (text: string) => void;
  /** Whether this says what a picture shows: only there it is known how to go on. */
  suggests: boolean;
}

interface Typed {
  text: string;
  at: number;
}

export function Writing({ value, onWrite, suggests, onKeyDown, ...rest }: WritingProps) {
  const { t } = useTranslation("wording");
  const list = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const wanted = useWriting((state) => state.suggests) && suggests;
  // What was typed last, by hand: nothing is suggested to what was put here otherwise.
  const [typed, setTyped] = useState<Typed | null>(null);
  const [active, setActive] = useState(-1);
  const [place, setPlace] = useState<{ index: number; own: string } | null>(null);
  const asked = useSettled(wanted && typed?.text === value ? typed : null);
  const { data } = useQuery({
    queryKey: ["suggest", asked],
    queryFn: ({ signal }) => body(api.GET("/api/prompts/suggest", { params: { query: asked ?? { text: "", at: 0 } }, signal })),
    enabled: asked !== null,
    retry: false,
    gcTime: 30_000,
  });
  const items = asked !== null && asked === typed && data ? data.items : [];
  const open = items.length > 0;
  useEffect(() => setActive(-1), [data]);
  const close = () => {
    setTyped(null);
    setActive(-1);
  };
  const take = (text: string) => {
    if (!data || !typed || !field.current) return;
    close();
    field.current.setSelectionRange(data.start, typed.at);
    // Old, and the one way to write so that Ctrl+Z knows of it.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (!document.execCommand("insertText", false, text)) onWrite(value.slice(0, data.start) + text + value.slice(typed.at));
    setTyped(null);
  };
  const walk = async (step: number) => {
    const prompts = await earlier();
    const index = (place?.index ?? -1) + step;
    const own = place?.own ?? value;
    if (index < -1 || index >= prompts.length) return;
    setPlace(index === -1 ? null : { index, own });
    onWrite(index === -1 ? own : prompts[index]!);
  };
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    onKeyDown?.(event);
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.altKey && step !== 0 && suggests) {
      event.preventDefault();
      void walk(-step);
    } else if (!open || event.altKey) return;
    else if (step !== 0) {
      event.preventDefault();
      // Past either end, none is chosen, and Enter is a new line again.
      setActive((now) => ((now + 1 + step + items.length + 1) % (items.length + 1)) - 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if ((event.key === "Tab" || event.key === "Enter") && !event.shiftKey && active >= 0) {
      event.preventDefault();
      take(items[active]!.text);
    }
  };
  return (
    <div className="relative">
      <textarea
        {...rest}
        {...(suggests ? { "aria-autocomplete": "list", "aria-haspopup": "listbox" } : {})}
        // Several lines are no combobox, but while the list is open they work as one.
        {...(open ? { role: "combobox", "aria-expanded": true, "aria-controls": list, "aria-activedescendant": active >= 0 ? `${list}${active}` : undefined } : {})}
        ref={field}
        data-prompt
        value={value}
        onChange={(event) => {
          const { value: text, selectionEnd: at } = event.target;
          setTyped({ text, at });
          setPlace(null);
          onWrite(text);
        }}
        onKeyDown={key}
        onBlur={close}
      />
      {suggests && (
        <span role="status" className="sr-only">
          {open ? t("suggest.count", { count: items.length }) : ""}
        </span>
      )}
      {suggests && (
        <ul id={list} role="listbox" aria-label={t("suggest.title")} hidden={!open} className="absolute inset-x-2 top-full z-20 -mt-1 overflow-hidden rounded-md border border-line bg-overlay p-1 shadow-pop">
          {items.map((item, index) => (
            // Its keys are the text area's.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <li
              key={item.text}
              id={`${list}${index}`}
              role="option"
              aria-selected={index === active}
              // The text area keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(item.text)}
              className={cx("flex min-h-8 cursor-default items-center gap-3 rounded-sm px-2 text-sm coarse:min-h-11", index === active ? "bg-active" : "hover:bg-hover")}
            >
              <span className="min-w-0 flex-1 truncate">{item.text}</span>
              <span className="shrink-0 text-2xs text-fg-3">{t(`suggest.${item.kind}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What was typed, once the hand rests. Whatever comes meanwhile calls the question off. */
function useSettled(typed: Typed | null): Typed | null {
  const [settled, setSettled] = useState<Typed | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), typed === null ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}
