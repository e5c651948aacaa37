/** What a guest is called: asked for once, and kept by their browser. */

const KEY = "gesso.guest";
let told = "";

export function called(): string {
  try {
    return localStorage.getItem(KEY) ?? told;
  } catch {
    return told;
  }
}

export function call(name: string): void {
  told = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // A browser that keeps nothing is asked again.
  }
}
