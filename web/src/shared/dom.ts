/** Elements, without a library: this page is small on purpose. Text is always text; nothing here reads HTML. */

type Child = Node | string | null | undefined | false;
type Given = Record<string, unknown>;

/** An element. A name that begins with `on` is a listener, `class`, `aria-*` and the like are attributes. */
export function h<K extends keyof HTMLElementTagNameMap>(name: K, given: Given = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === false || value === null) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value as EventListener);
    else if (key === "style") for (const [property, told] of Object.entries(value as Record<string, string>)) element.style.setProperty(property, told);
    else element.setAttribute(key, value === true ? "" : typeof value === "string" ? value : JSON.stringify(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  download: "M12 3v12m-5-5 5 5 5-5M4 20h16",
  left: "m15 5-7 7 7 7",
  right: "m9 5 7 7-7 7",
  close: "M6 6l12 12M18 6 6 18",
  talk: "M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5Z",
  check: "m5 12.5 4.5 4.5L19 7.5",
  change: "M4 20h4L19 9l-4-4L4 16v4Z",
  plus: "M12 5v14M5 12h14",
  play: "M8 5v14l11-7Z",
  pin: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.500C5 14.800 12 21 12 21Z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5Z",
} as const;
export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: "18", height: "18", "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round" })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** What somebody wrote, whose direction of writing is its own. */
export function written(text: string, given: Given = {}): HTMLElement {
  return h("bdi", given, text);
}
