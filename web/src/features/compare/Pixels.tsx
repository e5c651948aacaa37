import { useEffect, useState } from "react";
import type { Asset } from "@/api";
import { type Camera, zoom } from "@/engine/view";
import { describedOf } from "@/features/wording/described";
import { cx } from "@/ui";

/** Longest side of the previews that the studio makes, in pixels. */
const PREVIEW = 2048;
const INSIDE = "absolute inset-0 size-full select-none object-contain in-data-[pixels=true]:[image-rendering:pixelated]";

/**
 * A picture on a stage: first small, then its preview, and the file itself once it is shown larger than the preview
 * is. The next one takes over when it can be drawn at once. Give it the asset's id as key.
 */
export function Pixels({ asset, camera }: { asset: Asset; camera: Camera }) {
  const [best, setBest] = useState(-1);
  const file = useFile(asset, camera);
  const steps = [`${asset.thumbnail}?size=512`, asset.preview, ...(file ? [asset.file] : [])];
  const take = async (picture: HTMLImageElement, step: number) => {
    try {
      await picture.decode();
    } catch {
      // It is shown as soon as the browser has it ready.
    }
    setBest((now) => Math.max(now, step));
  };
  return steps.map((source, step) => (
    <img
      key={source}
      src={source}
      alt={describedOf(asset).alt || asset.title}
      draggable={false}
      onLoad={(event) => void take(event.currentTarget, step)}
      className={cx(INSIDE, step !== best && "invisible")}
    />
  ));
}

/** Whether the file is wanted: once it is, it stays. */
function useFile(asset: Asset, camera: Camera): boolean {
  const [wanted, setWanted] = useState(false);
  const reduced = typeof asset.facts["preview"] === "string";
  useEffect(() => {
    if (!reduced || wanted) return undefined;
    const have = asset.width * Math.min(1, PREVIEW / Math.max(asset.width, asset.height));
    const look = () => {
      if (zoom(camera.view) * camera.view.image.width > have * 1.02) setWanted(true);
    };
    look();
    return camera.listen(look);
  }, [asset, camera, reduced, wanted]);
  return wanted;
}

/** Where the picture stands on its stage. What shows through it is checkered. */
export function Frame({ asset, children }: { asset: Asset; children: React.ReactNode }) {
  return (
    <div
      className={cx("absolute top-0 left-0 overflow-hidden", asset.facts["alpha"] === true && "checkered")}
      style={{ transform: "translate(var(--x), var(--y))", width: "var(--w)", height: "var(--h)" }}
    >
      {children}
    </div>
  );
}
