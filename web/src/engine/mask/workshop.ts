/** The page's side of the worker: one question, one promised answer. */

import type { Answered, Asked, Jobs } from "./worker";

export class Workshop {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  #last = 0;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Answered>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("error" in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.answer);
    };
    this.#worker.onerror = (event) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message));
      this.#waiting.clear();
    };
  }

  /** What is named in `give` moves to the worker and is empty here afterwards. Throws what the worker throws. */
  ask<Kind extends keyof Jobs>(kind: Kind, ask: Jobs[Kind]["ask"], give: Transferable[] = []): Promise<Jobs[Kind]["answer"]> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.#worker.postMessage({ id, kind, ask } satisfies Asked, give);
    });
  }

  /** Answers that are still due never come. */
  dispose(): void {
    this.#worker.terminate();
  }
}
