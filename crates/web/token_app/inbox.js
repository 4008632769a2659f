// Asks the server what waits for an approval, by itself while the app is open (APP-1).

import { ServerError, postSigned } from "./server.js";

/** @import { ServerClock } from "./server_clock.js" */
/** @import { Token, TokenStore } from "./token_store.js" */

/**
 * @typedef {object} Waiting
 * @property {string} serial The token asked.
 * @property {string} id Of the authorization.
 * @property {string} canonical
 * @property {number} askedAtMs
 * @property {number} expiresAtMs
 */

const SHOWN_EVERY_MS = 5_000;
const RARELY_EVERY_MS = 30_000;

export class Inbox {
  /** @type {Waiting[]} */
  waiting = [];
  /** @type {"checking" | "checked" | "unreachable"} */
  state = "checking";
  /** @type {number | null} */
  checkedAtMs = null;
  /** @type {Set<string>} Serials in service before that the server does not know now. */
  refused = new Set();

  #store;
  #clock;
  #changed;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void> | null} */
  #asking = null;
  /** @type {Set<string>} Answered here: an answer of the server that was on its way must not bring them back. */
  #answered = new Set();

  /**
   * @param {TokenStore} store
   * @param {ServerClock} clock
   * @param {() => void} changed Called when what is shown may differ.
   */
  constructor(store, clock, changed) {
    this.#store = store;
    this.#clock = clock;
    this.#changed = changed;
  }

  start() {
    const askIfShown = () => {
      if (document.visibilityState === "visible") this.ask();
    };
    document.addEventListener("visibilitychange", askIfShown);
    addEventListener("online", askIfShown);
    this.ask();
  }

  /** Asks now, and again after a while. */
  ask() {
    clearTimeout(this.#timer);
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = null;
      const well = this.state === "checked" && this.refused.size === 0;
      const often = well && document.visibilityState === "visible";
      this.#timer = setTimeout(() => this.ask(), often ? SHOWN_EVERY_MS : RARELY_EVERY_MS);
    });
    return this.#asking;
  }

  /** @param {string} id */
  find(id) {
    return this.waiting.find((one) => one.id === id && one.expiresAtMs > this.#clock.nowMs()) ?? null;
  }

  /** @param {string} id */
  forget(id) {
    this.#answered.add(id);
    this.waiting = this.waiting.filter((one) => one.id !== id);
    this.#changed();
  }

  async #askAll() {
    const before = this.#shown();
    try {
      // Signed requests carry the time; with a wrong one the server would refuse them.
      if (!this.#clock.isFresh) await this.#clock.check();
      const tokens = (await this.#store.tokens()).filter((token) => token.expiresAtMs > this.#clock.nowMs());
      const lists = await Promise.all(tokens.map((token) => this.#askFor(token)));
      this.waiting = lists.flat().filter((one) => !this.#answered.has(one.id));
      this.state = "checked";
      this.checkedAtMs = this.#clock.nowMs();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.state = "unreachable";
      this.#clock.isFresh = false;
    }
    if (this.#shown() !== before) this.#changed();
  }

  /**
   * @param {Token} token
   * @returns {Promise<Waiting[]>}
   */
  async #askFor(token) {
    const { serial } = token;
    try {
      const answer = await postSigned("inbox", token, this.#clock.nowMs());
      this.refused.delete(serial);
      await this.#learn(token, answer);
      return listOf(serial, answer.waiting);
    } catch (error) {
      if (!(error instanceof ServerError) || error.code !== "not_found") throw error;
      // Before its first code was right the server does not know it; after that it should.
      if (token.inService) this.refused.add(serial);
      this.#clock.isFresh = false;
      return [];
    }
  }

  /**
   * @param {Token} token
   * @param {{ expires_at: string, renewal_due: boolean }} answer
   */
  async #learn(token, answer) {
    const expiresAtMs = Date.parse(answer.expires_at);
    const news = { inService: true, renewalDue: answer.renewal_due === true, expiresAtMs: expiresAtMs || token.expiresAtMs };
    const known = token.inService && token.renewalDue === news.renewalDue && token.expiresAtMs === news.expiresAtMs;
    if (known) return;
    await this.#store.change(token.serial, () => news);
    this.#changed();
  }

  #shown() {
    const ids = this.waiting.map(({ id }) => id);
    return JSON.stringify([this.state, ids, [...this.refused], this.#clock.warning()?.fast]);
  }
}

/**
 * @param {string} serial
 * @param {unknown} waiting
 * @returns {Waiting[]}
 */
function listOf(serial, waiting) {
  if (!Array.isArray(waiting)) return [];
  const fits = waiting.filter((one) => typeof one?.authorization_id === "string" && typeof one.canonical === "string");
  return fits.map(({ authorization_id: id, canonical, asked_at: askedAt, expires_at: expiresAt }) =>
    ({ serial, id, canonical, askedAtMs: Date.parse(askedAt), expiresAtMs: Date.parse(expiresAt) }));
}
