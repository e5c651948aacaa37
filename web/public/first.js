// Before the first paint: the theme that was chosen here last time, so that nothing flashes.
{
  let chosen = "system";
  try {
    chosen = JSON.parse(localStorage.getItem("gesso.look") ?? "{}").state?.theme ?? "system";
  } catch {
    // A browser that keeps nothing follows the system.
  }
  const dark = chosen === "dark" || (chosen === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
