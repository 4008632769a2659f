// お知らせ: has the phone told, by Web Push, that something waits. Everything works without it as well:
// the app asks by itself while it is open.

import { fromBase64url } from "./bytes.js";
import { button, el, notice } from "./dom.js";
import { ServerError, getPushKey, postSigned } from "./server.js";

/** @import { App } from "./app.js" */
/** @import { Bytes } from "./bytes.js" */
/** @import { TextId } from "./texts.js" */
/** @import { Token } from "./token_store.js" */

/**
 * The part of a page that offers it; empty where the phone or the server can't.
 * @param {App} app
 * @returns {Node}
 */
export function pushPart(app) {
  const part = el("div", {});
  // The page does not wait for the network.
  fill(app, part);
  return part;
}

/**
 * The server is not to tell this phone of a token any more; best effort, since it finds out by itself
 * when the phone no longer takes messages.
 * @param {App} app
 * @param {Token} token
 */
export async function stopTelling({ store, clock }, token) {
  if (!token.pushEndpoint) return;
  await store.change(token.serial, () => ({ pushEndpoint: undefined }));
  try {
    await postSigned("push", token, clock.nowMs(), { subscription: null });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  }
}

/**
 * @param {App} app
 * @param {HTMLElement} part
 */
async function fill(app, part) {
  const key = await serverKey();
  if (!key) return;
  const { texts } = app;
  const result = el("div", { role: "status" });
  const isOn = await isTold(app);
  const act = button(texts.t(isOn ? "push-stop" : "push-start"), async () => {
    act.disabled = true;
    const fault = await (isOn ? stop(app) : start(app, key));
    if (fault === null) return fill(app, part);
    act.disabled = false;
    result.replaceChildren(notice("warning", texts.t(fault)));
  });
  const text = el("p", {}, texts.t(isOn ? "push-on" : "push-text"));
  part.replaceChildren(el("section", { class: "panel" }, el("h2", {}, texts.t("push-title")), text, result, act));
}

/** @returns {Promise<Bytes | null>} */
async function serverKey() {
  const canTell = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!canTell) return null;
  try {
    return fromBase64url(String((await getPushKey()).public_key));
  } catch (error) {
    // Also the answer of a server that does not push.
    if (error instanceof ServerError) return null;
    throw error;
  }
}

/**
 * Whether the server tells this browser of every token on it.
 * @param {App} app
 */
async function isTold(app) {
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.getSubscription();
  const tokens = await tokensInService(app);
  return subscription !== null && tokens.every(({ pushEndpoint }) => pushEndpoint === subscription.endpoint);
}

/**
 * Asks for the permission: only ever after a tap.
 * @param {App} app
 * @param {Bytes} applicationServerKey
 * @returns {Promise<TextId | null>} What went wrong.
 */
async function start(app, applicationServerKey) {
  if ((await Notification.requestPermission()) !== "granted") return "push-denied";
  try {
    const { pushManager } = await navigator.serviceWorker.ready;
    // One for another key of the server would be in the way.
    await (await pushManager.getSubscription())?.unsubscribe();
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    await tell(app, subscription);
  } catch {
    // Browsers have many errors for push services that can't be reached.
    return "push-failed";
  }
  return null;
}

/**
 * @param {App} app
 * @param {PushSubscription} subscription
 */
async function tell(app, subscription) {
  const { store, clock } = app;
  if (!clock.isFresh) await clock.check();
  const { endpoint, keys } = subscription.toJSON();
  for (const token of await tokensInService(app)) {
    const wanted = { endpoint, p256dh: keys?.p256dh, auth: keys?.auth };
    await postSigned("push", token, clock.nowMs(), { subscription: wanted });
    await store.change(token.serial, () => ({ pushEndpoint: endpoint }));
  }
}

/**
 * @param {App} app
 * @returns {Promise<TextId | null>}
 */
async function stop(app) {
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe();
  for (const token of await app.store.tokens()) await stopTelling(app, token);
  return null;
}

/** @param {App} app */
async function tokensInService({ store, clock }) {
  return (await store.tokens()).filter((token) => token.inService && token.expiresAtMs > clock.nowMs());
}
