// The two codes the app shows, computed from keys that WebCrypto does not give out again.

import { utf8 } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */

// RFC 6287 §6: HMAC-SHA-256, 8 digits, a question of 64 hexadecimal digits, time in minutes (APP-3).
const TRANSACTION_SUITE = "OCRA-1:HOTP-SHA256-8:QH64-T1M";
const TRANSACTION_DIGITS = 8;
const QUESTION_BYTES = 128;
export const TRANSACTION_PERIOD_SECS = 60;

/**
 * The time-based one-time password (RFC 6238 §4.2).
 * @param {CryptoKey} key
 * @param {{ digits: number, periodSecs: number }} how
 * @param {number} nowMs The server's time.
 * @returns {Promise<string>}
 */
export async function totp(key, { digits, periodSecs }, nowMs) {
  const step = Math.floor(nowMs / 1000 / periodSecs);
  return truncated(await crypto.subtle.sign("HMAC", key, bigEndian(step)), digits);
}

/**
 * The code that confirms one transaction in one minute: OCRA over the digest of its ID and canonical form
 * (RFC 6287 §5.1).
 * @param {CryptoKey} key
 * @param {string} id
 * @param {string} canonical
 * @param {number} nowMs The server's time.
 * @returns {Promise<string>}
 */
export async function transactionCode(key, id, canonical, nowMs) {
  const question = new Uint8Array(QUESTION_BYTES);
  question.set(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(`${id}\n${canonical}`))));
  const minute = Math.floor(nowMs / 1000 / TRANSACTION_PERIOD_SECS);
  const message = new Blob([utf8(TRANSACTION_SUITE), Uint8Array.of(0), question, bigEndian(minute)]);
  return truncated(await crypto.subtle.sign("HMAC", key, await message.arrayBuffer()), TRANSACTION_DIGITS);
}

/**
 * Whole seconds until a code changes, from 1 to `periodSecs`.
 * @param {number} periodSecs
 * @param {number} nowMs
 * @returns {number}
 */
export function remainingSecs(periodSecs, nowMs) {
  return periodSecs - (Math.floor(nowMs / 1000) % periodSecs);
}

/**
 * @param {number} number
 * @returns {Bytes} Eight bytes.
 */
function bigEndian(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/**
 * Dynamic truncation (RFC 4226 §5.3).
 * @param {ArrayBuffer} mac
 * @param {number} digits
 * @returns {string}
 */
function truncated(mac, digits) {
  const view = new DataView(mac);
  const offset = view.getUint8(view.byteLength - 1) & 0x0f;
  const number = view.getUint32(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}
