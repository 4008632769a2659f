// What surrounds every page: name, language, navigation, announcements.

import { button, el, notice } from "./dom.js";
import { hashOf } from "./routes.js";
import { applyUpdate } from "./updates.js";

/** @import { Page } from "./app.js" */
/** @import { PageName } from "./routes.js" */
/** @import { Texts } from "./texts.js" */

/** Each entry with the pages that belong to it. */
const NAV = /** @type {const} */ ([
  { page: "codes", text: "nav-codes", pages: ["codes"] },
  { page: "inbox", text: "nav-inbox", pages: ["inbox", "approve"] },
  { page: "scan", text: "nav-scan", pages: ["scan", "offline"] },
  { page: "about", text: "nav-about", pages: ["about", "remove"] },
]);

export class Frame {
  #main = part("main");
  #nav = part("nav");
  #language = part("language");
  #status = part("status");
  #update = part("update");
  #links = new Map(NAV.map(({ page }) => [page, el("a", { href: hashOf(page), "data-page": page })]));
  /** @type {string | null} */
  #title = null;
  #announced = 0;

  /** @param {() => void} switchLanguage */
  constructor(switchLanguage) {
    this.#language.addEventListener("click", switchLanguage);
    this.#nav.replaceChildren(...this.#links.values());
  }

  /**
   * @param {Texts} texts
   * @param {PageName} name
   * @param {Page} page
   */
  display(texts, name, { title, body }) {
    const other = texts.lang === "ja" ? "en" : "ja";
    document.documentElement.lang = texts.lang;
    document.title = `${title} | ${texts.t("app")}`;
    part("app-name").textContent = texts.t("app");
    this.#language.textContent = texts.t("other-language");
    this.#language.lang = other;
    this.#nav.setAttribute("aria-label", texts.t("nav"));
    this.#showNav(texts, name);
    this.#showMain(el("h1", { tabindex: -1 }, title), body);
  }

  /**
   * @param {Texts} texts
   * @param {number} count
   */
  showWaiting(texts, count) {
    const badge = count > 0 ? [" ", el("span", { class: "badge" }, String(count))] : [];
    this.#links.get("inbox")?.replaceChildren(texts.t("nav-inbox"), ...badge);
    if (count !== this.#announced) this.#status.textContent = count > 0 ? texts.t("waiting-announced", { count }) : "";
    this.#announced = count;
  }

  /**
   * @param {Texts} texts
   * @param {PageName} shown
   */
  #showNav(texts, shown) {
    for (const { page, text, pages } of NAV) {
      const link = this.#links.get(page);
      /** @type {readonly PageName[]} */
      const within = pages;
      if (within.includes(shown)) link?.setAttribute("aria-current", "page");
      else link?.removeAttribute("aria-current");
      link?.replaceChildren(texts.t(text));
    }
  }

  /**
   * @param {HTMLElement} heading
   * @param {Node[]} body
   */
  #showMain(heading, body) {
    const title = heading.textContent;
    const isStart = this.#title === null;
    const isOther = this.#title !== title;
    // The focus goes with the page; of a page made anew it must not get lost.
    const takesFocus = !isStart && (isOther || this.#main.contains(document.activeElement));
    this.#main.replaceChildren(heading, ...body);
    if (isOther) scrollTo(0, 0);
    if (takesFocus) heading.focus({ preventScroll: true });
    this.#title = title;
  }

  /** @param {Texts} texts */
  offerUpdate(texts) {
    const update = button(texts.t("update-do"), applyUpdate);
    this.#update.replaceChildren(notice("info", texts.t("update"), update));
  }
}

/** @param {string} id */
function part(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no ${id}`);
  return element;
}
