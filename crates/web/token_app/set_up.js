// Brings a token onto this phone: keys, activation at the server, storage (S4 step C).

import { newAppPin } from "./app_pin.js";
import { fromBase64url } from "./bytes.js";
import { importSecret, newSigningKey } from "./keys.js";
import { ServerError, post } from "./server.js";

/** @import { TextId } from "./texts.js" */
/** @import { Token, TokenStore } from "./token_store.js" */

/**
 * @typedef {object} Wanted
 * @property {string} link The secret of the activation link.
 * @property {string} serviceId
 * @property {string} userId
 * @property {string} startPassword
 * @property {string} appPin
 */

// The server's names of the hashes are WebCrypto's.
const ALGORITHMS = ["SHA-1", "SHA-256", "SHA-512"];

/**
 * @param {TokenStore} store
 * @param {Wanted} wanted
 * @returns {Promise<{ serial: string } | { fault: TextId }>}
 */
export async function setUp(store, wanted) {
  // Everything that can fail here is done first: the server gives the secret out once.
  const { signingKey, publicKey } = await newSigningKey();
  const appPin = await newAppPin(wanted.appPin);
  try {
    await store.rehearse(signingKey);
  } catch {
    return { fault: "error-storage" };
  }
  try {
    const answer = await activate(wanted, publicKey);
    const token = await tokenOf(answer, { signingKey, appPin });
    if (!token) return { fault: "error-setup-answer" };
    await store.keep(token);
    // Asks the browser not to clear the keys away when it runs short of room. It may say no.
    await navigator.storage?.persist?.();
    return { serial: token.serial };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/**
 * @param {Wanted} wanted
 * @param {string} publicKey
 */
function activate({ link, serviceId, userId, startPassword }, publicKey) {
  return post("activation", {
    link, service_id: serviceId, user_id: userId, start_password: startPassword, public_key: publicKey,
  });
}

/**
 * @param {any} answer
 * @param {Pick<Token, "signingKey" | "appPin">} own
 * @returns {Promise<Token | null>} `null` when this app can't show such codes.
 */
async function tokenOf(answer, own) {
  // The text it came in can't be overwritten, but nothing refers to it after this.
  const secret = fromBase64url(String(answer.secret));
  const expiresAtMs = Date.parse(answer.expires_at);
  const known = ALGORITHMS.includes(answer.algorithm) && answer.digits >= 6 && answer.digits <= 8 && answer.period_secs > 0;
  if (!secret?.length || !known || Number.isNaN(expiresAtMs) || !answer.serial) return null;
  return {
    ...own,
    ...await importSecret(secret, answer.algorithm),
    serial: String(answer.serial),
    institution: String(answer.institution),
    serviceId: String(answer.service_id),
    userId: String(answer.user_id),
    contractName: String(answer.contract_name),
    personName: String(answer.person_name),
    digits: answer.digits,
    periodSecs: answer.period_secs,
    expiresAtMs,
    inService: false,
    renewalDue: false,
    pinTries: 0,
  };
}

/**
 * @param {unknown} error
 * @returns {TextId}
 */
function faultOf(error) {
  if (!(error instanceof ServerError)) return "error-fault";
  if (error.code === "unreachable") return "error-setup-unknown";
  if (error.code === "rate_limited") return "error-rate-limited";
  // Which of the entries was wrong, or whether the link was used or is over, the server never says.
  return error.isFault ? "error-busy" : "error-setup";
}
