/**
 * What a person can do here, each as one value. Buttons, menus, the palette, the list of shortcuts and the keyboard
 * are its shadows.
 */

import type { LucideIcon } from "lucide-react";
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Action {
  id: string;
  name: string;
  icon?: LucideIcon;
  /** Under which heading the palette and the list of shortcuts show it. */
  group?: string;
  /** `mod+k`, `shift+delete`, or a sequence: `g c`. */
  keys?: string | undefined;
  /** More words that find it in the palette. */
  words?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Pressed, for what can be on or off. */
  on?: boolean;
  /** For keys that only make sense where they are: the palette leaves it out. */
  hidden?: boolean;
  perform: () => void;
}

interface Layer {
  actions: readonly Action[];
  /** Above everything: while it is there, the layers below it hear no keys. */
  modal: boolean;
}

const SEQUENCE_MS = 900;

let layers: readonly Layer[] = [];
const listeners = new Set<() => void>();

function changed(next: readonly Layer[]): void {
  layers = next;
  listeners.forEach((listener) => listener());
}

/**
 * While this component stands, these actions are there; the last to come is the first to be asked.
 * `actions` is the same array until one of them changes (`useMemo`).
 */
export function useActions(actions: readonly Action[], { modal = false, when = true } = {}): void {
  const layer = useRef<Layer>({ actions, modal });
  useEffect(() => {
    if (!when) return;
    const mine = layer.current;
    mine.modal = modal;
    changed([...layers, mine]);
    return () => changed(layers.filter((other) => other !== mine));
  }, [modal, when]);
  useEffect(() => {
    layer.current.actions = actions;
    if (when) changed([...layers]);
  }, [actions, when]);
}

/** Everything that can be done here and now, without what is overlaid by the same id. */
export function useAllActions(): Action[] {
  const found = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => layers,
  );
  const byId = new Map(found.flatMap((layer) => layer.actions.map((action) => [action.id, action] as const)));
  return [...byId.values()].filter((action) => !action.disabled);
}

/** The chord of a key press, as `keys` writes it. */
export function chord(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">): string {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  // What is typed with Shift anyway (`?`, `+`) names itself.
  const shifted = event.shiftKey && (key.length > 1 || /[a-z]/.test(key) || key === "[" || key === "]");
  return [event.ctrlKey || event.metaKey ? "mod" : "", event.altKey ? "alt" : "", shifted ? "shift" : "", key].filter(Boolean).join("+");
}

export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button", "submit", "file"].includes(target.type);
}

let begun = "";
let ends = 0;
let singles = true;
/** What edits text belongs to the field that is typed in. */
const EDITING = new Set(["mod+z", "mod+shift+z", "mod+y", "mod+a", "mod+x", "mod+c", "mod+v"]);

/** Whether single letters act (WCAG 2.1.4 lets a person turn them off). */
export function allowSingleKeys(allowed: boolean): void {
  singles = allowed;
}

export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  const key = chord(event);
  if (EDITING.has(key) && typing(event.target)) return;
  const single = !key.includes("mod") && key !== "escape";
  if (single && (typing(event.target) || inOverlay(event.target) || (!singles && key.length === 1))) return;
  const sequence = event.timeStamp < ends ? `${begun} ${key}` : "";
  const action = find(sequence) ?? find(key);
  begun = key;
  ends = event.timeStamp + SEQUENCE_MS;
  if (!action) return;
  begun = "";
  event.preventDefault();
  action.perform();
}

/** Menus, lists and dialogs have keys of their own, unless one that covers everything has registered its actions. */
function inOverlay(target: EventTarget | null): boolean {
  if (!(target instanceof Element) || layers.some((layer) => layer.modal)) return false;
  return target.closest("[role=menu],[role=listbox],[role=dialog],[role=slider],[role=radiogroup]") !== null;
}

function find(keys: string): Action | undefined {
  if (keys === "") return undefined;
  const modal = layers.findLastIndex((layer) => layer.modal);
  for (const layer of layers.slice(Math.max(0, modal)).reverse()) {
    const action = layer.actions.find((one) => one.keys === keys && !one.disabled);
    if (action) return action;
  }
  return undefined;
}
