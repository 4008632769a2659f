// 取引の承認: what waits.

import { readCanonical } from "./canonical.js";
import { summary } from "./content_view.js";
import { button, el, notice } from "./dom.js";
import { pushPart } from "./push.js";
import { hashOf } from "./routes.js";

/** @import { App, Page } from "./app.js" */
/** @import { Waiting } from "./inbox.js" */
/** @import { Token } from "./token_store.js" */

/**
 * @param {App} app
 * @returns {Promise<Page>}
 */
export async function inboxPage(app) {
  const { texts, inbox } = app;
  const title = texts.t("inbox-title");
  const tokens = await app.store.tokens();
  if (tokens.length === 0) {
    const setup = el("a", { class: "button", href: hashOf("setup") }, texts.t("setup-title"));
    return { title, body: [el("p", {}, texts.t("inbox-no-tokens")), el("p", { class: "actions" }, setup)] };
  }
  const list = el("div", {});
  const checked = el("p", { class: "hint" });
  const refresh = button(texts.t("inbox-refresh"), () => inbox.ask());
  let shown = "";
  const tick = () => {
    const { checkedAtMs } = inbox;
    checked.textContent = checkedAtMs === null ? "" : texts.t("inbox-checked", { time: texts.time(checkedAtMs) });
    const now = JSON.stringify([inbox.state, inbox.waiting]);
    // Made anew only for news, so that the focus stays where it is.
    if (now !== shown) list.replaceChildren(...listOf(app, tokens));
    shown = now;
  };
  return { title, body: [list, el("div", { class: "actions" }, refresh), checked, pushPart(app)], tick };
}

/**
 * @param {App} app
 * @param {Token[]} tokens
 * @returns {Node[]}
 */
function listOf({ texts, inbox }, tokens) {
  if (inbox.state === "unreachable") return [notice("warning", texts.t("inbox-offline"))];
  if (inbox.state === "checking") return [el("p", { class: "empty" }, texts.t("inbox-checking"))];
  if (inbox.waiting.length === 0) return [el("p", { class: "empty" }, texts.t("inbox-none"))];
  const entry = (/** @type {Waiting} */ one) => {
    const token = tokens.find(({ serial }) => serial === one.serial);
    const agreement = token ? readCanonical(one.canonical, token.serviceId) : null;
    return el(
      "li", { class: "panel" },
      el("p", { class: "lead" }, el("strong", {}, agreement ? summary(texts, agreement) : texts.t("inbox-unreadable"))),
      el("p", { class: "hint" }, `${token?.institution ?? ""} ${token?.contractName ?? ""}`),
      el("p", { class: "hint" }, `${texts.t("fact-asked")} ${texts.time(one.askedAtMs)}`),
      el("a", { class: "button", href: hashOf("approve", one.id) }, texts.t("inbox-open")),
    );
  };
  return [el("ul", { class: "plain" }, ...inbox.waiting.map(entry))];
}
