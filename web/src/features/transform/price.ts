/** What a film costs, as a product of its length: shown where it is one. */

import { dollars } from "@/lib/format";

/** "5 s × $0.10 =" before the price; only the length where the price is no whole multiple of it, or nothing. */
export function product(seconds: number | null, price: number | null | undefined): string | undefined {
  if (seconds === null || seconds <= 0) return undefined;
  const long = `${Number(seconds.toFixed(1))} s`;
  if (price === null || price === undefined || price === 0) return long;
  const each = price / seconds;
  return Math.abs(each - Math.round(each)) < 1e-6 ? `${long} × ${dollars(Math.round(each))} =` : long;
}
