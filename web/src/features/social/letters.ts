/** The letters that the server sets words in, so that a preview shows them. */

import { useEffect, useState } from "react";
import grotesque from "../../../../gesso/presets/fonts/Jost-Bold.ttf?url";
import serif from "../../../../gesso/presets/fonts/DMSerifDisplay-Regular.ttf?url";

const FACES = { grotesque: { family: "Gesso Grotesque", file: grotesque }, serif: { family: "Gesso Serif", file: serif } } as const;

export function familyOf(font: unknown): string {
  return FACES[font === "serif" ? "serif" : "grotesque"].family;
}

/** Fetches the letters of these fonts; true once they are there. */
export function useLetters(fonts: readonly unknown[]): boolean {
  const wanted = [...new Set(fonts.map((font) => (font === "serif" ? "serif" : "grotesque")))].sort().join(" ");
  const [ready, setReady] = useState("");
  useEffect(() => {
    let here = true;
    const loading = wanted
      .split(" ")
      .flatMap((name) => (name === "serif" || name === "grotesque" ? [FACES[name]] : []))
      .map(async ({ family, file }) => document.fonts.add(await new FontFace(family, `url(${file})`).load()));
    void Promise.all(loading).then(
      () => here && setReady(wanted),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [wanted]);
  return ready === wanted;
}
