/** Pictures carried by hand: onto a collection, or to another place among those that are shown. */

const SLOP = 6;

interface Carried {
  count: number;
  /** Whether they may be put between others. */
  sorts: boolean;
  onCollection: (id: string) => void;
  onPlace: (index: number) => void;
}

/** Follows the hand until it lets go; Escape puts everything back. */
export function carry(down: { clientX: number; clientY: number }, { count, sorts, onCollection, onPlace }: Carried): void {
  const ghost = document.createElement("div");
  ghost.className = "pointer-events-none fixed top-0 left-0 z-50 grid size-9 place-items-center rounded-md bg-accent text-sm font-semibold text-accent-fg shadow-pop";
  ghost.textContent = String(count);
  let on = false;
  let over: HTMLElement | null = null;
  const mark = (next: HTMLElement | null) => {
    if (next === over) return;
    over?.removeAttribute("data-over");
    next?.setAttribute("data-over", "");
    over = next;
  };
  const move = (event: PointerEvent) => {
    if (!on) {
      if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < SLOP) return;
      on = true;
      document.body.append(ghost);
      getSelection()?.removeAllRanges();
    }
    ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
    const found = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>(sorts ? "[data-collection],[data-index]" : "[data-collection]");
    mark(found ?? null);
  };
  const end = (perform: boolean) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", up);
    removeEventListener("pointercancel", away);
    removeEventListener("keydown", key, true);
    ghost.remove();
    const target = over;
    mark(null);
    if (!on) return;
    // The click that ends it opens nothing.
    const stop = (event: Event) => event.stopPropagation();
    addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", stop, true));
    if (!perform || target === null) return;
    const { collection, index } = target.dataset;
    if (collection !== undefined) onCollection(collection);
    else if (index !== undefined) onPlace(Number(index));
  };
  const up = () => end(true);
  const away = () => end(false);
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !on) return;
    event.preventDefault();
    event.stopPropagation();
    end(false);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", up);
  addEventListener("pointercancel", away);
  addEventListener("keydown", key, true);
}
