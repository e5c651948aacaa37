/** A place where pictures are looked at: one camera, and the elements that show what it sees. */

import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Gestures, type Habits } from "@/engine/gestures";
import { Camera, type Insets, type Size, zoom, type View } from "@/engine/view";

/** From here on a picture shows its pixels instead of a smooth guess of what is between them. */
const PIXELS_FROM = 4;
const AROUND: Insets = { top: 24, right: 24, bottom: 24, left: 24 };

export interface Stage {
  camera: Camera;
  /** For the element that shows the picture: it gets `--x --y --w --h`, where the picture stands in it. */
  attach: (element: HTMLElement | null) => (() => void) | undefined;
}

interface StageOptions extends Habits {
  /** What lies over the edges: bars, strips. */
  insets?: Insets;
}

/** Nothing here goes through React while a hand moves. The view stays while pictures of one size follow each other. */
export function useStage({ width, height }: Size, { insets = AROUND, ...habits }: StageOptions = {}): Stage {
  const [camera] = useState(() => new Camera({ width, height }));
  const told = useRef(habits);
  const edges = useRef(insets);
  useLayoutEffect(() => {
    told.current = habits;
  });
  useLayoutEffect(() => {
    const now = camera.view.image;
    if (now.width !== width || now.height !== height) camera.replace({ width, height });
  }, [camera, width, height]);
  const { top, right, bottom, left } = insets;
  useLayoutEffect(() => {
    edges.current = { top, right, bottom, left };
    camera.resize(camera.view.viewport, edges.current);
  }, [camera, top, right, bottom, left]);

  const attach = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return undefined;
      const show = (view: View) => {
        const { style, dataset } = element;
        style.setProperty("--x", `${view.x}px`);
        style.setProperty("--y", `${view.y}px`);
        style.setProperty("--w", `${view.image.width * view.scale}px`);
        style.setProperty("--h", `${view.image.height * view.scale}px`);
        dataset["pixels"] = String(zoom(view) >= PIXELS_FROM);
      };
      const measure = () => camera.resize({ width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) }, edges.current, devicePixelRatio);
      const deaf = camera.listen(show);
      const watch = new ResizeObserver(measure);
      watch.observe(element);
      measure();
      const gestures = new Gestures(element, camera, { ...told.current, hand: (event) => told.current.hand?.(event) ?? true });
      const deafToo = gestures.listen(({ ready, moving }) => {
        element.dataset["hand"] = moving ? "moving" : ready ? "ready" : "";
      });
      return () => {
        gestures.dispose();
        deafToo();
        watch.disconnect();
        deaf();
      };
    },
    [camera],
  );
  // The same for ever: whoever attaches by it would lose a hand in the middle of its move.
  return useMemo(() => ({ camera, attach }), [camera, attach]);
}
