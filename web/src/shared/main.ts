/** A board, for whoever came by its link. */

import "./page.css";
import { ask, link, Refusal, type Board } from "./api";
import { show } from "./board";
import { h, icon } from "./dom";
import { learn, t } from "./words";

const root = document.getElementById("board")!;

async function open(password = ""): Promise<void> {
  const board = await ask<Board>("POST", "/open", { password });
  await show(root, board);
}

/** The closed door. What was typed stays, and what is wrong with it is said beside it. */
function door(): void {
  const wrong = h("p", { class: "wrong", role: "alert", id: "wrong" });
  const field = h("input", { type: "password", id: "password", autocomplete: "current-password", required: true, "aria-describedby": "wrong" });
  const button = h("button", { class: "button primary" }, t("enter"));
  const enter = async (event: Event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.textContent = "";
    try {
      await open(field.value);
    } catch (error) {
      wrong.textContent = error instanceof Refusal ? (error.status === 401 ? t("wrong") : error.status === 429 ? t("often") : error.message) : t("away");
      button.disabled = false;
      field.select();
    }
  };
  root.replaceChildren(
    h(
      "main",
      { class: "door" },
      h("form", { class: "card", onsubmit: (event: Event) => void enter(event) }, icon("lock"), h("h1", {}, t("locked")), h("p", {}, t("lockedText")), h("label", { for: "password" }, t("password")), field, wrong, button),
    ),
  );
  field.focus();
}

function gone(text: string, again?: () => void): void {
  root.replaceChildren(h("main", { class: "door" }, h("div", { class: "card" }, h("h1", {}, t("gone")), h("p", {}, text), again && h("button", { class: "button", type: "button", onclick: again }, t("retry")))));
}

async function start(): Promise<void> {
  learn();
  if (link === "") return gone(t("goneText"));
  try {
    await open();
  } catch (error) {
    if (!(error instanceof Refusal)) return gone(t("away"), () => void start());
    if (error.status === 401) door();
    else if (error.status === 404) gone(t("goneText"));
    else gone(error.message, () => void start());
  }
}

void start();
