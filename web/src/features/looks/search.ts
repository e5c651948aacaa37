/** Asking what a picture that is not in the library looks like. */

import { api, body } from "@/api";
import { telling } from "@/features/runs";

/** As the filter `like` takes it. */
export async function lookOf(file: File): Promise<string | null> {
  const found = await telling(() =>
    body(
      api.POST("/api/assets/similar", {
        body: { file: file as unknown as string },
        bodySerializer: (sent) => {
          const form = new FormData();
          form.append("file", sent.file as unknown as File);
          return form;
        },
      }),
    ),
  );
  return found?.like ?? null;
}
