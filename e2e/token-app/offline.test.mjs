// A phone without a network confirms by QR code (APP-3).

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

import { scenario } from "./lib/scenario.mjs";
import { ONE, THREE, transactionCode, transfer, transfers } from "./lib/transactions.mjs";

async function offlinePhone(phone, mock) {
  const issue = mock.issue();
  await phone.setUp(issue);
  await phone.page.evaluate(() => navigator.serviceWorker.ready);
  await phone.context.setOffline(true);
  return issue;
}

scenario("the content and its code are shown without a network", async ({ phone, mock }) => {
  const { serial, secret } = await offlinePhone(phone, mock);
  // As the phone's camera opens it: a new page.
  await phone.page.goto("about:blank");
  await phone.page.goto(mock.qrUrl(serial, ONE));
  await phone.titled("offline-title");
  assert.equal(await phone.page.evaluate(() => location.hash), "#/offline");
  assert.equal(await phone.value("fact-payee"), "ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ");
  await phone.sees("call-warning");
  assert.equal(await phone.page.locator(".code").count(), 0, "no code before the app PIN");
  await phone.look("offline");
  await phone.press("offline-to-pin");
  const before = transactionCode(secret, "AUTHqr", ONE, mock.nowMs());
  await phone.givePin();
  await phone.titled("offline-code-title");
  const shown = await phone.code();
  assert.ok([before, transactionCode(secret, "AUTHqr", ONE, mock.nowMs())].includes(shown), `${shown} is not ${before}`);
  assert.match(shown, /^\d{8}$/);
  await phone.look("offline-code");
});

scenario("the text of the QR code can be pasted", async ({ phone, mock }) => {
  const { serial } = await offlinePhone(phone, mock);
  await phone.visit("scan");
  await phone.look("scan");
  await phone.type("pasted", "https://elsewhere.example/app/#t=abcdefghijklmnopqrstuvwx");
  await phone.press("scan-paste-do");
  await phone.sees("scan-foreign");
  await phone.type("pasted", mock.qrUrl(serial, THREE));
  await phone.press("scan-paste-do");
  await phone.titled("offline-title");
  await phone.look("offline-three");
});

scenario("the camera reads the QR code where the browser can", async ({ phone, mock }) => {
  const { serial } = await offlinePhone(phone, mock);
  // Chromium on Linux has no detector of its own; its camera is a test picture.
  await phone.page.addInitScript((url) => {
    if (!navigator.mediaDevices) return;
    globalThis.BarcodeDetector = class {
      static getSupportedFormats = async () => ["qr_code"];
      detect = async (video) => (video.readyState >= 2 ? [{ rawValue: url }] : []);
    };
    globalThis.streams = [];
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (how) => {
      const stream = await ask(how);
      globalThis.streams.push(stream);
      return stream;
    };
  }, mock.qrUrl(serial, ONE));
  await phone.page.goto("about:blank");
  await phone.page.goto(`${mock.url}/app/#/scan`);
  await phone.look("scan-camera");
  await phone.press("scan-start");
  await phone.titled("offline-title");
  const states = await phone.page.evaluate(() => globalThis.streams.map((stream) => stream.getTracks()[0].readyState));
  assert.deepEqual(states, ["ended"], "the camera stays on");
});

scenario("a QR code that the bank did not make shows nothing", async ({ phone, mock }) => {
  const { serial } = await offlinePhone(phone, mock);
  const genuine = mock.qrUrl(serial, ONE);
  const carried = JSON.parse(Buffer.from(genuine.split("#t=")[1], "base64url").toString());
  const url = (changes) => `${mock.url}/app/#t=${Buffer.from(JSON.stringify({ ...carried, ...changes })).toString("base64url")}`;
  for (const forged of [
    mock.qrUrl(serial, ONE, { secret: randomBytes(20) }),
    url({ canonical: transfers([transfer({ payee_name: "ﾄﾞﾛﾎﾞｳ" })]) }),
    url({ id: "AUTHother" }),
    url({ tag: carried.tag.slice(0, 21) }),
    url({ tag: "" }),
  ]) {
    await phone.page.goto(forged);
    await phone.sees("offline-false");
    assert.equal(await phone.page.locator("dl").count(), 0, "something of it is shown");
  }
  await phone.look("offline-false");
  await phone.page.goto(url({ serial: "SW99999999" }));
  await phone.sees("offline-foreign", { serial: "SW99999999" });
  await phone.page.goto(url({ v: 2 }));
  await phone.sees("offline-unreadable");
});

scenario("what can't be shown has no code, though the bank made it", async ({ phone, mock }) => {
  const { serial } = await offlinePhone(phone, mock);
  await phone.page.goto(mock.qrUrl(serial, transfers([{ ...transfer(), memo: "x" }])));
  await phone.sees("unreadable");
  assert.equal(await phone.page.getByRole("button", { name: phone.t("offline-to-pin") }).count(), 0);
  await phone.page.goto(mock.qrUrl(serial, transfers([transfer()], { contract: "2000000002" })));
  await phone.sees("unreadable");
});
