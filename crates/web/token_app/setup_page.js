// トークンの初期設定: asks for what the activation needs.

import { foldPin, pinFault } from "./app_pin.js";
import { el, notice } from "./dom.js";
import { field, pinField, tellFaults } from "./form.js";
import { fragmentOf, routeOf } from "./routes.js";
import { setUp } from "./set_up.js";

/** @import { App, Page } from "./app.js" */
/** @import { Field } from "./form.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @param {App} app
 * @returns {Promise<Page>}
 */
export async function setupPage(app) {
  const { texts } = app;
  const fields = fieldsOf(texts);
  const send = el("button", { type: "submit", class: "button-main" }, texts.t("setup-do"));
  const fault = el("div", { role: "alert" });
  const link = app.link === null ? fields.link.node : notice("done", texts.t("setup-link-read"));
  const form = el(
    "form", { novalidate: true },
    link, fields.serviceId.node, fields.userId.node, fields.startPassword.node,
    el("fieldset", {},
      el("legend", {}, texts.t("setup-pin-legend")), el("p", { class: "hint" }, texts.t("setup-pin-text")),
      fields.pin.node, fields.pinAgain.node),
    fault,
    el("div", { class: "actions" }, send),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const secret = app.link ?? linkIn(fields.link.input.value);
    const faults = faultsOf(texts, fields, secret);
    for (const each of Object.values(fields)) each.tell("");
    if (faults.length > 0) return tellFaults(faults);
    send.disabled = true;
    send.textContent = texts.t("setup-busy");
    fault.replaceChildren();
    const done = await setUp(app.store, wantedOf(fields, secret ?? ""));
    if ("serial" in done) return finish(app, done.serial);
    send.disabled = false;
    send.textContent = texts.t("setup-do");
    fault.replaceChildren(notice("error", texts.t(done.fault)));
  });
  const install = isInstalled() ? [] : [el("p", { class: "hint" }, texts.t("setup-install"))];
  return { title: texts.t("setup-title"), body: [...install, form] };
}

/** @param {Texts} texts */
function fieldsOf(texts) {
  return {
    link: field({ id: "link", label: texts.t("setup-link"), hint: texts.t("setup-link-hint") }, { inputmode: "url" }),
    serviceId: field({ id: "service-id", label: texts.t("fact-service-id"), hint: texts.t("setup-service-id-hint") }, { maxlength: 64 }),
    userId: field({ id: "user-id", label: texts.t("fact-user-id"), hint: texts.t("setup-user-id-hint") }, { maxlength: 64 }),
    startPassword: field(
      { id: "start-password", label: texts.t("start-password"), hint: texts.t("setup-start-password-hint") },
      { type: "password", maxlength: 128 },
    ),
    pin: pinField({ id: "pin", label: texts.t("setup-pin"), hint: texts.t("setup-pin-hint") }),
    pinAgain: pinField({ id: "pin-again", label: texts.t("setup-pin-again") }),
  };
}

/** @typedef {ReturnType<typeof fieldsOf>} Fields */

/**
 * @param {Texts} texts
 * @param {Fields} fields
 * @param {string | null} secret
 * @returns {[Field, string][]} In the order of the page.
 */
function faultsOf(texts, { link, serviceId, startPassword, pin, pinAgain }, secret) {
  /** @type {[Field, string][]} */
  const faults = [];
  if (secret === null) faults.push([link, texts.t("fault-link")]);
  for (const each of [serviceId, startPassword]) {
    if (each.input.value.trim() === "") faults.push([each, texts.t("fault-empty")]);
  }
  const unfit = pinFault(foldPin(pin.input.value));
  if (unfit) faults.push([pin, texts.t(`fault-pin-${unfit}`)]);
  else if (foldPin(pin.input.value) !== foldPin(pinAgain.input.value)) faults.push([pinAgain, texts.t("fault-pin-again")]);
  return faults;
}

/**
 * @param {Fields} fields
 * @param {string} link
 */
function wantedOf({ serviceId, userId, startPassword, pin }, link) {
  const trimmed = (/** @type {Field} */ { input }) => input.value.normalize("NFKC").trim();
  // A password is taken as it was typed.
  return {
    link, serviceId: trimmed(serviceId), userId: trimmed(userId),
    startPassword: startPassword.input.value, appPin: foldPin(pin.input.value),
  };
}

/** @param {string} pasted */
function linkIn(pasted) {
  const { page, carried } = routeOf(fragmentOf(pasted) ?? "");
  return page === "setup" ? carried : null;
}

function isInstalled() {
  return matchMedia("(display-mode: standalone)").matches;
}

/**
 * @param {App} app
 * @param {string} serial
 */
async function finish(app, serial) {
  app.link = null;
  app.news = app.texts.t("setup-done");
  await app.store.set("chosen", serial);
  app.inbox.ask();
  app.go("codes");
}
