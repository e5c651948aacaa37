/** How this browser likes the studio to look and behave. */

import { create } from "zustand";
import { persist } from "zustand/middleware";
import { preferred, speak, type Language } from "@/i18n";
import { allowSingleKeys } from "./actions";

export type Theme = "dark" | "light" | "system";

interface Look {
  theme: Theme;
  language: Language;
  /** The sidebar as a rail of icons. */
  rail: boolean;
  singleKeys: boolean;
  set: (change: Partial<Pick<Look, "theme" | "language" | "rail" | "singleKeys">>) => void;
}

export const useLook = create<Look>()(
  persist(
    (set) => ({
      theme: "system",
      language: preferred(),
      rail: false,
      singleKeys: true,
      set: (change) => set(change),
    }),
    { name: "gesso.look" },
  ),
);

const system = matchMedia("(prefers-color-scheme: dark)");

/** All colours at once: a hundred parts that fade, each at its own pace, flicker. */
function turn(theme: "dark" | "light"): void {
  const root = document.documentElement;
  if (root.dataset["theme"] === theme) return;
  root.dataset["turning"] = "";
  root.dataset["theme"] = theme;
  requestAnimationFrame(() => requestAnimationFrame(() => delete root.dataset["turning"]));
}

function wear(): void {
  const { theme, language, singleKeys } = useLook.getState();
  const dark = theme === "dark" || (theme === "system" && system.matches);
  turn(dark ? "dark" : "light");
  document.querySelector("meta[name=theme-color]")?.setAttribute("content", dark ? "#101014" : "#f6f6f8");
  allowSingleKeys(singleKeys);
  void speak(language);
}

export function wearLook(): void {
  wear();
  useLook.subscribe(wear);
  system.addEventListener("change", wear);
}
