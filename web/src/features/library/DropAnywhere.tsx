/** Files that are dropped or pasted anywhere come into the library. What wants them for itself takes them first. */

import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Intake } from "@/features/intake/Intake";
import { isArchive, openIntake } from "@/features/intake/store";
import { isOurs, upload } from "./uploads";
import { UploadPanel } from "./UploadPanel";

export function DropAnywhere() {
  const { t } = useTranslation("library");
  const [over, setOver] = useState(false);
  useEffect(() => {
    // A picture of this very page that is dragged about is no file.
    let own = false;
    let away: ReturnType<typeof setTimeout> | undefined;
    const carries = (event: DragEvent) => !own && (event.dataTransfer?.types.includes("Files") ?? false);
    const seen = (event: DragEvent) => {
      if (!carries(event)) return;
      setOver(true);
      // Browsers lose count of what is entered and left; while a drag is over the page, this event goes on coming.
      clearTimeout(away);
      away = setTimeout(() => setOver(false), 300);
    };
    const gone = () => {
      clearTimeout(away);
      setOver(false);
    };
    const allow = (event: DragEvent) => {
      if (!carries(event) || event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    };
    const dropped = (event: DragEvent) => {
      if (!carries(event) || event.defaultPrevented) return;
      event.preventDefault();
      const folders = [...event.dataTransfer!.items].some((item) => item.webkitGetAsEntry()?.isDirectory);
      void filesOf(event.dataTransfer!).then((files) => {
        const archive = folders ? undefined : files.find(isArchive);
        if (archive) openIntake("zip", archive);
        // Whoever drops a folder again means what is new in it.
        void upload(files.filter((file) => folders || !isArchive(file)), { once: folders });
      });
    };
    const pasted = (event: ClipboardEvent) => {
      if (event.defaultPrevented) return;
      const files = [...(event.clipboardData?.files ?? [])].filter(isOurs);
      if (files.length === 0) return;
      event.preventDefault();
      void upload(files);
    };
    const begun = () => (own = true);
    const ended = () => (own = false);
    addEventListener("dragover", seen, true);
    addEventListener("drop", gone, true);
    addEventListener("dragover", allow);
    addEventListener("drop", dropped);
    addEventListener("paste", pasted);
    addEventListener("dragstart", begun, true);
    addEventListener("dragend", ended, true);
    return () => {
      clearTimeout(away);
      removeEventListener("dragover", seen, true);
      removeEventListener("drop", gone, true);
      removeEventListener("dragover", allow);
      removeEventListener("drop", dropped);
      removeEventListener("paste", pasted);
      removeEventListener("dragstart", begun, true);
      removeEventListener("dragend", ended, true);
    };
  }, []);
  return (
    <>
      {over && (
        <div className="pointer-events-none fixed inset-0 z-60 animate-[fade_.12s] bg-black/45 p-4">
          <div className="grid size-full place-items-center rounded-xl border-2 border-dashed border-ring">
            <p className="rounded-lg bg-overlay px-5 py-3 text-lg font-semibold text-fg shadow-pop">{t("drop")}</p>
          </div>
        </div>
      )}
      <UploadPanel />
      <Intake />
    </>
  );
}

/** The files of a drop, and those in its folders, as far as they look like what we keep. */
async function filesOf(drop: DataTransfer): Promise<File[]> {
  const entries = [...drop.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.some((entry) => entry.isDirectory)) return [...drop.files];
  return (await Promise.all(entries.map((entry) => within(entry, true)))).flat();
}

async function within(entry: FileSystemEntry, named: boolean): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((found, failed) => (entry as FileSystemFileEntry).file(found, failed));
    return named || isOurs(file) ? [file] : [];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((read, failed) => reader.readEntries(read, failed));
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map((one) => within(one, false)))).flat());
  }
}
