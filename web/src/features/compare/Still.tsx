import type { ReactNode } from "react";
import type { Asset } from "@/api";
import { cx } from "@/ui";
import { Frame, Pixels } from "./Pixels";
import type { Stage } from "./stage";

interface StillProps {
  asset: Asset;
  stage: Stage;
  className?: string;
  children?: ReactNode;
}

export const STAGE = "relative size-full cursor-grab touch-none overflow-hidden bg-canvas -outline-offset-2 data-[hand=moving]:cursor-grabbing";

/** One picture, to be zoomed and moved. */
export function Still({ asset, stage, className, children }: StillProps) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys zoom and move what is in it
    <div ref={stage.attach} role="group" aria-label={asset.title} tabIndex={0} className={cx(STAGE, className)}>
      <Frame asset={asset}>
        <Pixels key={asset.id} asset={asset} camera={stage.camera} />
      </Frame>
      {children}
    </div>
  );
}
