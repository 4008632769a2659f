// A transaction from a QR code: its content, then the code that confirms it (APP-3).

import { callWarning } from "./approve_page.js";
import { readCanonical } from "./canonical.js";
import { codeDisplay } from "./code_display.js";
import { TRANSACTION_PERIOD_SECS, transactionCode } from "./codes.js";
import { contentView, summary } from "./content_view.js";
import { button, el, notice } from "./dom.js";
import { verifiedTransaction } from "./offline_request.js";
import { pinForm } from "./pin_form.js";

/** @import { App, Page } from "./app.js" */
/** @import { Token } from "./token_store.js" */

/**
 * @param {App} app
 * @returns {Promise<Page>}
 */
export async function offlinePage(app) {
  const { texts, store, clock } = app;
  const title = texts.t("offline-title");
  const verified = await verifiedTransaction(store, app.transaction);
  if ("fault" in verified) return { title, body: [faultNotice(app, verified)] };
  const { token, id, canonical } = verified;
  const agreement = readCanonical(canonical, token.serviceId);
  if (!agreement) {
    return { title, body: [notice("error", el("h2", {}, texts.t("unreadable")), texts.t("unreadable-text"))] };
  }
  if (clock.nowMs() >= token.expiresAtMs) {
    return { title, body: [notice("error", texts.t("code-expired", { date: texts.dayOf(token.expiresAtMs) }))] };
  }
  const line = el("p", { class: "lead" }, el("strong", {}, summary(texts, agreement)));
  const panel = el("section", { class: "panel answer" });
  askFirst(app, token, panel, line, () => showCode(app, token, { id, canonical }, line));
  const reject = el("p", { class: "hint" }, texts.t("offline-reject"));
  return { title, body: [callWarning(app), contentView(texts, agreement).node, panel, reject] };
}

/**
 * @param {App} app
 * @param {Token} token
 * @param {HTMLElement} panel
 * @param {HTMLElement} line
 * @param {() => void} act
 */
function askFirst(app, token, panel, line, act) {
  const { texts } = app;
  const goOn = button(texts.t("offline-to-pin"), () => {
    const form = pinForm(app, {
      serial: token.serial,
      submit: texts.t("offline-do"),
      act: async () => act(),
      back: () => askFirst(app, token, panel, line, act),
    });
    panel.replaceChildren(line, form.node);
    form.focus();
  }, "button-main");
  panel.replaceChildren(line, el("div", { class: "actions" }, goOn));
}

/**
 * @param {App} app
 * @param {Token} token
 * @param {{ id: string, canonical: string }} shown
 * @param {HTMLElement} line
 */
function showCode(app, token, { id, canonical }, line) {
  const { texts } = app;
  const code = codeDisplay(app, TRANSACTION_PERIOD_SECS, (nowMs) => transactionCode(token.confirmationKey, id, canonical, nowMs));
  const panel = el("section", { class: "panel" }, line, code.node);
  app.display({ title: texts.t("offline-code-title"), body: [panel, el("p", {}, texts.t("offline-code-text"))], tick: code.tick });
}

/**
 * @param {App} app
 * @param {{ fault: "unreadable" | "false" } | { fault: "foreign", serial: string }} verified
 */
function faultNotice({ texts }, verified) {
  switch (verified.fault) {
    case "unreadable": return notice("warning", texts.t("offline-unreadable"));
    case "foreign": return notice("warning", texts.t("offline-foreign", { serial: verified.serial }));
    case "false": return notice("error", el("h2", {}, texts.t("offline-false")), texts.t("offline-false-text"));
  }
}
