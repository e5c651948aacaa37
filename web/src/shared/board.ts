/** The board itself: its head, its pictures, and what is brought to it. */

import { ask, file, pictures, Refusal, thumbnail, zip, type Board, type Picture } from "./api";
import { h, icon, written } from "./dom";
import { call, called } from "./name";
import { t } from "./words";
import { look, type Looking } from "./viewer";

const BREATH_MS = 5_000;

export async function show(root: HTMLElement, board: Board): Promise<void> {
  document.title = board.title;
  const list = h("ul", { class: "grid", "aria-label": t("pictureList") });
  const said = h("p", { class: "note", role: "status" });
  root.replaceChildren(
    h(
      "header",
      { class: "head" },
      h("div", { class: "told" }, h("h1", {}, written(board.title)), board.words !== "" && h("p", { class: "words" }, written(board.words)), h("p", { class: "meta" }, t("pictures", { count: board.count }), " · ", written(board.team))),
      h("div", { class: "acts" }, board.role === "uploader" && bring(said), board.downloads && board.count > 0 && h("a", { class: "button", href: zip, download: "" }, icon("download"), t("all"))),
    ),
    h("main", {}, said, list),
    h("footer", { class: "foot" }, "Gesso"),
  );
  const found = await pictures();
  const tiles = new Map<string, HTMLElement>();
  const looking: Looking = {
    board,
    pictures: found,
    changed: (picture) => tiles.get(picture.id)?.replaceWith(tile(picture)),
  };
  const tile = (picture: Picture): HTMLElement => {
    const made = tileOf(board, picture, found.indexOf(picture), () => look(looking, picture.id));
    tiles.set(picture.id, made);
    return made;
  };
  list.append(...found.map(tile));
  if (found.length === 0) list.replaceWith(h("p", { class: "empty" }, t("nothing")));
}

/** What a picture is called where nobody named it: its number. */
export const nameOf = (picture: Picture, index: number): string => picture.title || picture.alt || t("picture", { n: index + 1 });

function tileOf(board: Board, picture: Picture, index: number, open: () => void): HTMLElement {
  const ratio = picture.width / Math.max(1, picture.height);
  const state = picture.verdict?.state;
  return h(
    "li",
    { style: { "--ratio": String(Math.min(3, Math.max(0.4, ratio))), "--colour": picture.colour || "var(--hover)" } },
    h(
      "button",
      { type: "button", class: "tile", onclick: open, "aria-label": [nameOf(picture, index), state === "approved" || state === "changes" ? t(state) : "", picture.threads > 0 ? t("remarksOn", { n: picture.threads }) : ""].filter(Boolean).join(", ") },
      h("img", { src: thumbnail(picture.id), alt: "", loading: index < 8 ? "eager" : "lazy", decoding: "async", draggable: false }),
      h("span", { class: "badges" }, picture.kind !== "image" && badge("play"), state === "approved" && badge("check", "good"), state === "changes" && badge("change", "warn"), picture.unresolved > 0 && badge("talk", "", String(picture.unresolved))),
    ),
    (board.names || board.downloads) && h("div", { class: "line" }, h("span", { class: "name" }, board.names && written(picture.title)), board.downloads && h("a", { class: "icon", href: file(picture.id), download: "", "aria-label": t("one", { name: nameOf(picture, index) }) }, icon("download"))),
  );
}

function badge(name: Parameters<typeof icon>[0], kind = "", text = ""): HTMLElement {
  return h("span", { class: `badge ${kind}` }, icon(name), text);
}

/** The way in for pictures: by a file chooser, or dropped anywhere on the page. */
function bring(said: HTMLElement): HTMLElement {
  const field = h("input", { type: "file", multiple: true, hidden: true, "aria-label": t("bring"), accept: "image/*,video/*,audio/*" });
  const send = async (files: readonly File[]) => {
    if (files.length === 0 || !(await named())) return;
    let sent = 0;
    for (let index = 0; index < files.length; ) {
      const each = files[index]!;
      said.className = "note";
      said.textContent = t("sending", { n: index + 1, of: files.length });
      const form = new FormData();
      form.append("name", called());
      form.append("file", each);
      try {
        await ask("POST", "/assets", form);
        sent += 1;
        index += 1;
      } catch (error) {
        if (error instanceof Refusal && error.status === 429) {
          // So many a minute, and then the next.
          await new Promise((go) => setTimeout(go, BREATH_MS));
          continue;
        }
        said.className = "note wrong";
        said.textContent = `${each.name}: ${error instanceof Refusal ? error.message : t("away")}`;
        return;
      }
    }
    said.textContent = t("uploaded", { count: sent });
  };
  field.addEventListener("change", () => {
    void send([...(field.files ?? [])]);
    field.value = "";
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    void send([...(event.dataTransfer?.files ?? [])]);
  });
  return h("span", {}, h("button", { type: "button", class: "button primary", onclick: () => field.click() }, icon("plus"), t("bring")), field);
}

/** Whether whoever does something here has said what they are called. */
export function named(again = false): Promise<boolean> {
  if (called() !== "" && !again) return Promise.resolve(true);
  return new Promise((done) => {
    const field = h("input", { id: "name", maxlength: 60, required: true, autocomplete: "name" });
    field.value = called();
    const keep = (event: Event) => {
      event.preventDefault();
      if (field.value.trim() === "") return;
      call(field.value.trim());
      dialog.close();
    };
    const dialog = h(
      "dialog",
      { class: "ask", "aria-labelledby": "asked", onclose: () => (dialog.remove(), done(called() !== "")) },
      h("form", { class: "card", onsubmit: keep }, h("h2", { id: "asked" }, t("who")), h("p", {}, t("whoText")), h("label", { for: "name" }, t("name")), field, h("div", { class: "row" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("cancel")), h("button", { class: "button primary" }, t("keepName")))),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
