/** Words, logo and watermark where they will be: drawn over the preview as the server draws them on the file, nearly. */

import type { Kit } from "@/api";
import type { Box, Size } from "@/engine/crop";
import { cx } from "@/ui";
import type { Format } from "./api";
import { familyOf } from "./letters";
import { roomOf, type Laid, type Override } from "./plan";

export interface Text {
  text: string;
  font: string;
  size: number;
  colour: string;
  place: string;
  behind?: string;
}

export interface Watermark {
  text: string;
  opacity: number;
  size: number;
  tiled: boolean;
  place: string;
  /** The logo, where it is the mark. */
  url?: string;
}

/** All that is laid on the picture. */
export interface Over {
  texts: readonly Text[];
  logo: { url: string; place: string; size: number; opacity: number } | null;
  watermark: Watermark | null;
  /** Also where the app covers it. */
  anywhere: boolean;
}

const WHOLE: Box = [0, 0, 1, 1];
/** How wide a letter is, of its em, on the whole. */
const LETTER = 0.52;

const across = (place: string) => (place.endsWith("left") ? "items-start text-left" : place.endsWith("right") ? "items-end text-right" : "items-center text-center");
const down = (place: string) => (place.startsWith("top") ? "justify-start" : place.startsWith("bottom") ? "justify-end" : "justify-center");
const percent = (value: number) => `${value * 100}%`;
const at = ([x, y, width, height]: Box) => ({ left: percent(x), top: percent(y), width: percent(width), height: percent(height) });

interface OverlaysProps {
  format: Format;
  over: Over;
  own: Override | undefined;
  /** How large the tile is drawn, in CSS pixels. */
  drawn: Size;
}

export function Overlays({ format, over, own, drawn }: OverlaysProps) {
  const room = over.anywhere ? WHOLE : roomOf(format);
  const short = Math.min(drawn.width, drawn.height);
  const places = new Map<string, Text[]>();
  for (const text of over.texts) {
    if (text.text.trim() === "") continue;
    const place = own?.text_place ?? text.place;
    places.set(place, [...(places.get(place) ?? []), text]);
  }
  const { logo, watermark } = over;
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden">
      {watermark && (watermark.text.trim() !== "" || watermark.url !== undefined) && <Marked watermark={watermark} room={room} short={short} />}
      {logo && (
        <div className={cx("absolute flex flex-col p-[4%]", across(own?.logo_place ?? logo.place), down(own?.logo_place ?? logo.place))} style={at(room)}>
          <img src={logo.url} alt="" draggable={false} className="object-contain" style={{ maxWidth: logo.size * short, maxHeight: logo.size * short, opacity: logo.opacity }} />
        </div>
      )}
      {[...places].map(([place, texts]) => (
        <div key={place} className={cx("absolute flex flex-col", across(place), down(place))} style={at(room)}>
          {texts.map((text, index) => (
            <span
              key={index}
              className={cx("max-w-full leading-[1.15] break-words whitespace-pre-line", text.behind === "box" && "rounded-xs bg-black/60")}
              style={{
                color: text.colour,
                fontFamily: `"${familyOf(text.font)}"`,
                fontSize: emOf(text, room, drawn),
                padding: "0.25em 0.4em",
                textShadow: text.behind === "box" ? undefined : "0 .03em .12em rgb(0 0 0 / .6)",
              }}
            >
              {text.text}
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}

/** The size of an em in CSS pixels: as it is wanted, smaller where the longest word would not fit. */
function emOf(text: Text, room: Box, drawn: Size): number {
  const wanted = text.size * Math.min(drawn.width, drawn.height);
  const longest = Math.max(1, ...text.text.split(/\s+/).map((word) => word.length));
  const lines = Math.max(1, Math.ceil((text.text.length * LETTER * wanted) / Math.max(1, room[2] * drawn.width)));
  return Math.min(wanted, (room[2] * drawn.width) / (longest * LETTER + 0.8), (room[3] * drawn.height) / (lines * 1.15 + 0.5));
}

function Marked({ watermark, room, short }: { watermark: Watermark; room: Box; short: number }) {
  const em = (watermark.size * short) / Math.max(1, watermark.text.length * LETTER);
  const word = watermark.url !== undefined ? (
    <img src={watermark.url} alt="" draggable={false} className="object-contain" style={{ maxWidth: watermark.size * short, maxHeight: watermark.size * short, opacity: watermark.opacity }} />
  ) : (
    <span className="-rotate-30 whitespace-nowrap text-white [text-shadow:0_0_2px_rgb(0_0_0/.5)]" style={{ fontSize: em, opacity: watermark.opacity, fontFamily: `"${familyOf("grotesque")}"` }}>
      {watermark.text}
    </span>
  );
  if (!watermark.tiled) {
    return (
      <div className={cx("absolute flex flex-col", across(watermark.place), down(watermark.place))} style={at(room)}>
        {word}
      </div>
    );
  }
  return (
    <div className="absolute -inset-1/4 grid grid-cols-4 place-items-center">
      {Array.from({ length: 24 }, (_, index) => (
        <span key={index} className={Math.floor(index / 4) % 2 === 1 ? "translate-x-1/2" : ""}>
          {word}
        </span>
      ))}
    </div>
  );
}

/** Where words and logo lie, about: for the warnings. Those that are kept clear of what the app covers need none. */
export function laidOf(format: Format, over: Over, own: Override | undefined): Laid[] {
  if (!over.anywhere) return [];
  const short = Math.min(format.width, format.height);
  const put = (name: Laid["name"], place: string, width: number, height: number): Laid => {
    const left = place.endsWith("left") ? 0 : place.endsWith("right") ? 1 - width : (1 - width) / 2;
    const top = place.startsWith("top") ? 0 : place.startsWith("bottom") ? 1 - height : (1 - height) / 2;
    return { name, box: [left, top, width, height] };
  };
  const words = over.texts
    .filter(({ text }) => text.trim() !== "")
    .map((text) => {
      const long = text.text.length * LETTER * text.size * short;
      const lines = Math.ceil(long / format.width);
      return put("text", own?.text_place ?? text.place, Math.min(1, long / format.width), Math.min(1, (lines * 1.3 * text.size * short) / format.height));
    });
  const side = (over.logo?.size ?? 0) * short;
  return over.logo ? [...words, put("logo", own?.logo_place ?? over.logo.place, side / format.width, side / format.height)] : words;
}

/** The logo of a kit as a preview shows it. */
export function logoOf(kit: Kit | undefined, values: Readonly<Record<string, unknown>>): Over["logo"] {
  if (!kit?.logo) return null;
  const number = (name: string, otherwise: number) => (typeof values[name] === "number" ? values[name] : otherwise);
  return { url: `/api/assets/${kit.logo}/thumbnail?size=256`, place: typeof values["logo"] === "string" ? values["logo"] : "bottom_right", size: number("logo_size", 0.18), opacity: number("logo_opacity", 1) };
}
