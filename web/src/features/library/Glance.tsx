/** A film or a 3D model at a glance: whoever moves over its tile sees it from its start to its end, or from all around. */

import { useCallback, useState } from "react";
import type { Asset } from "@/api";

const COUNT = 12;
/** A pointer that only crosses fetches nothing. */
const DWELL_MS = 120;

export function Glance({ asset }: { asset: Asset }) {
  const [shown, setShown] = useState(false);
  const [there, setThere] = useState(false);
  const attach = useCallback((element: HTMLElement | null) => {
    const tile = element?.parentElement;
    if (!element || !tile) return undefined;
    const over = new AbortController();
    let wait = 0;
    const move = (event: PointerEvent) => {
      if (event.pointerType === "touch") return;
      const box = tile.getBoundingClientRect();
      const at = Math.min(COUNT - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * COUNT)));
      element.style.setProperty("--at", String(at));
      element.style.setProperty("--share", String((at + 1) / COUNT));
      if (wait === 0) wait = window.setTimeout(() => setShown(true), DWELL_MS);
    };
    const leave = () => {
      clearTimeout(wait);
      wait = 0;
      setShown(false);
    };
    tile.addEventListener("pointermove", move, { signal: over.signal });
    tile.addEventListener("pointerleave", leave, { signal: over.signal });
    return () => {
      clearTimeout(wait);
      over.abort();
    };
  }, []);
  return (
    <span ref={attach} aria-hidden className="pointer-events-none absolute inset-0 z-1 overflow-hidden">
      {shown && (
        <>
          <img
            src={`/api/assets/${asset.id}/strip`}
            alt=""
            draggable={false}
            onLoad={() => setThere(true)}
            onError={() => setThere(false)}
            className={there ? "absolute top-0 left-0 h-full max-w-none object-fill" : "hidden"}
            style={{ width: `${COUNT * 100}%`, transform: `translateX(calc(var(--at, 0) * -100% / ${COUNT}))` }}
          />
          {there && <span className="absolute bottom-0 left-0 h-0.5 w-full origin-left bg-accent" style={{ transform: "scaleX(var(--share, 0))" }} />}
        </>
      )}
    </span>
  );
}
