// トークンの削除: takes one token off this phone.

import { button, el, facts, notice } from "./dom.js";
import { stopTelling } from "./push.js";
import { hashOf } from "./routes.js";

/** @import { App, Page } from "./app.js" */

/**
 * @param {App} app
 * @param {string} serial
 * @returns {Promise<Page>}
 */
export async function removePage(app, serial) {
  const { texts, store } = app;
  const title = texts.t("remove-title");
  const token = await store.token(serial);
  if (!token) return { title, body: [notice("done", texts.t("removed"))] };
  const remove = button(texts.t("remove-do"), async () => {
    remove.disabled = true;
    await stopTelling(app, token);
    await store.erase(serial);
    app.news = texts.t("removed");
    app.inbox.ask();
    app.go("codes");
  }, "button button-danger");
  const body = [
    notice("warning", texts.t("remove-text"), texts.t("remove-before")),
    facts([
      [texts.t("fact-institution"), token.institution],
      [texts.t("fact-contract"), token.contractName],
      [texts.t("fact-person"), token.personName],
      [texts.t("fact-serial"), el("span", { class: "digits" }, token.serial)],
    ]),
    el("div", { class: "actions" }, remove, el("a", { class: "button", href: hashOf("codes") }, texts.t("back"))),
  ];
  return { title, body };
}
