/** What one paints over when a cut-out is refined: its source, darkened where the cut-out has nothing. */

const DARK = 0.68;

async function bitmap(url: string): Promise<ImageBitmap> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return createImageBitmap(await answer.blob());
}

/** As a picture of the source's shape, in the size of its preview. */
export async function darkened(source: string, cutout: string): Promise<Blob> {
  const [below, kept] = await Promise.all([bitmap(source), bitmap(cutout)]);
  const canvas = new OffscreenCanvas(below.width, below.height);
  const shade = new OffscreenCanvas(below.width, below.height);
  const dark = shade.getContext("2d")!;
  dark.fillRect(0, 0, shade.width, shade.height);
  dark.globalCompositeOperation = "destination-out";
  dark.drawImage(kept, 0, 0, shade.width, shade.height);
  const on = canvas.getContext("2d")!;
  on.drawImage(below, 0, 0);
  on.globalAlpha = DARK;
  on.drawImage(shade, 0, 0);
  below.close();
  kept.close();
  return canvas.convertToBlob({ type: "image/webp", quality: 0.92 });
}
