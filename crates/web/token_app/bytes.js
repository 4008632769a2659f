// Bytes as text and back: UTF-8 and base64url without padding (RFC 4648 §5).

const ENCODER = new TextEncoder();

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/**
 * @param {string} text
 * @returns {Bytes}
 */
export function utf8(text) {
  return /** @type {Bytes} */ (ENCODER.encode(text));
}

/**
 * @param {Bytes} bytes
 * @returns {string}
 */
export function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text
 * @returns {Bytes | null} `null` for what is not base64url.
 */
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/**
 * @param {Bytes} bytes
 * @returns {string | null} `null` for what is not UTF-8.
 */
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * @param {Bytes} left
 * @param {Bytes} right
 * @returns {boolean}
 */
export function sameBytes(left, right) {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
