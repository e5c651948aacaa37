/** The findings of a kit in the details of a picture: by the brand that it was made with, else by the team's. */

import type { Asset } from "@/api";
import { BrandFindings } from "./BrandFindings";

export function BrandLine({ asset, worn }: { asset: Asset; worn: unknown }) {
  return <BrandFindings asset={asset.id} kit={worn} className="border-t border-line px-4 py-3" />;
}
