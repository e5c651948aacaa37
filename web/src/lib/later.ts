/** Parts of the page that are fetched later. A studio that is away meanwhile is waited for: nothing falls over.
 *
 * A module that could not be fetched is remembered as such by the browser for as long as the page lives (the module map
 * of HTML). So nothing is asked for while the studio is known to be away, and where a part failed all the same, the page
 * is loaded anew when the studio is there: what was typed is kept, and the address is already the new one.
 */

const PAUSE_MS = 1_000;
const SOON_MS = 50;
const REST_MS = 2_000;
const AGAIN_MS = 15_000;
const AGAIN = "gesso.again";

let away = (): boolean => false;

/** Tells how to know that the studio may be away. */
export function awayWhen(known: () => boolean): void {
  away = known;
}

const wanted: (() => Promise<unknown>)[] = [];

/** The same part, fetched once, as soon as the studio is there. `room`: the path of the page that it is, where it may be
 * fetched before anybody goes there. */
export function patient<T>(load: () => Promise<T>, room?: string): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= fetched(load, room));
}

/** As `patient`; and fetched anyway when the page has come to rest, because it must be there when the studio is not. */
export function soon<T>(load: () => Promise<T>): () => Promise<T> {
  // One that fails is tried for by whoever asks for it.
  wanted.push(() => there().then(load).catch(() => undefined));
  return patient(load);
}

/** Fetches what is wanted soon, when the page stands and nobody needs the line or the processor; returns how to call it off. */
export function fetchSoon(): () => void {
  const idle = typeof requestIdleCallback === "function" ? requestIdleCallback : (call: () => void) => setTimeout(call);
  const timer = setTimeout(() => idle(() => wanted.forEach((load) => void load())), REST_MS);
  return () => clearTimeout(timer);
}

async function fetched<T>(load: () => Promise<T>, room?: string): Promise<T> {
  await there();
  try {
    return await load();
  } catch (error) {
    // "Failed to fetch dynamically imported module", as Chromium says. An error of the part itself would come again.
    if (!(error instanceof TypeError && /module/i.test(error.message))) throw error;
    // What is missing from a studio that answers is missing after a new start as well.
    if (Date.now() - Number(sessionStorage.getItem(AGAIN)) < AGAIN_MS) throw error;
    await there(true);
    // A pointer over a link is no wish to go there: nobody's page is taken away for it.
    while (room !== undefined && location.pathname !== room) await new Promise((go) => setTimeout(go, SOON_MS));
    sessionStorage.setItem(AGAIN, String(Date.now()));
    location.reload();
    return await new Promise<never>(() => undefined);
  }
}

/** Asks the studio itself: news may be cut off where pages are not. */
async function there(doubtful = away()): Promise<void> {
  while (doubtful) {
    try {
      if ((await fetch("/icon.svg", { cache: "no-store" })).ok) return;
    } catch {
      // Still away.
    }
    await new Promise((go) => setTimeout(go, PAUSE_MS));
  }
}
