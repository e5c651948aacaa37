import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { ConvertSearch } from "@/shell/router";

/** The page's part of the address, and how to change it. */
export function useConvertSearch(): { search: ConvertSearch; go: (change: (now: ConvertSearch) => Partial<ConvertSearch>) => void } {
  const search: ConvertSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = useCallback((change: (now: ConvertSearch) => Partial<ConvertSearch>) => void navigate({ to: ".", search: (now: ConvertSearch) => ({ ...now, ...change(now) }), replace: true }), [navigate]);
  return { search, go };
}

export function listed(text: string | undefined): string[] {
  return text === undefined ? [] : [...new Set(text.split(",").filter((one) => one !== ""))];
}
