import { i18n } from "@/i18n";
import { say } from "@/ui";

/** Copies text and says so; where the browser does not let us, says that too. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say({ title: i18n.t("ui:copied") });
  } catch {
    say({ title: i18n.t("ui:notCopied"), bad: true });
  }
}

/** Copies the picture itself, as PNG: the only kind that clipboards take everywhere. */
export async function copyPicture(url: string): Promise<void> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(url) })]);
    say({ title: i18n.t("ui:copied") });
  } catch {
    say({ title: i18n.t("ui:notCopied"), bad: true });
  }
}

async function asPng(url: string): Promise<Blob> {
  const found = await (await fetch(url)).blob();
  if (found.type === "image/png") return found;
  const bitmap = await createImageBitmap(found);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")!.drawImage(bitmap, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

export function download(url: string, name = ""): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
