// Keys of a token. All of them are made or imported as non-extractable: what this app stores can
// compute and sign on this phone, and can't be read out of it (TOK-7).

import { base64url, utf8 } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */

const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/**
 * A new key pair for signing; the server learns the public key when the app is set up.
 * @returns {Promise<{ signingKey: CryptoKey, publicKey: string }>} The public key as raw point, base64url.
 */
export async function newSigningKey() {
  const pair = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(CURVE, false, ["sign"]));
  // A public key can be exported whatever the pair is.
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  return { signingKey: pair.privateKey, publicKey: base64url(new Uint8Array(point)) };
}

/**
 * The secret as key of the one-time passwords and as key of what belongs to one transaction.
 * The bytes given are overwritten.
 * @param {Bytes} secret
 * @param {string} algorithm The hash of the one-time passwords, as WebCrypto names it.
 * @returns {Promise<{ totpKey: CryptoKey, confirmationKey: CryptoKey }>}
 */
export async function importSecret(secret, algorithm) {
  try {
    return { totpKey: await hmacKey(secret, algorithm), confirmationKey: await hmacKey(secret, "SHA-256") };
  } finally {
    secret.fill(0);
  }
}

/**
 * @param {CryptoKey} signingKey
 * @param {string} message
 * @returns {Promise<string>} r and s, base64url.
 */
export async function signature(signingKey, message) {
  return base64url(new Uint8Array(await crypto.subtle.sign(SIGNATURE, signingKey, utf8(message))));
}

/**
 * @param {Bytes} secret
 * @param {string} hash
 * @returns {Promise<CryptoKey>}
 */
function hmacKey(secret, hash) {
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
}
