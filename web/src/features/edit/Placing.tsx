/** The tool that is out: what of the form is set by it, on the picture. The mask has an editor of its own. */

import { useCallback } from "react";
import type { Asset } from "@/api";
import { said, type Form } from "@/features/forms";
import { limits } from "@/features/forms/schema";
import { boxIn } from "./box";
import { BoxEditor } from "./BoxEditor";
import { CornersEditor } from "./CornersEditor";
import { isCrop, type OnPicture } from "./fields";
import { FrameEditor } from "./FrameEditor";
import { Laid } from "./Laid";
import { LightEditor } from "./LightEditor";
import { PointEditor } from "./PointEditor";
import type { Tool } from "./search";
import { extended, ratioOf, type Sides, SIDES } from "./shape";

interface PlacingProps {
  asset: Asset;
  form: Form;
  places: OnPicture;
  tool: Tool;
}

const numeric = (value: unknown, otherwise = 0) => (typeof value === "number" ? value : otherwise);
const written = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

export function Placing({ asset, form, places, tool }: PlacingProps) {
  const { change, values } = form;
  const { box, corners, point, direction, height, tilt, words, sides } = places;
  const name = box?.name;
  const crop = box !== undefined && isCrop(box);
  // A shape that was written beside the box would cut it once more.
  const boxed = useCallback((next: object | null) => change({ ...(name === undefined ? {} : { [name]: next }), ...(crop ? { ratio: null } : {}) }), [change, name, crop]);
  if (tool === "box" && box) {
    const inside = words && <Laid asset={asset} values={values} onText={(text) => change({ [words.name]: text })} />;
    return (
      <BoxEditor
        asset={asset}
        title={said(box.title)}
        value={boxIn(values[box.name])}
        onChange={boxed}
        {...(crop ? { crop: { tilt: tilt ? numeric(values[tilt.name]) : 0, onTilt: tilt && ((degrees: number) => change({ [tilt.name]: degrees })) } } : {})}
        dark={!words}
      >
        {inside}
      </BoxEditor>
    );
  }
  if (tool === "frame" && sides[0]) {
    const told = Object.fromEntries(SIDES.map((side) => [side, numeric(values[side])])) as unknown as Sides;
    return (
      <FrameEditor
        asset={asset}
        title={said(form.operation.title)}
        value={withShape(asset, told, values["ratio"], values["anchor"])}
        most={limits(sides[0].schema).maximum ?? Infinity}
        onChange={(next) => change({ ...next, ratio: null })}
      />
    );
  }
  if (tool === "corners" && corners) return <CornersEditor asset={asset} title={said(corners.title)} value={written(values[corners.name])} onChange={(next) => change({ [corners.name]: next })} />;
  if (tool === "point" && point) return <PointEditor asset={asset} title={said(point.title)} value={written(values[point.name])} onChange={(next) => change({ [point.name]: next })} />;
  if (tool === "light" && direction && height) {
    return (
      <LightEditor
        asset={asset}
        title={said(direction.title)}
        value={{ direction: numeric(values[direction.name]), height: numeric(values[height.name]) }}
        colour={written(values["colour"]) ?? "#ffffff"}
        strength={numeric(values["strength"], 0.5)}
        onChange={(next) => change({ [direction.name]: next.direction, [height.name]: next.height })}
      />
    );
  }
  return null;
}

/** The sides, with what a shape that is written in the form adds to them. */
function withShape(asset: Asset, sides: Sides, shape: unknown, anchor: unknown): Sides {
  const ratio = typeof shape === "string" ? ratioOf(shape) : NaN;
  if (!Number.isFinite(ratio)) return sides;
  const more = extended({ width: asset.width + sides.left + sides.right, height: asset.height + sides.top + sides.bottom }, ratio);
  const across = more.left + more.right;
  const down = more.top + more.bottom;
  const before = (extra: number, half: number) => (anchor === "start" ? 0 : anchor === "end" ? extra : half);
  const [left, top] = [before(across, more.left), before(down, more.top)];
  return { left: sides.left + left, right: sides.right + across - left, top: sides.top + top, bottom: sides.bottom + down - top };
}
