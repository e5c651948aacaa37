/** Masks that are not finished, kept in this browser so that neither a reload nor a crash loses one. */

const STORE = "masks";
/** A draft that nobody came back to for so long goes. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

interface Draft {
  blob: Blob;
  at: number;
}

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open("gesso.masks", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("The browser keeps nothing."));
  }).then(async (ready) => {
    await forgetOld(ready);
    return ready;
  });
  opened.catch(() => (opened = null));
  return opened;
}

/** Throws where the browser keeps nothing, or has no room. */
export async function keep(key: string, blob: Blob): Promise<void> {
  const store = (await database()).transaction(STORE, "readwrite").objectStore(STORE);
  await done(store.put({ blob, at: Date.now() } satisfies Draft, key));
}

export async function recall(key: string): Promise<Blob | null> {
  const store = (await database()).transaction(STORE).objectStore(STORE);
  const found = (await done(store.get(key))) as Draft | undefined;
  return found?.blob ?? null;
}

export async function drop(key: string): Promise<void> {
  await done((await database()).transaction(STORE, "readwrite").objectStore(STORE).delete(key));
}

async function forgetOld(ready: IDBDatabase): Promise<void> {
  const store = ready.transaction(STORE, "readwrite").objectStore(STORE);
  const [keys, drafts] = await Promise.all([done(store.getAllKeys()), done(store.getAll() as IDBRequest<Draft[]>)]);
  const oldest = Date.now() - KEPT_MS;
  for (const [index, draft] of drafts.entries()) if (draft.at < oldest) store.delete(keys[index]!);
}

function done<Result>(asked: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("The browser keeps nothing."));
  });
}
