// The server's answers to the token app, as JSON over HTTP.

/** @import { Token } from "./token_store.js" */

import { signature } from "./keys.js";

const TIMEOUT_MS = 15_000;

/** Why the server did not do what it was asked, or that it could not be asked. */
export class ServerError extends Error {
  /**
   * @param {string} code The refusal's code; `unreachable` without an answer.
   * @param {number} status Of the answer; 0 without one.
   */
  constructor(code, status = 0) {
    super(code);
    this.code = code;
    /** Whether it is the server that can't, not the request that is wrong. */
    this.isFault = status >= 500;
  }
}

/** @returns {Promise<{ now_ms: number }>} */
export function getClock() {
  return ask("clock", { method: "GET" });
}

/** @returns {Promise<{ public_key: string }>} Refused by a server that does not push. */
export function getPushKey() {
  return ask("push", { method: "GET" });
}

/**
 * @param {string} name
 * @param {object} body
 * @returns {Promise<any>}
 */
export function post(name, body) {
  const headers = { "content-type": "application/json" };
  return ask(name, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * A request that only the phone with this token's key can make.
 * @param {"inbox" | "renewal" | "push"} name
 * @param {Token} token
 * @param {number} nowMs The server's time.
 * @param {object} more What else the request says.
 * @returns {Promise<any>}
 */
export async function postSigned(name, { serial, signingKey }, nowMs, more = {}) {
  const at = Math.floor(nowMs / 1000);
  const message = `warifu/${name}/v1\n${serial}\n${at}`;
  return post(name, { serial, at, signature: await signature(signingKey, message), ...more });
}

/**
 * @param {string} name
 * @param {RequestInit} request
 * @returns {Promise<any>}
 */
async function ask(name, request) {
  const response = await reached(name, request);
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new ServerError(String(body?.code), response.status);
  return body ?? {};
}

/**
 * @param {string} name
 * @param {RequestInit} request
 */
async function reached(name, request) {
  try {
    const how = { cache: /** @type {const} */ ("no-store"), credentials: /** @type {const} */ ("omit") };
    return await fetch(`/app/api/${name}`, { ...how, ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new ServerError("unreachable");
  }
}
