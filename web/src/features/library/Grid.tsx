/**
 * The window onto a shelf: only the rows in view stand in the document. While they fly by nothing is fetched; what lies
 * where the flight ends is.
 */

import { ArrowUp } from "lucide-react";
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cells, columnsFor, justified, led, touched, type Layout, type Rect } from "@/engine/grid/layout";
import { ALL, NONE, put, selected, selectedOf, toggled, turned, type Selection } from "@/engine/grid/selection";
import { Pace, Stretch } from "@/engine/grid/stretch";
import { i18n } from "@/i18n";
import { Line } from "./Line";
import { TOP, type Shelf } from "./shelf";
import type { Mode } from "./taste";
import { Tile } from "./Tile";

/** After the last movement, in ms. */
const REST_MS = 70;
const LONG_PRESS_MS = 450;
const SLOP = 6;
/** How near to an edge a drag scrolls, and how fast at most, in px and px per frame. */
const EDGE = 56;
const FASTEST = 28;
/** Far down, a browser's fractions of pixels run out: rows are placed from the last such mark. */
const MARK = 1_000_000;
const LINE_TALL = 56;

export interface GridProps {
  shelf: Shelf;
  mode: Mode;
  size: number;
  /** Fingers instead of a mouse: three squares side by side, tighter. */
  phone: boolean;
  label: string;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  /** Shows one more closely; `fully`: over the whole page. */
  onOpen: (id: string, fully?: boolean) => void;
  /** The picture that the keys act on, by its place. */
  active: number;
  onActive: (index: number) => void;
  /** The head of a list. */
  head?: ReactNode;
  opened: string | undefined;
  dim: boolean;
  /** Whether a hand that begins to drag here carries the pictures, and no band is stretched. */
  onCarry?: (event: PointerEvent, index: number) => boolean;
  /** To another place in the list, by the keys. */
  onShift?: ((index: number, step: 1 | -1) => void) | undefined;
  /** Shows what lies in a stack. */
  onStack?: (id: string) => void;
}

interface Span {
  first: number;
  last: number;
  fast: boolean;
  mark: number;
}

export function Grid({ shelf, mode, size, phone, label, selection, onSelect, onOpen, active, onActive, head, opened, dim, onCarry, onShift, onStack }: GridProps) {
  const { t } = useTranslation("library");
  const scroller = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const band = useRef<HTMLDivElement>(null);
  const month = useRef<HTMLDivElement>(null);
  const version = useSyncExternalStore(shelf.subscribe, shelf.snapshot);
  const [view, setView] = useState<{ width: number; height: number } | null>(null);
  const pad = mode === "list" ? 0 : phone ? 4 : 16;
  const gap = mode === "list" ? 0 : phone ? 3 : 8;

  const layout = useMemo<Layout | null>(() => {
    if (!view) return null;
    const width = Math.max(40, view.width - 2 * pad);
    if (mode === "list") return cells(shelf.total, { width, columns: 1, tall: LINE_TALL, gap });
    if (phone) return cells(shelf.total, { width, columns: 3, gap });
    if (mode === "squares") return cells(shelf.total, { width, columns: columnsFor(width, size, gap), gap });
    return justified(shelf.ratios, { width, target: size, gap });
    // The ratios change with the order, which is what `shelf.ratios` says.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [view, mode, size, phone, pad, gap, shelf, shelf.ratios]);
  const stretch = useMemo(() => new Stretch((layout?.height ?? 0) + 2 * pad, view?.height ?? 0), [layout, pad, view]);
  const [span, setSpan] = useState<Span>({ first: 0, last: -1, fast: false, mark: 0 });

  // What changes with every frame lives beside React.
  const live = useRef({ place: { scroll: 0, y: shelf.scroll }, pace: new Pace(), rest: 0, hide: 0, top: { position: 0, off: 0 }, focus: false, press: 0, pressed: false, fast: false });
  const now = useRef({ layout, stretch, shelf, view, pad, active, selection });
  now.current = { layout, stretch, shelf, view, pad, active, selection };

  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = () => setView((before) => (before?.width === element.clientWidth && before.height === element.clientHeight ? before : { width: element.clientWidth, height: element.clientHeight }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  /** Draws what is in view now; says nothing to React while the rows in view stay the same. */
  const draw = useCallback((fast: boolean) => {
    const { layout, stretch, shelf, view, pad } = now.current;
    if (!layout || !view) return;
    const { place } = live.current;
    const y = place.y - pad;
    shelf.scroll = place.y;
    if (place.y < TOP && shelf.fresh > 0) shelf.showFresh();
    const above = fast ? 0 : view.height * 0.4;
    const first = layout.rowAt(y - above);
    const last = layout.rowAt(y + view.height + above);
    const mark = stretch.stretched ? Math.floor(place.y / MARK) * MARK : 0;
    if (stretch.stretched) layer.current!.style.transform = `translateY(${mark + place.scroll - place.y}px)`;
    const top = layout.rowAt(y);
    live.current.top = { position: shelf.total === 0 ? 0 : shelf.sequence.position(layout.start(top)), off: y - layout.top(top) };
    live.current.fast = fast;
    setSpan((before) => (before.first === first && before.last === last && before.fast === fast && before.mark === mark ? before : { first, last, fast, mark }));
  }, []);

  const sayMonth = useCallback(() => {
    const { layout, shelf, view } = now.current;
    const element = month.current;
    if (!layout || !view || !element || stretchless(layout, view.height)) return;
    const time = shelf.timeAt(layout.start(layout.rowAt(live.current.place.y + view.height / 3)));
    if (time === null) return;
    const text = new Intl.DateTimeFormat(i18n.language, { month: "long", year: "numeric" }).format(time);
    if (element.textContent !== text) element.textContent = text;
    element.dataset["shown"] = "";
    clearTimeout(live.current.hide);
    live.current.hide = window.setTimeout(() => delete element.dataset["shown"], 900);
  }, []);

  const settle = useCallback(() => {
    draw(false);
    const { layout, shelf, view, pad, active } = now.current;
    if (!layout || !view) return;
    const y = live.current.place.y - pad;
    const first = layout.rowAt(y);
    const last = layout.rowAt(y + view.height);
    shelf.want(layout.start(layout.rowAt(y - view.height * 0.4)), layout.start(layout.rowAt(y + view.height * 1.4) + 1));
    // Who comes with the Tab key lands on what is seen.
    const row = layout.rowOf(active);
    if (layout.count > 0 && !live.current.focus && (row < first || row > last)) onActive(layout.start(Math.min(last, first + (layout.top(first) < y ? 1 : 0))));
  }, [draw, onActive]);

  const scrolled = useCallback(() => {
    const { stretch } = now.current;
    const { place, pace } = live.current;
    const scroll = scroller.current!.scrollTop;
    if (scroll === place.scroll) return;
    live.current.place = stretch.moved(place, scroll);
    draw(pace.moved(live.current.place.y, performance.now()));
    sayMonth();
    clearTimeout(live.current.rest);
    live.current.rest = window.setTimeout(settle, REST_MS);
  }, [draw, sayMonth, settle]);

  const go = useCallback(
    (y: number) => {
      live.current.place = now.current.stretch.at(y);
      scroller.current!.scrollTop = live.current.place.scroll;
      // What the browser makes of it, which is no fraction of a device's pixel.
      live.current.place = { scroll: scroller.current!.scrollTop, y: live.current.place.y };
      settle();
    },
    [settle],
  );

  // Another width, another size, pictures on top: what was in view stays in view.
  const [was, setWas] = useState({ shelf, generation: shelf.generation });
  const first = useRef(true);
  useLayoutEffect(() => {
    if (!layout) return;
    const { place, top } = live.current;
    if (first.current || was.shelf !== shelf) go(shelf.scroll);
    else if (place.y < TOP || was.generation !== shelf.generation) go(place.y);
    else {
      const index = Math.min(Math.max(0, layout.count - 1), shelf.sequence.index(top.position));
      go(layout.count === 0 ? 0 : layout.top(layout.rowOf(index)) + top.off + pad);
    }
    first.current = false;
    if (was.shelf !== shelf || was.generation !== shelf.generation) setWas({ shelf, generation: shelf.generation });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `was` and `pad` only say how, not when
  }, [layout, stretch, shelf, go]);

  const reveal = useCallback(
    (index: number) => {
      const { layout, view, pad } = now.current;
      if (!layout || !view || layout.count === 0) return;
      const row = layout.rowOf(index);
      const top = layout.top(row) + pad;
      const bottom = top + layout.tall(row);
      const { y } = live.current.place;
      if (top - pad < y) go(top - pad);
      else if (bottom + pad > y + view.height) go(bottom + pad - view.height);
    },
    [go],
  );

  // The focus follows the active one, as far as it is in here at all.
  useLayoutEffect(() => {
    if (live.current.focus) layer.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }, [active, span]);

  // Where a range begins that Shift ends.
  const from = useRef<number | null>(null);
  useEffect(() => {
    if (selectedOf(selection, 1) === 0) from.current = null;
  }, [selection]);

  const range = useCallback(
    async (to: number, base: Selection) => {
      const start = from.current ?? now.current.active;
      const [low, high] = [Math.min(start, to), Math.max(start, to) + 1];
      onSelect(put(base, shelf.known(low, high), true));
      const ids = await shelf.ids(low, high);
      onSelect(put(base, ids, true));
    },
    [onSelect, shelf],
  );

  const toggle = useCallback(
    (index: number) => {
      const id = shelf.at(index)?.id;
      if (id === undefined) return;
      from.current = index;
      onSelect(toggled(now.current.selection, id));
    },
    [onSelect, shelf],
  );

  const keyed = (event: KeyboardEvent) => {
    if (!layout || event.defaultPrevented) return;
    if (event.altKey) {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (step === 0 || !onShift) return;
      event.preventDefault();
      onShift(active, step);
      return onActive(Math.min(layout.count - 1, Math.max(0, active + step)));
    }
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "a") {
      event.preventDefault();
      return onSelect(ALL);
    }
    if (event.key === "Escape" && (selection.all || selection.ids.size > 0)) {
      event.preventDefault();
      return onSelect(NONE);
    }
    if (event.key === " ") {
      event.preventDefault();
      return toggle(active);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      const id = shelf.at(active)?.id;
      return id === undefined ? undefined : onOpen(id, true);
    }
    if (command) return;
    const there = led(layout, active, event.key, view?.height ?? 0);
    if (there === null) return;
    event.preventDefault();
    if (event.shiftKey) {
      from.current ??= active;
      void range(there, selection.all ? selection : NONE);
    }
    onActive(there);
    reveal(there);
  };

  const clicked = (event: MouseEvent) => {
    if (live.current.pressed) {
      live.current.pressed = false;
      return event.preventDefault();
    }
    const index = indexOf(event.target);
    if (index === null) return;
    const on = event.target as Element;
    onActive(index);
    const some = selection.all || selection.ids.size > 0;
    const finger = (event.nativeEvent as globalThis.PointerEvent).pointerType === "touch";
    if (event.shiftKey) void range(index, selection);
    else if (event.ctrlKey || event.metaKey || on.closest("[data-check]") || (finger && some)) toggle(index);
    else {
      const stack = on.closest<HTMLElement>("[data-stack]")?.dataset["stack"];
      const id = shelf.at(index)?.id;
      if (stack !== undefined && onStack) onStack(stack);
      else if (id !== undefined) onOpen(id);
    }
  };

  const pressedDown = (event: PointerEvent) => {
    live.current.pressed = false;
    if (event.pointerType === "touch") {
      const index = indexOf(event.target);
      if (index === null) return;
      clearTimeout(live.current.press);
      live.current.press = window.setTimeout(() => {
        live.current.pressed = true;
        // Not every phone has it.
        if ("vibrate" in navigator) navigator.vibrate(10);
        onActive(index);
        toggle(index);
      }, LONG_PRESS_MS);
      return;
    }
    const index = event.button === 0 ? indexOf(event.target) : null;
    if (index !== null && !(event.shiftKey || event.ctrlKey || event.metaKey) && onCarry?.(event, index)) return;
    if (event.button === 0 && layout && mode !== "list" && !(event.target as Element).closest("[data-check]")) stretchBand(event);
  };

  /** A rubber band, in the coordinates of the content; at an edge it goes on by itself. */
  const stretchBand = (down: PointerEvent) => {
    const element = scroller.current!;
    const base = down.shiftKey || down.ctrlKey || down.metaKey ? selection : NONE;
    const begun = { x: down.clientX, y: down.clientY };
    const at = { x: down.clientX, y: down.clientY };
    const box = element.getBoundingClientRect();
    const contentY = (y: number) => y - box.top + live.current.place.y - pad;
    const start = { x: down.clientX - box.left - pad, y: contentY(down.clientY) };
    let on = false;
    let frame = 0;
    let said = "";
    let last: [number, number][] = [];
    const rect = (): Rect => {
      const x = at.x - box.left - pad;
      const y = contentY(at.y);
      return { x: Math.min(x, start.x), y: Math.min(y, start.y), width: Math.abs(x - start.x), height: Math.abs(y - start.y) };
    };
    const show = () => {
      const { layout, shelf } = now.current;
      if (!layout) return;
      const shape = rect();
      const style = band.current!.style;
      style.transform = `translate(${shape.x + box.left - element.getBoundingClientRect().left + pad}px, ${shape.y + pad - live.current.place.y + live.current.place.scroll}px)`;
      style.width = `${shape.width}px`;
      style.height = `${shape.height}px`;
      last = touched(layout, shape);
      const text = last.join();
      if (text === said) return;
      said = text;
      onSelect(turned(base, last.flatMap(([low, high]) => shelf.known(low, high))));
    };
    const tick = () => {
      frame = requestAnimationFrame(tick);
      const below = at.y - (box.bottom - EDGE);
      const above = box.top + EDGE - at.y;
      const push = below > 0 ? Math.min(1, below / EDGE) : above > 0 ? -Math.min(1, above / EDGE) : 0;
      if (push !== 0) element.scrollTop += push * FASTEST;
      show();
    };
    const move = (event: globalThis.PointerEvent) => {
      at.x = event.clientX;
      at.y = event.clientY;
      if (on || Math.hypot(at.x - begun.x, at.y - begun.y) < SLOP) return;
      on = true;
      live.current.pressed = true;
      band.current!.hidden = false;
      getSelection()?.removeAllRanges();
      tick();
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      cancelAnimationFrame(frame);
      band.current!.hidden = true;
      if (!on) return;
      // What flew by unseen is in it, too.
      void Promise.all(last.map(([low, high]) => shelf.ids(low, high))).then((ids) => onSelect(turned(base, ids.flat())));
      // The click that ends a drag opens nothing.
      setTimeout(() => (live.current.pressed = false));
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  };

  const lifted = () => clearTimeout(live.current.press);
  useEffect(
    () => () => {
      clearTimeout(live.current.rest);
      clearTimeout(live.current.hide);
      clearTimeout(live.current.press);
    },
    [],
  );

  const rows: number[] = [];
  if (layout && layout.count > 0) {
    for (let row = span.first; row <= Math.min(span.last, layout.rows - 1); row += 1) rows.push(row);
    const own = layout.rowOf(active);
    if (own < span.first) rows.unshift(own);
    else if (own > span.last) rows.push(own);
  }
  const lines = mode === "list";
  return (
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus -- its cells have the focus, in turn
    <div
      role="grid"
      aria-label={label}
      aria-multiselectable
      aria-busy={dim}
      aria-rowcount={(layout?.rows ?? 0) + (lines ? 1 : 0)}
      onKeyDown={keyed}
      onFocus={(event) => {
        live.current.focus = true;
        // Not only by our keys: a screen reader puts the focus where it reads.
        const index = indexOf(event.target);
        if (index !== null && index !== active) onActive(index);
      }}
      onBlur={(event) => (live.current.focus = event.currentTarget.contains(event.relatedTarget))}
      className={`relative flex min-h-0 flex-1 flex-col transition-opacity duration-150 ${dim ? "opacity-45" : ""}`}
    >
      {lines && head}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the grid takes the keys */}
      <div
        ref={scroller}
        role="rowgroup"
        onScroll={() => {
          lifted();
          scrolled();
        }}
        onClick={clicked}
        onDoubleClick={(event) => {
          const index = event.shiftKey || event.ctrlKey || event.metaKey ? null : indexOf(event.target);
          const id = index === null ? undefined : shelf.at(index)?.id;
          if (id !== undefined) onOpen(id, true);
        }}
        onPointerDown={pressedDown}
        onPointerUp={lifted}
        onPointerCancel={lifted}
        onContextMenu={(event) => live.current.pressed && event.preventDefault()}
        className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto overscroll-contain bg-canvas select-none [-webkit-touch-callout:none] [overflow-anchor:none]"
      >
        <div role="presentation" className="relative" style={{ height: stretch.physical }}>
          <div ref={layer} role="presentation" className="absolute" style={{ left: pad, top: pad }}>
            {layout &&
              rows.map((row) => (
                <Row
                  key={row}
                  {...{ shelf, layout, row, selection, opened, lines, version }}
                  mark={span.mark}
                  fast={span.fast}
                  active={layout.rowOf(active) === row ? active : -1}
                  index={row + (lines ? 2 : 1)}
                />
              ))}
          </div>
          <div ref={band} hidden role="presentation" className="pointer-events-none absolute top-0 left-0 z-10 rounded-xs border border-ring bg-accent-soft" />
        </div>
      </div>
      <div
        ref={month}
        aria-hidden
        className="pointer-events-none absolute top-3 right-5 z-10 rounded-full bg-overlay px-3 py-1.5 text-xs font-medium text-fg opacity-0 shadow-pop transition-opacity duration-150 data-shown:opacity-100"
      />
      {shelf.fresh > 0 && (
        <button
          type="button"
          onClick={() => go(0)}
          className="absolute top-3 left-1/2 z-10 inline-flex min-h-8 -translate-x-1/2 animate-[rise_.16s_var(--ease-pop)] items-center gap-1.5 rounded-full bg-accent px-3.5 text-xs font-semibold text-accent-fg shadow-pop hover:bg-accent-hi coarse:min-h-11"
        >
          <ArrowUp size={14} aria-hidden />
          {t("fresh", { count: shelf.fresh })}
        </button>
      )}
      <p className="sr-only">{t("keys")}</p>
    </div>
  );
}

function stretchless(layout: Layout, height: number): boolean {
  return layout.height < height * 3;
}

function indexOf(target: EventTarget): number | null {
  const index = (target as Element).closest<HTMLElement>("[data-index]")?.dataset["index"];
  return index === undefined ? null : Number(index);
}

interface RowProps {
  shelf: Shelf;
  layout: Layout;
  row: number;
  mark: number;
  fast: boolean;
  selection: Selection;
  active: number;
  opened: string | undefined;
  lines: boolean;
  /** Of the shelf: the row is drawn again when it changes. */
  version: number;
  index: number;
}

const Row = memo(function Row({ shelf, layout, row, mark, fast, selection, active, opened, lines, index }: RowProps) {
  const found: ReactNode[] = [];
  const top = layout.top(row);
  const tall = layout.tall(row);
  for (let each = layout.start(row); each < layout.start(row + 1); each += 1) {
    const asset = shelf.at(each);
    const on = asset !== undefined && selected(selection, asset.id);
    const same = { index: each, asset, on, fast, active: each === active, opened: asset !== undefined && asset.id === opened };
    if (lines) found.push(<Line key={each} {...same} width={layout.width} tall={tall} />);
    else {
      const { x, width } = layout.rect(each);
      found.push(<Tile key={each} {...same} x={x} width={width} tall={tall} column={each - layout.start(row) + 1} />);
    }
  }
  return (
    <div role="row" aria-rowindex={index} className="absolute left-0" style={{ top: top - mark, height: tall, width: layout.width, contain: "layout" }}>
      {found}
    </div>
  );
});
