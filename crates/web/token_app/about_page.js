// その他: change of phone, loss, clock, and the app itself.

import { clockWarning } from "./codes_page.js";
import { button, el, notice } from "./dom.js";
import { hashOf } from "./routes.js";
import { ServerError } from "./server.js";
import { keptVersion } from "./updates.js";

/** @import { App, Page } from "./app.js" */

/**
 * @param {App} app
 * @returns {Promise<Page>}
 */
export async function aboutPage(app) {
  const { texts } = app;
  const steps = /** @type {const} */ (["about-phone-1", "about-phone-2", "about-phone-3"]);
  const version = (await keptVersion()) ?? texts.t("about-version-none");
  const clock = clockSection(app);
  return {
    title: texts.t("about-title"),
    body: [
      section(texts.t("about-phone"),
        el("ol", { class: "steps" }, ...steps.map((step) => el("li", {}, texts.t(step)))),
        el("p", {}, texts.t("about-phone-text"))),
      section(texts.t("about-lost"), el("p", {}, texts.t("about-lost-text"))),
      clock.node,
      section(texts.t("about-tokens"), el("a", { class: "button", href: hashOf("setup") }, texts.t("token-add"))),
      section(texts.t("about-app"),
        el("p", {}, texts.t("about-app-text")),
        el("p", { class: "hint" }, texts.t("about-version", { version }))),
    ],
    tick: clock.tick,
  };
}

/**
 * @param {string} title
 * @param {Node[]} body
 */
function section(title, ...body) {
  return el("section", { class: "panel" }, el("h2", {}, title), ...body);
}

/** @param {App} app */
function clockSection(app) {
  const { texts, clock } = app;
  const result = el("div", { role: "status" });
  /** @type {number | null | undefined} */
  let shownAtMs;
  const tick = () => {
    const { checkedAtMs } = clock;
    // The time is also checked unasked.
    if (checkedAtMs === shownAtMs) return;
    shownAtMs = checkedAtMs;
    const when = checkedAtMs === null ? texts.t("clock-unchecked") : texts.t("clock-checked", { time: texts.time(checkedAtMs) });
    const good = [el("p", {}, checkedAtMs === null ? "" : texts.t("about-clock-good")), el("p", { class: "hint" }, when)];
    result.replaceChildren(...(clock.warning() ? clockWarning(app) : good));
  };
  const check = button(texts.t("about-clock-do"), async () => {
    try {
      await clock.check();
      tick();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      result.replaceChildren(notice("warning", texts.t("error-unreachable")));
    }
  });
  return { node: section(texts.t("about-clock"), result, check), tick };
}
