/** One picture over the page, with what is said of it and what is decided. */

import { ask, file, film, preview, Refusal, thumbnail, type Board, type Picture, type Remark, type State, type Verdict } from "./api";
import { named, nameOf } from "./board";
import { h, icon, written } from "./dom";
import { called } from "./name";
import { t, when } from "./words";

const LOOK_AGAIN_MS = 15_000;
const STEP = 0.02;

export interface Looking {
  board: Board;
  pictures: Picture[];
  /** Something of a picture is another: its tile is drawn again. */
  changed: (picture: Picture) => void;
}

export function look(looking: Looking, id: string): void {
  const { board, pictures } = looking;
  const talks = board.role !== "viewer";
  let at = pictures.findIndex((picture) => picture.id === id);
  let remarks: Remark[] = [];
  let draft: { x: number; y: number } | null = null;
  let answering: string | null = null;
  let acting = false;
  /** What is written and not sent, by what it is about. */
  const unsaid = new Map<string, string>();

  const title = h("h2", { id: "seen" });
  const stage = h("div", { class: "stage" });
  const panel = h("aside", { class: "panel", tabindex: -1, "aria-label": t("talk") });
  const way = (name: "left" | "right", step: 1 | -1) => h("button", { type: "button", class: `icon way ${name}`, "aria-label": t(step === 1 ? "next" : "previous"), onclick: () => go(step) }, icon(name));
  const saved = h("a", { class: "icon", download: "" }, icon("download"));
  const dialog = h(
    "dialog",
    { class: "viewer", "aria-labelledby": "seen", onclose: end },
    h("div", { class: "bar" }, title, board.downloads && saved, h("button", { type: "button", class: "icon", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"))),
    h("div", { class: "room" }, h("div", { class: "middle" }, stage, pictures.length > 1 && way("left", -1), pictures.length > 1 && way("right", 1)), talks && panel),
  );
  document.body.append(dialog);
  // On the document: what had the focus may be drawn anew, and then nothing of the dialog has it.
  document.addEventListener("keydown", keys);
  dialog.showModal();
  draw();
  const timer = setInterval(() => document.visibilityState === "visible" && void hear(), LOOK_AGAIN_MS);
  void hear();

  function end(): void {
    clearInterval(timer);
    document.removeEventListener("keydown", keys);
    dialog.remove();
  }

  function current(): Picture {
    return pictures[at]!;
  }

  function go(step: 1 | -1): void {
    at = (at + step + pictures.length) % pictures.length;
    draft = answering = null;
    draw();
  }

  function keys({ key, target }: KeyboardEvent): void {
    if (document.querySelector("dialog.ask")) return;
    if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) return;
    if (draft && target instanceof HTMLElement && target.classList.contains("draft")) return;
    if (key === "ArrowRight") go(1);
    else if (key === "ArrowLeft") go(-1);
  }

  function draw(): void {
    const picture = current();
    const name = nameOf(picture, at);
    title.replaceChildren(written(name), h("span", { class: "meta" }, ` ${at + 1} / ${pictures.length}`));
    saved.href = file(picture.id);
    saved.setAttribute("aria-label", t("one", { name }));
    stage.replaceChildren(seen(picture, name));
    const after = pictures[(at + 1) % pictures.length];
    // What is fetched ahead is not looked at: whoever counts is told.
    if (after && after !== picture) void fetch(preview(after.id), { headers: { "Gesso-Ahead": "1" } }).catch(() => undefined);
    redraw();
  }

  function seen(picture: Picture, name: string): HTMLElement {
    if (board.films && picture.kind === "video") return h("video", { src: film(picture.id), poster: preview(picture.id), controls: true, playsinline: true, "aria-label": name });
    if (board.films && picture.kind === "audio") return h("div", { class: "sound" }, h("img", { src: preview(picture.id), alt: name }), h("audio", { src: film(picture.id), controls: true, "aria-label": name }));
    const shown = h("img", { src: preview(picture.id), alt: name, style: { "--w": String(picture.width), "--h": String(picture.height), "background-image": `url(${thumbnail(picture.id)})` } });
    const pins = h("div", { class: "pins" });
    return h("div", { class: talks ? "picture talks" : "picture", style: { "--ratio": String(picture.width / Math.max(1, picture.height)) }, onclick: (event: Event) => pinned(event as MouseEvent, shown) }, shown, pins);
  }

  /** A click on the picture begins a remark there. */
  function pinned(event: MouseEvent, shown: HTMLElement): void {
    if (!talks || event.target !== shown) return;
    const box = shown.getBoundingClientRect();
    draft = { x: share((event.clientX - box.left) / box.width), y: share((event.clientY - box.top) / box.height) };
    answering = null;
    redraw();
    panel.querySelector("textarea")?.focus();
  }

  async function hear(): Promise<void> {
    if (!talks) return;
    try {
      const heard = await ask<Remark[]>("GET", "/remarks");
      if (JSON.stringify(heard) === JSON.stringify(remarks)) return;
      remarks = heard;
      // Nobody's words are taken from under their hands.
      if (!panel.contains(document.activeElement) || !(document.activeElement instanceof HTMLTextAreaElement)) redraw();
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) location.reload();
    }
  }

  /** What is said, and where: the pins and the panel. */
  function redraw(): void {
    if (!talks) return;
    const picture = current();
    const own = remarks.filter((remark) => remark.asset === picture.id);
    const threads = own.filter((remark) => remark.thread === null);
    const pins = stage.querySelector(".pins");
    pins?.replaceChildren(
      ...threads.flatMap((remark, index) => (remark.x === null || remark.y === null ? [] : [pin(remark.x, remark.y, String(index + 1), remark.resolved_at === null ? "" : "settled", () => document.getElementById(remark.id)?.focus(), t("pinned", { n: index + 1, by: remark.by }))])),
      ...(draft ? [drafted(draft)] : []),
    );
    panel.replaceChildren(
      decision(picture),
      picture.recipe ? h("section", { class: "recipe" }, h("h3", {}, t("prompt")), h("p", {}, written(picture.recipe.prompt))) : "",
      h("h3", {}, t("talk")),
      threads.length === 0 ? h("p", { class: "meta" }, t("silent")) : h("ol", { class: "threads" }, ...threads.map((remark, index) => thread(remark, own.filter((each) => each.thread === remark.id), index))),
      answering === null ? form(picture) : "",
    );
  }

  function pin(x: number, y: number, text: string, kind: string, open: () => void, label: string): HTMLElement {
    return h("button", { type: "button", class: `pin ${kind}`, style: { left: `${x * 100}%`, top: `${y * 100}%` }, onclick: open, "aria-label": label }, text);
  }

  /** Moved by the arrows, too. */
  function drafted(point: { x: number; y: number }): HTMLElement {
    const made = pin(point.x, point.y, "", "draft", () => panel.querySelector("textarea")?.focus(), t("draft"));
    made.append(icon("plus"));
    made.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!move) return;
      event.preventDefault();
      point.x = share(point.x + move[0]! * STEP);
      point.y = share(point.y + move[1]! * STEP);
      made.style.left = `${point.x * 100}%`;
      made.style.top = `${point.y * 100}%`;
    });
    return made;
  }

  function thread(remark: Remark, answers: readonly Remark[], index: number): HTMLElement {
    const settled = remark.resolved_at !== null;
    return h(
      "li",
      { id: remark.id, tabindex: -1, class: settled ? "thread settled" : "thread" },
      one(remark, index),
      ...answers.map((answer) => one(answer)),
      answering === remark.id
        ? form(current(), remark.id)
        : h(
            "div",
            { class: "row" },
            h("button", { type: "button", class: "link", onclick: () => ((answering = remark.id), (draft = null), redraw(), panel.querySelector("textarea")?.focus()) }, t("answer")),
            !remark.deleted && h("button", { type: "button", class: "link", onclick: () => void act(() => ask("PATCH", `/remarks/${remark.id}`, { resolved: !settled, name: called() }), true) }, t(settled ? "reopen" : "resolve")),
            settled && h("span", { class: "meta" }, t("resolvedBy", { by: remark.resolved_by })),
          ),
    );
  }

  function one(remark: Remark, index?: number): HTMLElement {
    const words = h("p", { class: "said" }, remark.deleted ? h("i", {}, t("deleted")) : written(remark.words));
    return h(
      "div",
      { class: index === undefined ? "remark answer" : "remark" },
      h("p", { class: "by" }, index !== undefined && remark.x !== null && h("span", { class: "number" }, String(index + 1)), h("b", {}, written(remark.by)), h("span", { class: "meta" }, ` ${when(remark.at)}${remark.edited_at === null ? "" : ` · ${t("edited")}`}`)),
      words,
      remark.mine && !remark.deleted && h("div", { class: "row" }, h("button", { type: "button", class: "link", onclick: () => edit(remark, words) }, t("edit")), h("button", { type: "button", class: "link", onclick: () => void act(() => ask("DELETE", `/remarks/${remark.id}`)) }, t("delete"))),
    );
  }

  function edit(remark: Remark, words: HTMLElement): void {
    const field = area(t("edit"), remark.words);
    const keep = (event: Event) => {
      event.preventDefault();
      if (field.value.trim() !== "") void act(() => ask("PATCH", `/remarks/${remark.id}`, { words: field.value }));
    };
    words.replaceWith(h("form", { onsubmit: keep }, field, h("div", { class: "row" }, h("button", { type: "button", class: "button small", onclick: redraw }, t("cancel")), h("button", { class: "button small primary" }, t("keep")))));
    field.focus();
  }

  function form(picture: Picture, of: string | null = null): HTMLElement {
    const about = `${picture.id} ${of ?? ""}`;
    const field = area(t(of === null ? "say" : "answer"), unsaid.get(about) ?? "");
    field.addEventListener("input", () => unsaid.set(about, field.value));
    const send = (event: Event) => {
      event.preventDefault();
      if (field.value.trim() === "") return field.focus();
      const said = { asset: picture.id, words: field.value, thread: of, ...(of === null && draft ? draft : {}) };
      void act(async () => {
        await ask("POST", "/remarks", { ...said, name: called() });
        unsaid.delete(about);
        draft = answering = null;
      }, true);
    };
    const cancels = of !== null || draft !== null;
    return h(
      "form",
      { class: "say", onsubmit: send },
      field,
      h(
        "div",
        { class: "row" },
        of === null && draft === null && picture.kind === "image" && h("button", { type: "button", class: "button small", onclick: () => ((draft = { x: 0.5, y: 0.5 }), redraw(), stage.querySelector<HTMLElement>(".draft")?.focus()) }, icon("pin"), t("point")),
        cancels && h("button", { type: "button", class: "button small", onclick: () => ((draft = answering = null), redraw()) }, t("cancel")),
        h("button", { class: "button small primary" }, t("send")),
      ),
    );
  }

  function decision(picture: Picture): HTMLElement {
    const now = picture.verdict?.state ?? "open";
    const decide = (state: State, words = "") =>
      void act(async () => {
        picture.verdict = await ask<Verdict>("POST", "/verdicts", { asset: picture.id, state, words, name: called() });
        looking.changed(picture);
      }, true);
    const why = () => {
      const field = area(t("whatChange"), "");
      const send = (event: Event) => {
        event.preventDefault();
        if (field.value.trim() === "") return field.focus();
        decide("changes", field.value);
      };
      section.append(h("form", { class: "say", onsubmit: send }, field, h("div", { class: "row" }, h("button", { type: "button", class: "button small", onclick: redraw }, t("cancel")), h("button", { class: "button small primary" }, t("send")))));
      field.focus();
    };
    const section = h(
      "section",
      { class: "decision" },
      h("div", { class: "row" }, h("button", { type: "button", class: now === "approved" ? "button good on" : "button", "aria-pressed": now === "approved" ? "true" : "false", onclick: () => decide(now === "approved" ? "open" : "approved") }, icon("check"), t(now === "approved" ? "approved" : "approve")), h("button", { type: "button", class: now === "changes" ? "button warn on" : "button", "aria-pressed": now === "changes" ? "true" : "false", onclick: () => (now === "changes" ? decide("open") : why()) }, icon("change"), t(now === "changes" ? "changes" : "request"))),
      picture.verdict && now !== "open" && h("p", { class: "meta" }, written(picture.verdict.by), ` · ${when(picture.verdict.at)}`),
      picture.verdict && now === "changes" && h("p", { class: "said" }, written(picture.verdict.words)),
    );
    return section;
  }

  /** Does something, says what went wrong beside it, and shows what is so now. */
  async function act(what: () => Promise<unknown>, byName = false): Promise<void> {
    // A second press while the first is under way does nothing.
    if (acting) return;
    acting = true;
    try {
      if (byName && !(await named())) return;
      await what();
      remarks = await ask<Remark[]>("GET", "/remarks");
      const picture = current();
      const own = remarks.filter((remark) => remark.asset === picture.id && remark.thread === null && !remark.deleted);
      picture.threads = own.length;
      picture.unresolved = own.filter((remark) => remark.resolved_at === null).length;
      looking.changed(picture);
      redraw();
      panel.focus();
    } catch (error) {
      panel.querySelector(".wrong")?.remove();
      panel.prepend(h("p", { class: "wrong", role: "alert" }, error instanceof Refusal ? error.message : t("away")));
    } finally {
      acting = false;
    }
  }
}

function area(label: string, text: string): HTMLTextAreaElement {
  const field = h("textarea", { "aria-label": label, placeholder: label, rows: 2, maxlength: 4000, dir: "auto" });
  field.value = text;
  return field;
}

const share = (value: number): number => Math.min(1, Math.max(0, Math.round(value * 1e4) / 1e4));
