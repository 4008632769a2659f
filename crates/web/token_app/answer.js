// A person's answer to a transaction: a signature over exactly the bytes that were shown (APP-1).

import { signature } from "./keys.js";
import { ServerError, post } from "./server.js";

/** @import { App } from "./app.js" */
/** @import { Waiting } from "./inbox.js" */
/** @import { TextId } from "./texts.js" */

const PAUSE_SECS = 10;

/**
 * Sends the answer.
 * @param {App} app
 * @param {Waiting} waiting
 * @param {boolean} approves
 * @returns {Promise<TextId | null>} What went wrong.
 */
export async function answer(app, { serial, id, canonical }, approves) {
  const token = await app.store.token(serial);
  if (!token) return "error-answer-refused";
  const message = `warifu/approval/v1\n${approves ? "approve" : "reject"}\n${id}\n${canonical}`;
  try {
    const signed = await signature(token.signingKey, message);
    await post("answers", { serial, authorization_id: id, approves, signature: signed });
  } catch (error) {
    return faultOf(error);
  }
  await app.store.set("answeredAtMs", Date.now());
  app.inbox.forget(id);
  return null;
}

/**
 * Somebody who floods a person with requests is not to profit from a hand that taps on: after an
 * answer the next approval has to wait.
 * @param {App} app
 * @returns {Promise<() => number>} Gives the seconds still to wait.
 */
export async function pauseLeft({ store }) {
  const answeredAtMs = (await store.setting("answeredAtMs")) ?? 0;
  return () => {
    const sinceSecs = (Date.now() - answeredAtMs) / 1000;
    // Below zero the phone's clock was set back.
    return sinceSecs < 0 ? 0 : Math.max(0, Math.ceil(PAUSE_SECS - sinceSecs));
  };
}

/**
 * @param {unknown} error
 * @returns {TextId}
 */
function faultOf(error) {
  if (!(error instanceof ServerError)) return "error-fault";
  if (error.code === "unreachable") return "error-answer-unknown";
  if (error.code === "rate_limited") return "error-rate-limited";
  return error.isFault ? "error-busy" : "error-answer-refused";
}
