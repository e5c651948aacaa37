/** What another page brings along: how rows are to be made, and the first words of a list. */

import { create } from "zustand";
import type { Step } from "./plan";

interface Brought {
  step: Step | null;
  text: string;
}

export const useBrought = create<Brought>(() => ({ step: null, text: "" }));

export function bring(step: Step | null, text = ""): void {
  useBrought.setState({ step, text });
}
