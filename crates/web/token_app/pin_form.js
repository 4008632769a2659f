// Asks for the app PIN of a token and does something once it was right.

import { tryPin } from "./app_pin.js";
import { el, notice } from "./dom.js";
import { pinField } from "./form.js";

/** @import { App, Page } from "./app.js" */

/**
 * @param {App} app
 * @param {{ serial: string, submit: string, act: () => Promise<void>, back: () => void }} asked
 * @returns {{ node: HTMLFormElement, focus: () => void }}
 */
export function pinForm(app, { serial, submit, act, back }) {
  const { texts } = app;
  const pin = pinField({ id: "app-pin", label: texts.t("pin-label") });
  const send = el("button", { type: "submit", class: "button-main" }, submit);
  const cancel = el("button", { type: "button", class: "button", onclick: back }, texts.t("back"));
  const node = el("form", { novalidate: true }, pin.node, el("div", { class: "actions" }, send, cancel));
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (pin.input.value === "") return pin.tell(texts.t("fault-empty"));
    send.disabled = true;
    send.textContent = texts.t("approve-busy");
    const tried = await tryPin(app.store, serial, pin.input.value);
    pin.input.value = "";
    if (tried.outcome === "right") return act();
    if (tried.outcome === "erased") {
      app.inbox.ask();
      return app.display(erasedPage(app));
    }
    send.disabled = false;
    send.textContent = submit;
    const last = tried.triesLeft === 1;
    pin.tell(last ? texts.t("pin-wrong-last") : texts.t("pin-wrong", { left: tried.triesLeft }));
    pin.input.focus();
  });
  return { node, focus: () => pin.input.focus() };
}

/**
 * @param {App} app
 * @returns {Page}
 */
function erasedPage({ texts }) {
  return { title: texts.t("erased-title"), body: [notice("error", texts.t("erased"))] };
}
