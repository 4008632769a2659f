// A transaction carried by a QR code to a phone without a network (APP-3). Nobody but the bank can
// make one: its tag is an HMAC with the token's secret, and nothing of it is shown before that fits.

import { base64url, fromBase64url, fromUtf8, sameBytes, utf8 } from "./bytes.js";

/** @import { Token, TokenStore } from "./token_store.js" */

/** @typedef {{ v: 1, serial: string, id: string, canonical: string, tag: string }} Carried */

const TAG_BYTES = 16;

/**
 * @param {TokenStore} store
 * @param {string | null} carried
 * @returns {Promise<{ token: Token, id: string, canonical: string } | { fault: "unreadable" | "false" } | { fault: "foreign", serial: string }>}
 */
export async function verifiedTransaction(store, carried) {
  const transaction = read(carried ?? "");
  if (!transaction) return { fault: "unreadable" };
  const token = await store.token(transaction.serial);
  if (!token) return { fault: "foreign", serial: transaction.serial };
  const genuine = await isGenuine(token.confirmationKey, transaction);
  return genuine ? { token, id: transaction.id, canonical: transaction.canonical } : { fault: "false" };
}

/**
 * @param {CryptoKey} key
 * @param {Carried} carried
 */
async function isGenuine(key, { id, canonical, tag }) {
  const mac = await crypto.subtle.sign("HMAC", key, utf8(`warifu/confirm/v1\n${id}\n${canonical}`));
  const wanted = new Uint8Array(mac.slice(0, TAG_BYTES));
  const given = fromBase64url(tag);
  // Written back, so that two texts can't mean one tag.
  return given !== null && sameBytes(given, wanted) && base64url(given) === tag;
}

/**
 * @param {string} carried
 * @returns {Carried | null}
 */
function read(carried) {
  const bytes = fromBase64url(carried);
  const text = bytes && fromUtf8(bytes);
  let value;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    return null;
  }
  const texts = [value?.serial, value?.id, value?.canonical, value?.tag];
  return value?.v === 1 && texts.every((one) => typeof one === "string") ? value : null;
}
