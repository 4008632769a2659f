// The app PIN: asked before an approval, so that a phone left unlocked approves nothing.
// Five wrong ones in a row erase the token's keys.

import { sameBytes, utf8 } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */
/** @import { TokenStore } from "./token_store.js" */

/**
 * @typedef {object} AppPin
 * @property {Bytes} salt
 * @property {Bytes} verifier
 */

export const PIN_TRIES_MAX = 5;
export const PIN_DIGITS_MIN = 6;

// OWASP's figure for PBKDF2 with HMAC-SHA-256.
const ITERATIONS = 600_000;
const SALT_BYTES = 16;
const VERIFIER_BITS = 256;

/**
 * @param {string} pin
 * @returns {Promise<AppPin>}
 */
export async function newAppPin(pin) {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  return { salt, verifier: await derived(pin, salt) };
}

/**
 * Full-width digits are digits too.
 * @param {string} typed
 * @returns {string}
 */
export function foldPin(typed) {
  return typed.normalize("NFKC").trim();
}

/**
 * Whether a folded PIN may be chosen: digits, not all the same, not counting up or down.
 * @param {string} pin
 * @returns {"short" | "simple" | null} What is wrong with it.
 */
export function pinFault(pin) {
  if (!/^\d+$/.test(pin) || pin.length < PIN_DIGITS_MIN) return "short";
  const steps = Array.from(pin.slice(1), (digit, i) => Number(digit) - Number(pin[i]));
  const even = steps.every((step) => step === steps[0]);
  return even && Math.abs(steps[0] ?? 0) <= 1 ? "simple" : null;
}

/**
 * Judges a typed PIN. The try is counted before it is judged: ending the app in between gains nothing.
 * @param {TokenStore} store
 * @param {string} serial
 * @param {string} typed
 * @returns {Promise<{ outcome: "right" } | { outcome: "wrong", triesLeft: number } | { outcome: "erased" }>}
 */
export async function tryPin(store, serial, typed) {
  const token = await store.change(serial, ({ pinTries }) => ({ pinTries: pinTries + 1 }));
  if (!token) return { outcome: "erased" };
  const counted = token.pinTries <= PIN_TRIES_MAX;
  if (counted && sameBytes(await derived(foldPin(typed), token.appPin.salt), token.appPin.verifier)) {
    await store.change(serial, () => ({ pinTries: 0 }));
    return { outcome: "right" };
  }
  if (token.pinTries < PIN_TRIES_MAX) return { outcome: "wrong", triesLeft: PIN_TRIES_MAX - token.pinTries };
  await store.erase(serial);
  return { outcome: "erased" };
}

/**
 * @param {string} pin
 * @param {Bytes} salt
 * @returns {Promise<Bytes>}
 */
async function derived(pin, salt) {
  const key = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, VERIFIER_BITS));
}
