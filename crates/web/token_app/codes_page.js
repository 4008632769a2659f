// ワンタイムパスワード: the code of one token, and which tokens there are.

import { codeDisplay } from "./code_display.js";
import { totp } from "./codes.js";
import { button, el, facts, notice } from "./dom.js";
import { hashOf } from "./routes.js";
import { ServerError, postSigned } from "./server.js";

/** @import { App, Page } from "./app.js" */
/** @import { Token } from "./token_store.js" */

// TOK-8: offered from 180 days before, or earlier when the server says so.
const RENEWAL_FROM_MS = 180 * 86_400_000;

/**
 * @param {App} app
 * @returns {Promise<Page>}
 */
export async function codesPage(app) {
  const title = app.texts.t("codes-title");
  const tokens = await app.store.tokens();
  const chosen = await app.store.setting("chosen");
  const token = tokens.find(({ serial }) => serial === chosen) ?? tokens[0];
  if (!token) return { title, body: welcome(app) };
  const shown = shownCode(app, token);
  const body = [
    ...clockWarning(app), shown.node, ...notices(app, token),
    ...choice(app, tokens, token), about(app, token), ...minor(app, token),
  ];
  return { title, body, tick: shown.tick };
}

/**
 * The code, until the very moment the token expires.
 * @param {App} app
 * @param {Token} token
 */
function shownCode(app, token) {
  const { texts, clock } = app;
  const isExpired = () => clock.nowMs() >= token.expiresAtMs;
  const expired = () => notice("error", texts.t("code-expired", { date: texts.dayOf(token.expiresAtMs) }));
  const code = codeDisplay(app, token.periodSecs, (nowMs) => totp(token.totpKey, token, nowMs));
  const whose = el("p", { class: "whose" }, el("strong", {}, token.contractName), el("br", {}), `${token.institution} ${token.personName}`);
  const node = el("section", { class: "panel" }, whose, isExpired() ? expired() : code.node);
  const tick = () => {
    if (!isExpired()) code.tick();
    else if (code.node.isConnected) code.node.replaceWith(expired());
  };
  return { node, tick };
}

/**
 * @param {App} app
 * @param {Token} token
 * @returns {Node[]}
 */
function notices(app, token) {
  const { texts, clock, inbox } = app;
  const leftMs = token.expiresAtMs - clock.nowMs();
  if (leftMs <= 0) return [];
  if (!token.inService) return [notice("info", texts.t("code-not-in-service"))];
  if (inbox.refused.has(token.serial)) return [notice("error", texts.t("code-refused"))];
  const due = token.renewalDue || leftMs <= RENEWAL_FROM_MS;
  return [...(due ? [renewal(app, token)] : []), el("p", { class: "hint" }, texts.t("code-never-tell"))];
}

/**
 * @param {App} app
 * @param {Token} token
 */
function renewal(app, token) {
  const { texts } = app;
  const fault = el("p", { class: "bad", role: "alert" });
  const renew = button(texts.t("renewal-do"), async () => {
    renew.disabled = true;
    fault.textContent = "";
    const said = await renewed(app, token);
    renew.disabled = false;
    if (said !== null) fault.textContent = said;
    else app.show();
  });
  return notice("warning", texts.t("renewal-offer", { date: texts.dayOf(token.expiresAtMs) }), fault, renew);
}

/**
 * @param {App} app
 * @param {Token} token
 * @returns {Promise<string | null>} What went wrong.
 */
async function renewed(app, token) {
  const { texts, clock, store } = app;
  try {
    if (!clock.isFresh) await clock.check();
    const expiresAtMs = Date.parse((await postSigned("renewal", token, clock.nowMs())).expires_at);
    if (Number.isNaN(expiresAtMs)) return texts.t("error-renewal");
    await store.change(token.serial, () => ({ expiresAtMs, renewalDue: false }));
    app.news = texts.t("renewal-done", { date: texts.dayOf(expiresAtMs) });
    return null;
  } catch (error) {
    const code = error instanceof ServerError ? error.code : "";
    if (code === "unreachable") return texts.t("error-unreachable");
    return texts.t(code === "wrong_state" ? "error-renewal-early" : "error-renewal");
  }
}

/**
 * @param {App} app
 * @returns {Node[]}
 */
export function clockWarning({ texts, clock }) {
  const off = clock.warning();
  if (!off) return [];
  const text = texts.t(off.fast ? "clock-fast" : "clock-slow", { time: texts.duration(off.secs) });
  return [notice("warning", text, el("p", { class: "hint" }, texts.t("clock-checked", { time: texts.time(clock.checkedAtMs ?? 0) })))];
}

/**
 * @param {App} app
 * @param {Token[]} tokens
 * @param {Token} shown
 * @returns {Node[]}
 */
function choice(app, tokens, shown) {
  if (tokens.length < 2) return [];
  const entry = (/** @type {Token} */ token) => {
    const choose = button("", async () => {
      await app.store.set("chosen", token.serial);
      scrollTo(0, 0);
      await app.show();
    }, "choice");
    choose.setAttribute("aria-pressed", String(token === shown));
    choose.replaceChildren(el("strong", {}, token.contractName), el("span", {}, `${token.institution} ${token.personName}`));
    return el("li", {}, choose);
  };
  return [el("h2", {}, app.texts.t("token-choose")), el("ul", { class: "plain" }, ...tokens.map(entry))];
}

/**
 * @param {App} app
 * @param {Token} token
 */
function about({ texts }, token) {
  return el(
    "section", {}, el("h2", {}, texts.t("token-facts")),
    facts([
      [texts.t("fact-institution"), token.institution],
      [texts.t("fact-contract"), token.contractName],
      [texts.t("fact-service-id"), token.serviceId],
      [texts.t("fact-person"), token.personName],
      [texts.t("fact-user-id"), token.userId || texts.t("administrator")],
      [texts.t("fact-serial"), el("span", { class: "digits" }, token.serial)],
      [texts.t("fact-expiry"), texts.dayOf(token.expiresAtMs)],
    ]),
  );
}

/**
 * @param {App} app
 * @param {Token} token
 */
function minor({ texts }, { serial }) {
  const add = el("a", { class: "button", href: hashOf("setup") }, texts.t("token-add"));
  const remove = el("a", { class: "button button-danger", href: hashOf("remove", serial) }, texts.t("token-remove"));
  return [el("p", { class: "actions" }, add, remove)];
}

/**
 * @param {App} app
 * @returns {Node[]}
 */
function welcome({ texts }) {
  const steps = /** @type {const} */ (["no-tokens-1", "no-tokens-2", "no-tokens-3", "no-tokens-4"]);
  return [
    el("p", { class: "lead" }, texts.t("no-tokens")),
    el("ol", { class: "panel steps" }, ...steps.map((step) => el("li", {}, texts.t(step)))),
    el("p", { class: "hint" }, texts.t("setup-install")),
    el("p", { class: "actions" }, el("a", { class: "button-main", href: hashOf("setup") }, texts.t("setup-title"))),
  ];
}
