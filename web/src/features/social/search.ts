import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { SocialSearch } from "@/shell/router";

/** The page's part of the address, and how to change it. A change can be gone back over, unless it only `replace`s. */
export function useSocialSearch(): { search: SocialSearch; go: (change: Partial<SocialSearch>, replace?: boolean) => void } {
  const search: SocialSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = useCallback((change: Partial<SocialSearch>, replace = false) => void navigate({ to: ".", search: (now: SocialSearch) => ({ ...now, ...change }), replace }), [navigate]);
  return { search, go };
}

/** Several names in one part of the address. */
export function listed(text: string | undefined): string[] {
  return text === undefined ? [] : [...new Set(text.split(",").filter((one) => one !== ""))];
}

export function joined(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(",");
}
