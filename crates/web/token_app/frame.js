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
  #title = "";
  #announced = 0;

  /** @param {() => void} switchLanguage */
  constructor(switchLanguage) {
    this.#language.addEventListener("click", switchLanguage);
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
    this.#nav.replaceChildren(...NAV.map((entry) => navLink(texts, name, entry)));
    const heading = el("h1", { tabindex: -1 }, title);
    this.#main.replaceChildren(heading, ...body);
    // The focus goes with the page, but not when the same page is made anew, nor at the start.
    if (this.#title !== "" && this.#title !== title) {
      scrollTo(0, 0);
      heading.focus();
    }
    this.#title = title;
  }

  /**
   * @param {Texts} texts
   * @param {number} count
   */
  showWaiting(texts, count) {
    const badge = count > 0 ? el("span", { class: "badge" }, String(count)) : "";
    const link = this.#nav.querySelector("[data-page=inbox]");
    const name = texts.t("nav-inbox");
    link?.replaceChildren(name, badge);
    link?.setAttribute("aria-label", count > 0 ? `${name} ${texts.t("waiting-count", { count })}` : name);
    if (count !== this.#announced) this.#status.textContent = count > 0 ? texts.t("waiting-announced", { count }) : "";
    this.#announced = count;
  }

  /** @param {Texts} texts */
  offerUpdate(texts) {
    const update = button(texts.t("update-do"), applyUpdate);
    this.#update.replaceChildren(notice("info", texts.t("update"), update));
  }
}

/**
 * @param {Texts} texts
 * @param {PageName} shown
 * @param {typeof NAV[number]} entry
 */
function navLink(texts, shown, { page, text, pages }) {
  /** @type {readonly PageName[]} */
  const within = pages;
  const current = within.includes(shown) && "page";
  return el("a", { href: hashOf(page), "data-page": page, "aria-current": current }, texts.t(text));
}

/** @param {string} id */
function part(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no ${id}`);
  return element;
}
