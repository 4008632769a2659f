// One transaction: what it says, and the person's answer (APP-1, APP-2).

import { answer, pauseLeft } from "./answer.js";
import { readCanonical } from "./canonical.js";
import { contentView, summary } from "./content_view.js";
import { button, el, facts, notice } from "./dom.js";
import { pinForm } from "./pin_form.js";
import { hashOf } from "./routes.js";

/** @import { App, Page } from "./app.js" */
/** @import { Agreement } from "./canonical.js" */
/** @import { Waiting } from "./inbox.js" */
/** @import { Token } from "./token_store.js" */

/**
 * @param {App} app
 * @param {string} id
 * @returns {Promise<Page>}
 */
export async function approvePage(app, id) {
  const { texts, inbox } = app;
  const title = texts.t("approve-title");
  // Opened at this very page, nothing is known yet.
  if (inbox.state === "checking") await inbox.ask();
  const waiting = inbox.find(id);
  const token = waiting && await app.store.token(waiting.serial);
  if (!waiting || !token) return { title, body: goneBody(app) };
  const agreement = readCanonical(waiting.canonical, token.serviceId);
  const shown = agreement && contentView(texts, agreement);
  const pause = await pauseLeft(app);
  const seen = new Seen(shown?.amounts ?? []);
  const panel = new AnswerPanel(app, waiting, agreement);
  const body = el(
    "div", {},
    callWarning(app),
    shown?.node ?? notice("error", el("h2", {}, texts.t("unreadable")), texts.t("unreadable-text")),
    circumstances(app, token, waiting),
    panel.node,
  );
  const tick = () => {
    if (!inbox.find(id) && !panel.isSending) body.replaceChildren(...goneBody(app));
    else panel.holdBack(pause(), seen.all());
  };
  return { title, body: [body], tick, leave: () => seen.stop() };
}

/** Remembers which elements have been on the screen. */
class Seen {
  /** @param {HTMLElement[]} elements */
  constructor(elements) {
    this.left = new Set(elements);
    this.observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) this.left.delete(/** @type {HTMLElement} */ (target));
      }
    }, { threshold: 0.5 });
    for (const element of elements) this.observer.observe(element);
  }

  all() {
    return this.left.size === 0;
  }

  stop() {
    this.observer.disconnect();
  }
}

/** The part of the page that answers: buttons, then app PIN or the last question. */
class AnswerPanel {
  isSending = false;
  #app;
  #waiting;
  #agreement;
  #approve;
  #hint = el("p", { class: "hint" });

  /**
   * @param {App} app
   * @param {Waiting} waiting
   * @param {Agreement | null} agreement `null` for one that can't be shown and so not be approved.
   */
  constructor(app, waiting, agreement) {
    this.#app = app;
    this.#waiting = waiting;
    this.#agreement = agreement;
    this.#approve = button(app.texts.t("approve-to-pin"), () => this.#askPin(), "button-main");
    this.#approve.disabled = true;
    this.node = el("section", { class: "panel answer" });
    this.#askWhich();
  }

  /**
   * @param {number} pauseSecs
   * @param {boolean} allSeen
   */
  holdBack(pauseSecs, allSeen) {
    const { texts } = this.#app;
    this.#approve.disabled = pauseSecs > 0 || !allSeen;
    const why = pauseSecs > 0 ? texts.t("approve-pause", { secs: pauseSecs }) : allSeen ? "" : texts.t("approve-see-amounts");
    if (this.#hint.textContent !== why) this.#hint.textContent = why;
  }

  #askWhich() {
    const reject = button(this.#app.texts.t("reject-ask"), () => this.#askSure(), "button button-danger");
    const approve = this.#agreement ? [this.#hint, el("div", { class: "actions" }, this.#approve)] : [];
    this.node.replaceChildren(...this.#summary(), ...approve, el("div", { class: "actions" }, reject));
  }

  #askPin() {
    const { texts } = this.#app;
    const form = pinForm(this.#app, {
      serial: this.#waiting.serial,
      submit: texts.t("approve-do"),
      act: () => this.#send(true),
      back: () => this.#askWhich(),
    });
    this.node.replaceChildren(...this.#summary(), form.node);
    form.focus();
  }

  #askSure() {
    const { texts } = this.#app;
    const reject = button(texts.t("reject-do"), () => this.#send(false), "button button-danger");
    const back = button(texts.t("back"), () => this.#askWhich());
    const question = el("p", { tabindex: -1 }, texts.t("reject-sure"));
    this.node.replaceChildren(...this.#summary(), question, el("div", { class: "actions" }, reject, back));
    question.focus();
  }

  /** @param {boolean} approves */
  async #send(approves) {
    const { texts, inbox } = this.#app;
    if (this.isSending) return;
    // Typing the PIN may have taken longer than the transaction waits.
    if (!inbox.find(this.#waiting.id)) return;
    this.isSending = true;
    const fault = await answer(this.#app, this.#waiting, approves);
    const toInbox = el("p", { class: "actions" }, el("a", { class: "button", href: hashOf("inbox") }, texts.t("to-inbox")));
    if (fault) return this.#app.display({ title: texts.t("error-title"), body: [notice("error", texts.t(fault)), toInbox] });
    const title = texts.t(approves ? "approved-title" : "rejected-title");
    const result = notice(approves ? "done" : "warning", ...this.#summary(), texts.t(approves ? "approved-text" : "rejected-text"));
    this.#app.display({ title, body: [result, toInbox] });
  }

  #summary() {
    return this.#agreement ? [el("p", { class: "lead" }, el("strong", {}, summary(this.#app.texts, this.#agreement)))] : [];
  }
}

/**
 * Whoever is told by telephone what to tap is being deceived (voice phishing).
 * @param {App} app
 */
export function callWarning({ texts }) {
  return notice("warning", el("h2", {}, texts.t("call-warning")), texts.t("call-warning-text"));
}

/**
 * Who is asked, and until when. This is not part of what is signed.
 * @param {App} app
 * @param {Token} token
 * @param {Waiting} waiting
 */
function circumstances({ texts }, token, { askedAtMs, expiresAtMs }) {
  return facts([
    [texts.t("fact-institution"), token.institution],
    [texts.t("fact-contract"), token.contractName],
    [texts.t("fact-person"), token.personName],
    [texts.t("fact-asked"), texts.time(askedAtMs)],
    [texts.t("fact-answer-by"), texts.time(expiresAtMs)],
  ]);
}

/** @param {App} app */
function goneBody({ texts }) {
  const toInbox = el("a", { class: "button", href: hashOf("inbox") }, texts.t("to-inbox"));
  return [notice("warning", texts.t("gone"), texts.t("gone-text")), el("p", { class: "actions" }, toInbox)];
}
