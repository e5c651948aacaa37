/** The controls that we can draw. `widgets.tsx` has one for each; `schema.ts` falls back by type for the others. */
export const KNOWN = new Set(["prompt", "text", "image", "images", "audio", "video", "mesh", "mask", "box", "number", "slider", "seed", "size", "select", "segments", "list", "switch", "styles", "brand", "colour", "backdrop", "references", "guides", "region", "chips", "hidden"]);
