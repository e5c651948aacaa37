/** Which way into the library stands open, and with what it was opened. */

import { create } from "zustand";

export type Way = "urls" | "zip" | "camera" | "stock";

interface Intake {
  way: Way | null;
  /** The archive that was dropped or picked. */
  file: File | null;
  /** The import that is looked at. */
  order: string | null;
}

export const useIntake = create<Intake>(() => ({ way: null, file: null, order: null }));

export function openIntake(way: Way, file: File | null = null): void {
  useIntake.setState({ way, file, order: null });
}

export function closeIntake(): void {
  useIntake.setState({ way: null, file: null, order: null });
}

/** By its name: browsers do not agree on the type. */
export function isArchive(file: File): boolean {
  return /\.(zip|cbz)$/i.test(file.name);
}
