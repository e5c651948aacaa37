/** The sheets that can be drawn on, and what lies under them. */

import type { Size } from "@/engine/view";

export const PAPERS = { "1:1": [1024, 1024], "3:2": [1248, 832], "2:3": [832, 1248], "16:9": [1344, 768], "9:16": [768, 1344] } as const;
export type Paper = keyof typeof PAPERS;

const KEPT = "gesso.paper";
/** How strongly a picture shows through. */
const THROUGH = 0.4;

export function sizeOf(paper: Paper): Size {
  const [width, height] = PAPERS[paper];
  return { width, height };
}

/** The sheet of last time. */
export function lastPaper(): Paper {
  const kept = localStorage.getItem(KEPT);
  return kept !== null && kept in PAPERS ? (kept as Paper) : "1:1";
}

export function keepPaper(paper: Paper): void {
  localStorage.setItem(KEPT, paper);
}

/** White, with a picture showing through where one is laid under it: whole, and in the middle. */
export async function sheet({ width, height }: Size, under: string | null): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  if (under !== null) {
    const answer = await fetch(under);
    if (!answer.ok) throw new Error(`${under}: ${answer.status}`);
    const picture = await createImageBitmap(await answer.blob());
    const fit = Math.min(width / picture.width, height / picture.height);
    context.globalAlpha = THROUGH;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, (width - picture.width * fit) / 2, (height - picture.height * fit) / 2, picture.width * fit, picture.height * fit);
    picture.close();
  }
  return canvas.convertToBlob({ type: "image/png" });
}
