/** Parts of the page that are fetched later. A studio that is away meanwhile is waited for: nothing falls over. */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 2_000;
const REST_MS = 2_000;

const wanted: (() => Promise<unknown>)[] = [];

/** The same part, fetched once, and again and again until it is there. */
export function patient<T>(load: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= fetched(load));
}

/** As `patient`; and fetched anyway when the page has come to rest, because it must be there when the studio is not. */
export function soon<T>(load: () => Promise<T>): () => Promise<T> {
  const part = patient(load);
  wanted.push(part);
  return part;
}

/** Fetches what is wanted soon, when the page stands and nobody needs the line or the processor; returns how to call it off. */
export function fetchSoon(): () => void {
  const idle = typeof requestIdleCallback === "function" ? requestIdleCallback : (call: () => void) => setTimeout(call);
  const timer = setTimeout(() => idle(() => wanted.forEach((load) => void load())), REST_MS);
  return () => clearTimeout(timer);
}

async function fetched<T>(load: () => Promise<T>): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    try {
      return await load();
    } catch (error) {
      // "Failed to fetch dynamically imported module", as Chromium says. An error of the part itself would come again.
      if (!(error instanceof TypeError && /module/i.test(error.message))) throw error;
      await new Promise((go) => setTimeout(go, pause));
    }
  }
}
