import { api } from "@/api";

/** Looked at for as long as one would see something, and counted once a day by the server. */
export function looked(id: string): () => void {
  const timer = setTimeout(() => void api.POST("/api/assets/{asset_id}/views", { params: { path: { asset_id: id } } }).catch(() => undefined), 1000);
  return () => clearTimeout(timer);
}
