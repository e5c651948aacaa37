import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { BenchSearch } from "@/shell/router";

export type Tool = "view" | "paint" | "box" | "frame" | "corners" | "point" | "light" | "try" | "guide";

/** The bench's part of the address, and how to change it. A change can be gone back over, unless it only `replace`s. */
export function useBenchSearch(): { search: BenchSearch; go: (change: Partial<BenchSearch>, replace?: boolean) => void } {
  const search: BenchSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = useCallback(
    (change: Partial<BenchSearch>, replace = false) => void navigate({ to: ".", search: (now: BenchSearch) => ({ ...now, ...change }), replace }),
    [navigate],
  );
  return { search, go };
}
