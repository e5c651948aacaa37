/** On a page with a form: a picture that says how it was made, or a copied recipe, is dropped or pasted, and fills it. */

import { useEffect, type DragEvent } from "react";
import { Problem, type Recalled } from "@/api";
import { upload } from "@/features/library/uploads";
import { telling } from "@/features/runs";
import { typing } from "@/shell/actions";
import { apply, read } from "./recall";

const READABLE = /^image\/(png|jpeg|webp)$/;
/** AUTOMATIC1111's last line, or a recipe of ours, of ComfyUI or of InvokeAI as JSON. */
const RECIPE = /(^|\n)Steps: *\d+,.*\bSeed: *\d/s;
const DOCUMENT = /^\s*\{[\s\S]*"(class_type|positive_prompt|sui_image_params|op)"\s*:/;

export function useRestore(op: string, onRestored: (found: Recalled) => void): { onDrop: (event: DragEvent) => void } {
  const take = async (source: { file: File } | { text: string }): Promise<boolean> => {
    const found = await read(source, op);
    if (!found) return false;
    onRestored(found);
    apply(found);
    return true;
  };
  const takeFile = (file: File) =>
    void telling(async () => {
      try {
        if (await take({ file })) return;
      } catch (error) {
        // What cannot be read here is told where pictures come in.
        if (!(error instanceof Problem) || error.passing) throw error;
      }
      await upload([file]);
    });
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const data = event.clipboardData;
      if (!data || event.defaultPrevented) return;
      const text = data.getData("text/plain");
      const file = alone(data.files);
      if (text !== "" && (RECIPE.test(text) || DOCUMENT.test(text))) {
        event.preventDefault();
        event.stopPropagation();
        void telling(() => take({ text }));
      } else if (file && !typing(event.target)) {
        event.preventDefault();
        event.stopPropagation();
        takeFile(file);
      }
    };
    // Before the field that has the focus takes it for words.
    addEventListener("paste", pasted, true);
    return () => removeEventListener("paste", pasted, true);
  });
  return {
    onDrop: (event) => {
      const file = alone(event.dataTransfer.files);
      if (event.defaultPrevented || !file) return;
      event.preventDefault();
      takeFile(file);
    },
  };
}

function alone(files: FileList): File | undefined {
  const [first] = files;
  return files.length === 1 && first && READABLE.test(first.type) ? first : undefined;
}
