// Notifications: offered only where phone and server can, asked for only by a tap, and never needed.
// A headless browser can't reach a push service: its subscription is made up here, and a message is
// handed to the service worker by the browser's own debugging interface.

import assert from "node:assert/strict";

import { scenario } from "./lib/scenario.mjs";

const KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

// Takes the place of the browser's push service; remembers what it was asked.
function madeUpPushService() {
  let current = null;
  window.subscribedWith = null;
  const subscription = {
    endpoint: "https://push.example/wp/a",
    toJSON: () => ({ endpoint: "https://push.example/wp/a", keys: { p256dh: "P", auth: "A" } }),
    unsubscribe: async () => { current = null; return true; },
  };
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async (options) => {
    window.subscribedWith = { visible: options.userVisibleOnly, bytes: options.applicationServerKey.length };
    return (current = subscription);
  };
}

async function inService(phone, mock) {
  const issue = mock.issue();
  await phone.setUp(issue);
  await phone.startService(mock, issue.serial);
  return mock.token(issue.serial);
}

scenario("a server that does not push offers nothing", async ({ phone, mock }) => {
  await inService(phone, mock);
  await phone.openTransactionList();
  await phone.sees("inbox-none");
  assert.ok(mock.asked.includes("push"), "it was asked");
  await phone.seesNot("push-start");
});

scenario("a person taps to be told, and taps to be told no more", async ({ phone, mock }) => {
  mock.pushKey = KEY;
  await phone.context.grantPermissions(["notifications"]);
  await phone.page.addInitScript(madeUpPushService);
  const token = await inService(phone, mock);
  await phone.openTransactionList();
  await phone.sees("push-text");
  assert.equal(await phone.page.evaluate(() => window.subscribedWith), null, "before the tap");
  await phone.look("push-offer");
  await phone.press("push-start");
  await phone.sees("push-on");
  assert.deepEqual(await phone.page.evaluate(() => window.subscribedWith), { visible: true, bytes: 65 });
  assert.deepEqual(token.subscription, { endpoint: "https://push.example/wp/a", p256dh: "P", auth: "A" });
  await phone.look("push-on");
  await phone.press("push-stop");
  await phone.sees("push-text");
  assert.equal(token.subscription, null);
});

scenario("without permission, or without a push service, the app goes on as before", async ({ phone, mock }) => {
  mock.pushKey = KEY;
  await inService(phone, mock);
  await phone.openTransactionList();
  await phone.press("push-start");
  await phone.sees("push-denied");
  await phone.context.grantPermissions(["notifications"]);
  await phone.page.evaluate(() => {
    PushManager.prototype.subscribe = async () => { throw new DOMException("no push service", "AbortError"); };
  });
  await phone.press("push-start");
  await phone.sees("push-failed");
  await phone.look("push-failed");
  await phone.visit("codes");
});

scenario("a removed token's phone is told no more", async ({ phone, mock }) => {
  mock.pushKey = KEY;
  await phone.context.grantPermissions(["notifications"]);
  await phone.page.addInitScript(madeUpPushService);
  const token = await inService(phone, mock);
  await phone.openTransactionList();
  await phone.press("push-start");
  await phone.sees("push-on");
  await phone.visit("codes");
  await phone.press("token-remove");
  await phone.press("remove-do");
  await phone.sees("removed");
  assert.equal(token.subscription, null);
});

scenario("a push shows one notification that says nothing of the transaction", async ({ phone, mock }) => {
  await phone.context.grantPermissions(["notifications"]);
  await inService(phone, mock);
  await phone.page.evaluate(() => navigator.serviceWorker.ready);
  const session = await phone.context.newCDPSession(phone.page);
  const registered = new Promise((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations: [one] }) => one && resolve(one.registrationId));
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered;
  for (const data of ['{"kind":"waiting"}', '{"kind":"other","text":"100,648 yen"}']) {
    await session.send("ServiceWorker.deliverPushMessage", { origin: mock.url, registrationId, data });
  }
  const shown = await phone.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (;;) {
      const shown = await registration.getNotifications();
      if (shown.length > 0) return shown.map(({ title, body, tag }) => ({ title, body, tag }));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  assert.deepEqual(shown, [{ title: "確認待ちの取引があります", body: "A transaction waits for you", tag: "waiting" }]);
});
