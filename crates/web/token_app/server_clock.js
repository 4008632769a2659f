// The server's time as this phone reckons it: its own clock and the difference learnt last (TOK-9).

import { getClock } from "./server.js";

/** @import { TokenStore } from "./token_store.js" */

const SETTING = "clock";
const WARN_FROM_SECS = 15;
// An answer that took longer says too little about the time.
const ROUND_TRIP_MAX_MS = 5_000;

export class ServerClock {
  /** @type {TokenStore} */
  #store;
  /** @type {number} Server's time less the phone's. */
  #offsetMs;
  /** @type {number | null} When it was learnt, by the server's time. */
  checkedAtMs;
  /** Whether it was checked since the app was opened. */
  isFresh = false;

  /**
   * @param {TokenStore} store
   * @param {{ offsetMs: number, checkedAtMs: number | null }} learnt
   */
  constructor(store, { offsetMs, checkedAtMs }) {
    this.#store = store;
    this.#offsetMs = offsetMs;
    this.checkedAtMs = checkedAtMs;
  }

  /**
   * @param {TokenStore} store
   * @returns {Promise<ServerClock>}
   */
  static async load(store) {
    return new ServerClock(store, (await store.setting(SETTING)) ?? { offsetMs: 0, checkedAtMs: null });
  }

  nowMs() {
    return Date.now() + this.#offsetMs;
  }

  /** Asks the server. Without an answer the difference known stays. */
  async check() {
    const sentMs = Date.now();
    const { now_ms: serverMs } = await getClock();
    const receivedMs = Date.now();
    const roundTripMs = receivedMs - sentMs;
    // A negative one says that the phone's clock was set back meanwhile.
    if (roundTripMs < 0 || roundTripMs > ROUND_TRIP_MAX_MS || !Number.isFinite(serverMs)) return;
    this.#offsetMs = Math.round(serverMs - (sentMs + receivedMs) / 2);
    this.checkedAtMs = serverMs;
    this.isFresh = true;
    await this.#store.set(SETTING, { offsetMs: this.#offsetMs, checkedAtMs: serverMs });
  }

  /**
   * How far the phone's clock is off, when that is worth a warning.
   * @returns {{ secs: number, fast: boolean } | null}
   */
  warning() {
    const secs = Math.round(Math.abs(this.#offsetMs) / 1000);
    return secs > WARN_FROM_SECS ? { secs, fast: this.#offsetMs < 0 } : null;
  }
}
