/** When this tab's session began: what was made since then is shown first. A reload belongs to the same session. */

const NAME = "gesso.session";

export const sessionStart: number = (() => {
  try {
    const kept = Number(sessionStorage.getItem(NAME));
    if (kept > 0) return kept;
    const now = Date.now();
    sessionStorage.setItem(NAME, String(now));
    return now;
  } catch {
    return Date.now();
  }
})();
