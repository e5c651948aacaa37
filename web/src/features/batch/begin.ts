/** From what was dropped, pasted or chosen to a draft. */

import "@/i18n/batch";
import { cache, operations, Problem, type Batch } from "@/api";
import { said } from "@/features/forms";
import { upload } from "@/features/library/uploads";
import { i18n } from "@/i18n";
import { moment } from "@/lib/format";
import { say } from "@/ui";
import { takeIn, takePictures } from "./api";
import { firstStep, isTable, type Step } from "./plan";

/** A file of rows; what it cannot be read for is said. */
export async function beginFile(file: File, step?: Step | null): Promise<Batch | undefined> {
  try {
    return await takeIn(file, step ? { op: null, steps: [step], columns: {}, start: false, canary: 0, priority: "normal", twins: "keep", prefer: "price", title: file.name.replace(/\.\w+$/, "") } : undefined);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say({ title: said(error.title) || error.message, detail: error.fields[0]?.message ?? (error.title ? error.message : ""), bad: true });
    return undefined;
  }
}

/** Pictures, each a row. */
export async function beginPictures(assets: readonly string[]): Promise<Batch | undefined> {
  const step = firstStep([{ name: "image" }], await cache.query({ ...operations, staleTime: "static" }));
  return step && takePictures(assets, step.op, i18n.t("batch:pictures", { count: assets.length, n: assets.length, when: moment(new Date().toISOString()) }));
}

/** Whatever was dropped: a table, or pictures. */
export async function beginDropped(files: readonly File[]): Promise<Batch | undefined> {
  const table = files.find(isTable);
  if (table) return beginFile(table);
  const pictures = (await upload(files)).filter(({ kind }) => kind === "image");
  return pictures.length > 0 ? beginPictures(pictures.map(({ id }) => id)) : undefined;
}
