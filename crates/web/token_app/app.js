// Starts the app and shows one page at a time.

import { aboutPage } from "./about_page.js";
import { approvePage } from "./approve_page.js";
import { codesPage } from "./codes_page.js";
import { notice } from "./dom.js";
import { Frame } from "./frame.js";
import { Inbox } from "./inbox.js";
import { inboxPage } from "./inbox_page.js";
import { offlinePage } from "./offline_page.js";
import { removePage } from "./remove_page.js";
import { hashOf, routeOf } from "./routes.js";
import { scanPage } from "./scan_page.js";
import { ServerClock } from "./server_clock.js";
import { setupPage } from "./setup_page.js";
import { Texts } from "./texts.js";
import { TokenStore } from "./token_store.js";
import { watchUpdates } from "./updates.js";

/** @import { PageName, Route } from "./routes.js" */

/**
 * @typedef {object} Page
 * @property {string} title
 * @property {Node[]} body
 * @property {() => void} [tick] Called twice a second while the page is shown.
 * @property {() => void} [leave] Called when another page takes its place.
 */

const TICK_MS = 500;

/** @type {Record<PageName, (app: App, argument: string) => Promise<Page>>} */
const PAGES = {
  codes: codesPage,
  setup: setupPage,
  inbox: inboxPage,
  approve: approvePage,
  scan: scanPage,
  offline: offlinePage,
  about: aboutPage,
  remove: removePage,
};

export class App {
  /** @type {string | null} The secret of the activation link, taken out of the URL. */
  link = null;
  /** @type {string | null} A transaction from a QR code, likewise. */
  transaction = null;
  /** @type {string | null} What the next page says first. */
  news = null;

  /** @type {Route} */
  #route = routeOf("");
  /** @type {Page | null} */
  #page = null;
  #shows = 0;

  /**
   * @param {TokenStore} store
   * @param {ServerClock} clock
   * @param {Texts} texts
   */
  constructor(store, clock, texts) {
    this.store = store;
    this.clock = clock;
    this.texts = texts;
    this.inbox = new Inbox(store, clock, () => this.#inboxChanged());
    this.frame = new Frame(() => this.#switchLanguage());
  }

  async run() {
    addEventListener("hashchange", () => this.#arrive());
    setInterval(() => this.#page?.tick?.(), TICK_MS);
    watchUpdates(() => this.frame.offerUpdate(this.texts));
    await this.#arrive();
    this.inbox.start();
  }

  /**
   * @param {PageName} page
   * @param {string} argument
   */
  go(page, argument = "") {
    const hash = hashOf(page, argument);
    if (location.hash === hash) this.show();
    else location.hash = hash;
  }

  /** Shows the page of the URL, made anew. */
  async show() {
    const shows = ++this.#shows;
    const page = await PAGES[this.#route.page](this, this.#route.argument);
    // Another page was asked for meanwhile.
    if (shows === this.#shows) this.display(page);
  }

  /**
   * Shows a page that has no URL of its own, such as a result.
   * @param {Page} page
   */
  display(page) {
    this.#page?.leave?.();
    this.#page = page;
    const news = this.news === null ? [] : [notice("done", this.news)];
    this.news = null;
    this.frame.display(this.texts, this.#route.page, { ...page, body: [...news, ...page.body] });
    this.#showWaiting();
    page.tick?.();
  }

  #arrive() {
    this.#route = routeOf(location.hash);
    const { page, carried } = this.#route;
    if (carried !== null) {
      // Neither the history nor a bookmark is to keep what the link carried.
      history.replaceState(null, "", hashOf(page));
      if (page === "setup") this.link = carried;
      else this.transaction = carried;
    }
    return this.show();
  }

  #inboxChanged() {
    this.#showWaiting();
    // An open form or a content under someone's eyes is never exchanged.
    if (this.#route.page === "codes") this.show();
  }

  #showWaiting() {
    this.frame.showWaiting(this.texts, this.inbox.waiting.length);
  }

  async #switchLanguage() {
    this.texts = new Texts(this.texts.lang === "ja" ? "en" : "ja");
    await this.store.set("lang", this.texts.lang);
    await this.show();
  }
}

async function start() {
  const texts = new Texts(Texts.ofBrowser());
  try {
    const store = await TokenStore.open();
    const lang = await store.setting("lang");
    const clock = await ServerClock.load(store);
    await new App(store, clock, lang ? new Texts(lang) : texts).run();
  } catch (error) {
    document.getElementById("main")?.replaceChildren(notice("error", texts.t("error-storage")));
    throw error;
  }
}

await start();
