/** A lineage, drawn: zoomed and moved by hand, walked along by keys. */

import "@/i18n/lineage";
import { AudioLines, Box, Crosshair, Film, ImageOff, Type } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Lineage, Node } from "@/api";
import type { Insets, View } from "@/engine/view";
import { useStage, ZoomBar } from "@/features/compare";
import { count } from "@/lib/format";
import { useMedia } from "@/lib/media";
import { cx } from "@/ui";
import { type Placed, shaped, type Shape, stepped } from "./shape";
import { type Told, useTold } from "./told";

interface TreeProps {
  lineage: Lineage;
  /** Whether more children of each can be shown. */
  wider: boolean;
  onWiden: () => void;
  onOpen: (id: string) => void;
  onCentre: (id: string) => void;
}

const EDGE = 28;
const INSETS: Insets = { top: 12, right: 12, bottom: 60, left: 12 };
/** Smaller than this nothing can be read: then the tree opens at the one it is about. CSS pixels for one. */
const READABLE = 0.55;
const AT_FIRST = 0.85;

export function Tree({ lineage, wider, onWiden, onOpen, onCentre }: TreeProps) {
  const { t } = useTranslation("lineage");
  const way = useMedia("(max-width: 767px)") ? "down" : "right";
  const shape = useMemo(() => shaped(lineage, way), [lineage, way]);
  const told = useTold();
  const [room, setRoom] = useState({ width: 1, height: 1 });
  // A tree that is smaller than its place is not enlarged.
  const world = useMemo(
    () => ({ width: Math.max(shape.width + 2 * EDGE, room.width - INSETS.left - INSETS.right), height: Math.max(shape.height + 2 * EDGE, room.height - INSETS.top - INSETS.bottom) }),
    [shape, room],
  );
  const left = (world.width - shape.width) / 2;
  const top = (world.height - shape.height) / 2;
  const { camera, attach } = useStage(world, { insets: INSETS, arrows: false, doubleClick: false, hand: (event) => !(event.target instanceof Element && event.target.closest("button")) });
  const ground = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement | null>(null);
  const [here, setHere] = useState(lineage.asset);
  const at = shape.placed.has(here) ? here : lineage.asset;
  useEffect(() => setHere(lineage.asset), [lineage.asset]);

  const held = useCallback(
    (element: HTMLDivElement | null) => {
      stage.current = element;
      if (!element) return undefined;
      const measure = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
      const watch = new ResizeObserver(measure);
      watch.observe(element);
      measure();
      // A browser scrolls to what takes the focus, even here; the camera does that.
      const still = () => element.scrollTo(0, 0);
      element.addEventListener("scroll", still);
      const gone = attach(element);
      return () => {
        element.removeEventListener("scroll", still);
        watch.disconnect();
        gone?.();
      };
    },
    [attach],
  );
  useLayoutEffect(() => {
    const show = ({ x, y, scale }: View) => {
      if (ground.current) ground.current.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    };
    show(camera.view);
    return camera.listen(show);
  }, [camera]);

  const reveal = useCallback(
    (id: string) => {
      const one = shape.placed.get(id);
      if (!one) return;
      const margin = 24 + (Math.max(one.width, one.height) / 2) * camera.view.scale;
      camera.reveal({ x: left + one.x + one.width / 2, y: top + one.y + one.height / 2 }, margin);
    },
    [shape, camera, left, top],
  );
  useEffect(() => {
    if (room.width <= 1 || camera.view.scale >= READABLE) return;
    const one = shape.placed.get(lineage.asset);
    camera.zoomBy(AT_FIRST / camera.view.scale);
    if (!one) return;
    const { viewport, x, y, scale } = camera.view;
    camera.panBy(viewport.width / 2 - x - (left + one.x + one.width / 2) * scale, viewport.height / 2 - y - (top + one.y + one.height / 2) * scale);
  }, [lineage.asset, shape, room, camera, left, top]);

  const walk = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = event.key === "Home" ? lineage.asset : stepped(shape, at, event.key, way);
    if (event.key.toLowerCase() === "t" && at !== lineage.asset && shape.placed.get(at)?.node.state !== "erased") onCentre(at);
    else if (to !== undefined) {
      setHere(to);
      stage.current?.querySelector<HTMLElement>(`[data-node="${to}"]`)?.focus({ preventScroll: true });
    } else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="relative size-full min-h-0">
      <p id="lineage-keys" className="sr-only">
        {t("keys")}
      </p>
      <div ref={held} className="relative size-full cursor-grab touch-none overflow-hidden bg-canvas data-[hand=moving]:cursor-grabbing">
        <div ref={ground} className="absolute top-0 left-0 origin-top-left" style={{ width: world.width, height: world.height }}>
          <div className="absolute" style={{ left, top, width: shape.width, height: shape.height }}>
            <Lines shape={shape} />
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- what is in it is walked through by keys */}
            <ul aria-label={t("page")} aria-describedby="lineage-keys" onKeyDown={walk}>
              {[...shape.placed.values()].sort((one, other) => one.generation - other.generation || (one.node.id > other.node.id ? -1 : 1)).map((one) => (
                <Card
                  key={one.node.id}
                  one={one}
                  way={way}
                  told={told(one.node)}
                  name={named(one, shape, told, t)}
                  about={one.node.id === lineage.asset}
                  tab={one.node.id === at}
                  onFocus={() => {
                    setHere(one.node.id);
                    reveal(one.node.id);
                  }}
                  onOpen={() => onOpen(one.node.id)}
                  onCentre={() => onCentre(one.node.id)}
                />
              ))}
              {shape.folds.map((fold) => (
                <li key={fold.of} className="absolute" style={{ left: fold.x, top: fold.y, width: fold.width, height: fold.height }}>
                  {wider ? (
                    <button
                      type="button"
                      onClick={onWiden}
                      aria-label={t("moreOf", { n: count(fold.count), title: shape.placed.get(fold.of)?.node.title })}
                      className="size-full rounded-md border border-dashed border-line-2 bg-panel text-sm font-medium text-fg-2 hover:bg-hover hover:text-fg"
                    >
                      {t("more", { n: count(fold.count) })}
                    </button>
                  ) : (
                    <p className="grid size-full place-items-center rounded-md border border-dashed border-line-2 text-sm text-fg-3" aria-label={t("mostOf", { n: count(fold.count), title: shape.placed.get(fold.of)?.node.title })}>
                      {t("more", { n: count(fold.count) })}
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </div>
        </div>
      </div>
      <div className="pointer-events-none absolute inset-x-2 bottom-3 flex justify-center *:pointer-events-auto">
        <ZoomBar camera={camera} />
      </div>
    </div>
  );
}

type Say = ReturnType<typeof useTranslation<"lineage">>["t"];

/** All that the lines say, for somebody who does not see them. */
function named(one: Placed, { placed }: Shape, told: (node: Node) => Told, t: Say): string {
  const { title, by, whole, state } = told(one.node);
  const titles = one.parents.map((id) => told(placed.get(id)!.node).title).join(", ");
  const children = one.node.children;
  return [title, t(`kinds.${one.node.kind as "image"}`), state, by, whole, titles && t("from", { titles }), children > 0 ? t("into", { count: children, n: count(children) }) : ""].filter(Boolean).join(", ");
}

function Lines({ shape }: { shape: Shape }) {
  return (
    <svg aria-hidden width={shape.width} height={shape.height} className="pointer-events-none absolute inset-0 overflow-visible text-fg-3">
      {shape.lines.map(({ edge, path }) => (
        <path key={`${edge.parent} ${edge.child} ${edge.relation}`} d={path} fill="none" stroke="currentColor" strokeWidth={1.5} strokeDasharray={edge.relation === "made" ? undefined : edge.relation === "again" ? "2 5" : "6 4"} opacity={0.7} />
      ))}
    </svg>
  );
}

const ICONS: Record<string, typeof Film> = { video: Film, audio: AudioLines, mesh: Box, text: Type };

interface CardProps {
  one: Placed;
  way: "right" | "down";
  told: Told;
  name: string;
  about: boolean;
  tab: boolean;
  onFocus: () => void;
  onOpen: () => void;
  onCentre: () => void;
}

function Card({ one, way, told, name, about, tab, onFocus, onOpen, onCentre }: CardProps) {
  const { t } = useTranslation("lineage");
  const { node } = one;
  const erased = node.state === "erased";
  const Icon = ICONS[node.kind];
  return (
    <li className="group/node absolute" style={{ left: one.x, top: one.y, width: one.width, height: one.height }}>
      {one.parents.length > 0 && (told.cost !== "" || node.restored) && (
        <span
          aria-hidden
          title={told.whole}
          className={cx(
            "num absolute z-1 max-w-16 truncate rounded-full border border-line bg-raised px-1.5 py-px text-2xs text-fg-2 shadow-card",
            way === "right" ? "top-1/2 right-full mr-2 -translate-y-1/2" : "bottom-full left-1/2 mb-2 -translate-x-1/2",
          )}
        >
          {told.cost === "" ? told.by : told.cost}
        </span>
      )}
      <button
        type="button"
        data-node={node.id}
        tabIndex={tab ? 0 : -1}
        aria-current={about ? "true" : undefined}
        aria-disabled={erased}
        onFocus={onFocus}
        onClick={() => !erased && onOpen()}
        className={cx(
          "flex size-full flex-col overflow-hidden rounded-md border bg-panel text-left shadow-card",
          about ? "border-ring ring-2 ring-ring" : "border-line hover:border-line-2",
          node.state !== "here" && "opacity-60",
        )}
      >
        <span className="sr-only">{name}</span>
        <span aria-hidden className="relative block min-h-0 w-full flex-1 bg-sunken">
          {node.thumbnail === null ? (
            <span className="grid size-full place-items-center text-fg-3">
              <ImageOff size={22} aria-hidden />
            </span>
          ) : (
            <img src={`${node.thumbnail}?size=256`} alt="" draggable={false} loading="lazy" className={cx("absolute inset-0 size-full object-cover", node.state === "trash" && "grayscale")} />
          )}
          {Icon && !erased && <Icon size={15} aria-hidden className="absolute top-1.5 right-1.5 text-white drop-shadow-[0_1px_2px_oklch(0_0_0/.7)]" />}
          {told.state !== "" && !erased && <span className="absolute bottom-1.5 left-1.5 rounded-xs bg-overlay px-1.5 py-px text-2xs text-fg">{told.state}</span>}
        </span>
        <span aria-hidden className="block w-full shrink-0 px-2 py-1.5">
          <bdi className="block truncate text-xs font-medium">{told.title}</bdi>
          <span className="flex gap-2 text-2xs text-fg-3">
            <span className="min-w-0 flex-1 truncate">{told.by}</span>
            {/* With what begins a line nothing leads to it that its cost could stand at. */}
            {one.parents.length === 0 && <span className="num shrink-0">{told.cost}</span>}
          </span>
        </span>
      </button>
      {!about && !erased && (
        <button
          type="button"
          tabIndex={-1}
          onClick={onCentre}
          aria-label={t("center", { title: told.title })}
          title={t("center", { title: told.title })}
          className="absolute top-1.5 left-1.5 grid size-7 place-items-center rounded-sm bg-overlay text-fg-2 opacity-0 shadow-card group-hover/node:opacity-100 hover:text-fg focus-visible:opacity-100 coarse:size-9 coarse:opacity-100"
        >
          <Crosshair size={14} aria-hidden />
        </button>
      )}
      {one.hidden.parents > 0 && !erased && (
        <button
          type="button"
          tabIndex={-1}
          onClick={onCentre}
          disabled={about}
          aria-label={t("parentsOf", { n: count(one.hidden.parents), title: told.title })}
          className={cx("num absolute rounded-full border border-dashed border-line-2 bg-panel px-1.5 text-2xs text-fg-2", way === "right" ? "right-full bottom-2 mr-2" : "bottom-full left-2 mb-2")}
        >
          {t("parents", { n: count(one.hidden.parents) })}
        </button>
      )}
    </li>
  );
}
