/** What is laid on a picture, in its box as it will be: words to type into, a shape, a logo. */

import "@/i18n/edit";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import type { Values } from "@/features/forms/schema";
import grotesque from "../../../../gesso/presets/fonts/Jost-Bold.ttf?url";
import serif from "../../../../gesso/presets/fonts/DMSerifDisplay-Regular.ttf?url";

interface LaidProps {
  asset: Asset;
  values: Values;
  onText: (text: string) => void;
}

const FACES = { grotesque: { family: "Gesso Grotesque", file: grotesque }, serif: { family: "Gesso Serif", file: serif } };
const text = (value: unknown, otherwise = "") => (typeof value === "string" ? value : otherwise);
const number = (value: unknown) => (typeof value === "number" ? value : 0);

export function Laid({ asset, values, onText }: LaidProps) {
  const opacity = number(values["opacity"]);
  const colour = text(values["colour"], "#ffffff");
  if (values["kind"] === "shape") {
    const across = (number(values["stroke"]) * Math.min(asset.width, asset.height)) / asset.width;
    return <Shape shape={text(values["shape"])} {...{ colour, opacity, across }} filled={values["filled"] === true} />;
  }
  if (values["kind"] === "logo") {
    const logo = text(values["logo"]);
    return logo === "" ? null : <img src={`/api/assets/${logo}/preview`} alt="" draggable={false} className="pointer-events-none size-full object-contain" style={{ opacity }} />;
  }
  return <Words values={values} colour={colour} onText={onText} />;
}

function Shape({ shape, colour, opacity, across, filled }: { shape: string; colour: string; opacity: number; across: number; filled: boolean }) {
  const line = { stroke: colour, strokeWidth: `calc(${across} * var(--w))` };
  const body = filled ? { fill: colour } : { fill: "none", ...line };
  return (
    <svg aria-hidden className="pointer-events-none absolute size-full overflow-visible" style={{ opacity }}>
      {shape === "rectangle" && <rect width="100%" height="100%" style={body} />}
      {shape === "ellipse" && <ellipse cx="50%" cy="50%" rx="50%" ry="50%" style={body} />}
      {(shape === "line" || shape === "arrow") && (
        <>
          <defs>
            <marker id="laid-head" orient="auto" markerWidth={6} markerHeight={6} refX={5.27} refY={3} viewBox="0 0 6 6">
              <path d="M0 .12L5.27 3L0 5.88Z" fill={colour} />
            </marker>
          </defs>
          <line x2="100%" y2="100%" style={line} markerEnd={shape === "arrow" ? "url(#laid-head)" : undefined} />
        </>
      )}
    </svg>
  );
}

/** At 100 pixels an em: how far ink reaches, and by how much its middle stands below that of its lines. */
function measured(words: string, family: string): { width: number; height: number; low: number } {
  const on = new OffscreenCanvas(1, 1).getContext("2d")!;
  on.font = `100px "${family}"`;
  const lines = words.split("\n").map((line) => on.measureText(line || " "));
  const [first, last] = [lines[0]!, lines.at(-1)!];
  const high = first.fontBoundingBoxAscent + first.fontBoundingBoxDescent;
  const above = first.fontBoundingBoxAscent - first.actualBoundingBoxAscent;
  const below = last.fontBoundingBoxDescent - last.actualBoundingBoxDescent;
  const width = Math.max(...lines.map((line) => line.actualBoundingBoxLeft + line.actualBoundingBoxRight));
  return { width: Math.max(1, width), height: Math.max(1, high * lines.length - above - below), low: (above - below) / 200 };
}

/** Typed where they stand. They grow with their box, by the style sheet alone. */
function Words({ values, colour, onText }: { values: Values; colour: string; onText: (text: string) => void }) {
  const { t } = useTranslation("edit");
  const { family, file } = FACES[values["font"] === "serif" ? "serif" : "grotesque"];
  const [ready, setReady] = useState("");
  useEffect(() => {
    let here = true;
    const face = new FontFace(family, `url(${file})`);
    void face.load().then(
      () => {
        document.fonts.add(face);
        if (here) setReady(family);
      },
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [family, file]);
  const words = text(values["text"]);
  const shown = words.trim() === "" ? t("words.here") : words.trim();
  const { width, height, low } = useMemo(() => measured(shown, ready === family ? family : "sans-serif"), [shown, ready, family]);
  const outline = number(values["outline"]);
  const band = text(values["band"]);
  return (
    <div className="@container-size grid size-full place-items-center">
      <textarea
        aria-label={t("words.label")}
        value={words}
        placeholder={t("words.here")}
        rows={1}
        spellCheck={false}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            event.currentTarget.blur();
          }
        }}
        className="field-sizing-content max-w-none resize-none overflow-hidden bg-transparent p-0 text-center leading-normal whitespace-pre outline-none placeholder:text-current placeholder:opacity-50"
        style={{
          color: colour,
          opacity: number(values["opacity"]),
          fontFamily: `"${family}"`,
          fontSize: `min(calc(98cqw * ${100 / width}), calc(98cqh * ${100 / height}))`,
          translate: `0 ${-low}em`,
          backgroundColor: band === "" ? undefined : band,
          textShadow: values["shadow"] === true && band === "" ? "0.02em 0.04em 0.08em rgb(0 0 0 / .6)" : undefined,
          WebkitTextStroke: outline > 0 ? `${outline * 100}cqmin ${text(values["outline_colour"])}` : undefined,
          paintOrder: "stroke",
        }}
      />
    </div>
  );
}
