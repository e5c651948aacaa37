/** A kit as its form has it: what is many in the kit is lines of text in the form. */

import type { Kit, KitIn } from "@/api";

export type Shade = Kit["palette"][number];
export type Role = NonNullable<Shade["role"]>;
export const ROLES = ["primary", "accent", "ground", "text"] as const;
export const MOST_COLOURS = 8;

export interface Form {
  title: string;
  voice: string;
  palette: Shade[];
  heading: string;
  body: string;
  logo: string | null;
  logo_dark: string | null;
  clear_space: number;
  least: number;
  use: string;
  avoid: string;
  dos: string;
  donts: string;
}

/** What a new kit begins with, and the one starter of the empty page. */
export const STARTER: Form = {
  title: "",
  voice: "",
  palette: [
    { colour: "#14213d", name: "", role: "text" },
    { colour: "#2f6f9f", name: "", role: "primary" },
    { colour: "#f4efe4", name: "", role: "ground" },
    { colour: "#f2a33a", name: "", role: "accent" },
  ],
  heading: "DM Serif Display",
  body: "Jost",
  logo: null,
  logo_dark: null,
  clear_space: 0.5,
  least: 64,
  use: "",
  avoid: "",
  dos: "",
  donts: "",
};

const ARROW = /\s*(?:→|->|=>)\s*/;
const lines = (text: string) => text.split("\n").map((line) => line.trim()).filter((line) => line !== "");

export function formOf(kit: Kit): Form {
  const { title, voice = "", palette, heading = "", body = "", logo = null, logo_dark = null, clear_space = 0.5, least = 64 } = kit;
  return {
    ...{ title, voice, palette, heading, body, logo, logo_dark, clear_space, least },
    use: (kit.use ?? []).join(", "),
    avoid: (kit.avoid ?? []).map(({ word, instead }) => (instead ? `${word} → ${instead}` : word)).join("\n"),
    dos: (kit.dos ?? []).join("\n"),
    donts: (kit.donts ?? []).join("\n"),
  };
}

export function kitOf(form: Form): KitIn {
  return { title: form.title, ...bodyOf(form) };
}

/** The kit without its name. */
export function bodyOf(form: Form): Omit<KitIn, "title"> {
  const { voice, palette, heading, body, logo, logo_dark, clear_space, least } = form;
  return {
    ...{ voice, palette, heading, body, logo, logo_dark, clear_space, least },
    use: form.use.split(/[,\n]/).map((word) => word.trim()).filter((word) => word !== ""),
    avoid: lines(form.avoid).map((line) => {
      const [word = "", instead = ""] = line.split(ARROW);
      return { word, instead };
    }),
    dos: lines(form.dos),
    donts: lines(form.donts),
  };
}

/** Of the typefaces that there are, the kit's own in its order; and those of its fonts that are not here. */
export function facesOf<T extends { family?: string }>(kit: Pick<Kit, "heading" | "body"> | undefined, faces: readonly T[]): { own: T[]; away: string[] } {
  const own: T[] = [];
  const away: string[] = [];
  for (const font of [kit?.heading ?? "", kit?.body ?? ""]) {
    const name = font.trim().toLowerCase();
    if (name === "") continue;
    const found = faces.find(({ family }) => family !== undefined && (name.includes(family.toLowerCase()) || family.toLowerCase().includes(name)));
    if (found === undefined) away.push(font);
    else if (!own.includes(found)) own.push(found);
  }
  return { own, away };
}

/** The colour of a role; another of the palette where none has it. */
export function inRole(palette: readonly Shade[], role: Role): string {
  return (palette.find((shade) => shade.role === role) ?? palette[0])?.colour ?? "#808080";
}

/** Of these, the colour that is read best on that ground (WCAG's luminance). */
export function readable(ground: string, choices: readonly string[]): string {
  const own = light(ground);
  const contrast = (code: string) => (Math.max(own, light(code)) + 0.05) / (Math.min(own, light(code)) + 0.05);
  return [...choices].sort((one, other) => contrast(other) - contrast(one))[0] ?? "#000000";
}

export function light(code: string): number {
  const part = (at: number) => {
    const value = parseInt(code.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}
