/** The part of a long list that is in view, in whatever scrolls around it: only that stands in the document. */

import { useEffect, useState, type RefObject } from "react";

/** So many more above and below. */
const MORE = 6;

export interface Span {
  first: number;
  /** One behind the last. */
  end: number;
}

/** Pure: what of `count` lines of one height is seen between `top` and `top + height`. */
export function seen(count: number, tall: number, top: number, height: number): Span {
  const first = Math.max(0, Math.floor(top / tall) - MORE);
  const end = Math.min(count, Math.ceil((top + height) / tall) + MORE);
  return { first: Math.min(first, count), end: Math.max(end, Math.min(first, count)) };
}

/** Pages of so many lines that hold these. */
export function pagesOf({ first, end }: Span, size: number): number[] {
  if (end <= first) return [];
  const last = Math.floor((end - 1) / size);
  const begin = Math.floor(first / size);
  return Array.from({ length: last - begin + 1 }, (_, index) => begin + index);
}

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let at = element.parentElement; at; at = at.parentElement) if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return document.documentElement;
}

/** `list` is as high as all lines together; `width` is how wide. */
export function useWindow(list: RefObject<HTMLElement | null>, count: number, tall: (width: number) => number, across: (width: number) => number = () => 1): Span & { width: number } {
  const [found, setFound] = useState<Span & { width: number }>({ first: 0, end: 0, width: 0 });
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const scroller = scrollerOf(element);
    const look = () => {
      const box = scroller.getBoundingClientRect();
      const top = box.top - element.getBoundingClientRect().top;
      const width = element.clientWidth;
      const next = { ...seen(Math.ceil(count / across(width)), tall(width), Math.max(0, top), box.height), width };
      setFound((now) => (now.first === next.first && now.end === next.end && now.width === next.width ? now : next));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    observer.observe(scroller);
    scroller.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", look);
    };
  }, [list, count, tall, across]);
  return found;
}
