// Words, amounts and dates in the person's language.

import { EN } from "./texts_en.js";
import { JA } from "./texts_ja.js";

/** @typedef {"ja" | "en"} Lang */
/** @typedef {keyof typeof JA} TextId */

const MINUTE_SECS = 60;
const HOUR_SECS = 3600;
const DAY_SECS = 86_400;

// The bank's times are Japan's, wherever the phone is.
const ZONE = "Asia/Tokyo";

export class Texts {
  #words;
  #locale;

  /** @param {Lang} lang */
  constructor(lang) {
    this.lang = lang;
    this.#words = lang === "ja" ? JA : EN;
    this.#locale = lang === "ja" ? "ja-JP" : "en-GB";
  }

  /**
   * The language of the browser, Japanese for all but those who prefer English.
   * @returns {Lang}
   */
  static ofBrowser() {
    const known = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "ja" || tag === "en");
    return known === "en" ? "en" : "ja";
  }

  /**
   * @param {TextId} id
   * @param {Record<string, string | number>} values
   * @returns {string}
   */
  t(id, values = {}) {
    return this.#words[id].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  /** @param {number} amountYen */
  yen(amountYen) {
    const unit = this.lang === "ja" ? "円" : "yen";
    // A number and its unit stay on one line.
    return `${amountYen.toLocaleString("en-US")}\u00a0${unit}`;
  }

  /** @param {string} isoDay */
  day(isoDay) {
    return this.#format(new Date(`${isoDay}T00:00:00Z`), { dateStyle: "long", timeZone: "UTC" });
  }

  /** @param {number} ms */
  dayOf(ms) {
    return this.#format(new Date(ms), { dateStyle: "long", timeZone: ZONE });
  }

  /** @param {number} ms */
  time(ms) {
    const time = this.#format(new Date(ms), { dateStyle: "long", timeStyle: "short", timeZone: ZONE });
    return this.lang === "ja" ? time : `${time} JST`;
  }

  /**
   * A length of time in its largest unit.
   * @param {number} secs
   */
  duration(secs) {
    if (secs < 2 * MINUTE_SECS) return this.t("secs", { n: secs });
    if (secs < 2 * HOUR_SECS) return this.t("minutes", { n: Math.round(secs / MINUTE_SECS) });
    if (secs < 2 * DAY_SECS) return this.t("hours", { n: Math.round(secs / HOUR_SECS) });
    return this.t("days", { n: Math.round(secs / DAY_SECS) });
  }

  /**
   * @param {Date} date
   * @param {Intl.DateTimeFormatOptions} how
   */
  #format(date, how) {
    return new Intl.DateTimeFormat(this.#locale, how).format(date);
  }
}
