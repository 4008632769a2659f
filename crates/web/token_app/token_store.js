// What the app keeps, in IndexedDB: tokens with their keys, and a few settings.
// Every change of a token reads and writes in one transaction, so that two open windows lose nothing.

/** @import { AppPin } from "./app_pin.js" */

/**
 * @typedef {object} Token
 * @property {string} serial
 * @property {string} institution
 * @property {string} serviceId
 * @property {string} userId Empty for the administrator.
 * @property {string} contractName
 * @property {string} personName
 * @property {number} digits
 * @property {number} periodSecs
 * @property {number} expiresAtMs
 * @property {boolean} inService Whether the server has answered it once: the first code was right.
 * @property {boolean} renewalDue What the server said last.
 * @property {CryptoKey} totpKey
 * @property {CryptoKey} confirmationKey
 * @property {CryptoKey} signingKey
 * @property {AppPin} appPin
 * @property {number} pinTries Wrong app PINs in a row.
 * @property {string} [pushEndpoint] Where the server was asked to tell this phone of what waits.
 */

const NAME = "warifu-token-app";
const VERSION = 1;

export class TokenStore {
  /** @type {IDBDatabase} */
  #db;

  /** @param {IDBDatabase} db */
  constructor(db) {
    this.#db = db;
  }

  /** @returns {Promise<TokenStore>} */
  static async open() {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("tokens", { keyPath: "serial" });
      request.result.createObjectStore("settings");
    };
    return new TokenStore(await answered(request));
  }

  /** @returns {Promise<Token[]>} By serial. */
  tokens() {
    return answered(this.#read("tokens").getAll());
  }

  /**
   * @param {string} serial
   * @returns {Promise<Token | undefined>}
   */
  token(serial) {
    return answered(this.#read("tokens").get(serial));
  }

  /** @param {Token} token */
  async keep(token) {
    await this.#write("tokens", (tokens) => answered(tokens.put(token)));
  }

  /**
   * @param {string} serial
   * @param {(token: Token) => Partial<Token>} change
   * @returns {Promise<Token | null>} The changed token; `null` when there is none any more.
   */
  change(serial, change) {
    return this.#write("tokens", async (tokens) => {
      const before = await answered(tokens.get(serial));
      if (!before) return null;
      const after = { ...before, ...change(before) };
      await answered(tokens.put(after));
      return after;
    });
  }

  /** @param {string} serial */
  async erase(serial) {
    await this.#write("tokens", (tokens) => answered(tokens.delete(serial)));
  }

  /**
   * @param {string} name
   * @returns {Promise<any>} `undefined` when it was never set.
   */
  setting(name) {
    return answered(this.#read("settings").get(name));
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  async set(name, value) {
    await this.#write("settings", (settings) => answered(settings.put(value, name)));
  }

  /**
   * Fails where this browser can't keep keys, as private windows of some can't. To be known before
   * the server gives out the secret: it does so only once.
   * @param {CryptoKey} key
   */
  async rehearse(key) {
    await this.set("rehearsal", key);
    await this.#write("settings", (settings) => answered(settings.delete("rehearsal")));
  }

  /** @param {"tokens" | "settings"} name */
  #read(name) {
    return this.#db.transaction(name).objectStore(name);
  }

  /**
   * Does something in one transaction and waits until it is on the disk: an erased key must be gone
   * and a wrong PIN counted even when the app is ended at once.
   * @template T
   * @param {"tokens" | "settings"} name
   * @param {(store: IDBObjectStore) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #write(name, work) {
    const transaction = this.#db.transaction(name, "readwrite", { durability: "strict" });
    const [result] = await Promise.all([work(transaction.objectStore(name)), committed(transaction)]);
    return result;
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
