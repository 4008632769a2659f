// The code: right, right without a network, right with a wrong clock, and until the token expires.

import assert from "node:assert/strict";

import { oathtool } from "./lib/phone.mjs";
import { scenario } from "./lib/scenario.mjs";

const DAY_MS = 86_400_000;

// The code of the moment it is read at, even when that is the last of its minute.
async function showsRightCode(phone, mock, issue) {
  const before = oathtool(issue, mock.nowMs());
  const shown = await phone.code();
  assert.ok([before, oathtool(issue, mock.nowMs())].includes(shown), `${shown} is not ${before}`);
}

async function waitUntilKept(phone) {
  await phone.page.evaluate(() => navigator.serviceWorker.ready);
}

scenario("the code is that of any other token with this secret", async ({ phone, mock }) => {
  const issue = mock.issue();
  await phone.setUp(issue);
  await showsRightCode(phone, mock, issue);
  await phone.look("codes");
});

scenario("tokens of eight digits and thirty seconds", async ({ phone, mock }) => {
  const issue = mock.issue({ digits: 8, periodSecs: 30 });
  await phone.setUp(issue);
  await showsRightCode(phone, mock, issue);
  await phone.look("codes-eight");
});

scenario("without a network the app opens and shows the code", async ({ phone, mock }) => {
  const issue = mock.issue();
  await phone.setUp(issue);
  await waitUntilKept(phone);
  await phone.context.setOffline(true);
  await mock.stop();
  await phone.page.goto("about:blank");
  await phone.page.goto(`${mock.url}/app/`);
  await phone.titled("codes-title");
  await showsRightCode(phone, mock, issue);
  await phone.visit("inbox");
  await phone.sees("inbox-offline");
  await phone.look("inbox-offline");
  await phone.visit("about");
  await phone.press("about-clock-do");
  await phone.sees("error-unreachable");
});

scenario("a phone with a wrong clock is told and still shows the right code", async ({ phone, mock }) => {
  mock.aheadMs = 7 * 60_000;
  const issue = mock.issue();
  await phone.setUp(issue);
  await phone.sees("clock-slow", { time: phone.t("minutes", { n: 7 }) });
  await showsRightCode(phone, mock, issue);
  await phone.look("codes-clock");
  await phone.startService(mock, issue.serial);
  // What was learnt holds without a network too.
  await waitUntilKept(phone);
  await phone.context.setOffline(true);
  await phone.page.goto(`${mock.url}/app/`);
  await showsRightCode(phone, mock, issue);
  await phone.sees("clock-slow", { time: phone.t("minutes", { n: 7 }) });
});

scenario("a few seconds off are nobody's trouble; a minute fast is", async ({ phone, mock }) => {
  mock.aheadMs = 10_000;
  const issue = mock.issue();
  await phone.setUp(issue);
  await showsRightCode(phone, mock, issue);
  assert.equal(await phone.page.locator(".notice-warning").count(), 0);
  mock.aheadMs = -60_000;
  await phone.visit("about");
  await phone.sees("about-clock-good");
  await phone.press("about-clock-do");
  await phone.sees("clock-fast", { time: phone.t("secs", { n: 60 }) });
  await phone.look("about-clock");
});

scenario("renewal is offered from 180 days before", async ({ phone, mock }) => {
  const [far, near] = [181, 179].map((days) => mock.issue({ expiresAtMs: mock.nowMs() + days * DAY_MS }));
  for (const issue of [far, near]) {
    await phone.setUp(issue);
    mock.token(issue.serial).renewalDue = issue === near;
    await phone.startService(mock, issue.serial);
    const offered = await phone.page.getByRole("button", { name: phone.t("renewal-do") }).count();
    assert.equal(offered, issue === near ? 1 : 0);
  }
  await phone.look("renewal");
  const before = await phone.value("fact-expiry");
  await phone.press("renewal-do");
  await phone.page.locator(".notice-done").waitFor();
  assert.notEqual(await phone.value("fact-expiry"), before);
  await phone.look("renewed");
});

scenario("a renewal that the server refuses says so", async ({ phone, mock }) => {
  const issue = mock.issue({ expiresAtMs: mock.nowMs() + 100 * DAY_MS });
  await phone.setUp(issue);
  await phone.startService(mock, issue.serial);
  await phone.press("renewal-do");
  await phone.sees("error-renewal-early");
});

scenario("an expired token shows no code", async ({ phone, mock }) => {
  const issue = mock.issue({ expiresAtMs: mock.nowMs() + 2 * DAY_MS });
  await phone.setUp(issue);
  await phone.code();
  mock.aheadMs = 3 * DAY_MS;
  await phone.page.reload();
  await phone.page.locator(".notice-error").waitFor();
  assert.equal(await phone.page.locator(".code").count(), 0);
  await phone.look("expired");
});

scenario("a token revoked at the server is said to be", async ({ phone, mock }) => {
  const issue = mock.issue();
  await phone.setUp(issue);
  await phone.startService(mock, issue.serial);
  mock.token(issue.serial).inService = false;
  await phone.openTransactionList();
  await phone.visit("codes");
  await phone.sees("code-refused");
  await phone.look("codes-refused");
});

scenario("the other language is a press away and kept", async ({ phone, mock }) => {
  await phone.page.goto(`${mock.url}/app/#/about`);
  await phone.titled("about-title");
  await phone.look("about");
  await phone.press("other-language");
  const other = phone.lang === "ja" ? "en" : "ja";
  await phone.page.locator(`html[lang=${other}]`).waitFor();
  await phone.page.reload();
  await phone.page.locator(`html[lang=${other}] h1`).waitFor();
});

scenario("a new version waits until the person agrees", async ({ phone, mock }) => {
  await phone.page.goto(`${mock.url}/app/`);
  await phone.sees("no-tokens");
  await waitUntilKept(phone);
  mock.edit = (name, text) => name === "sw.js" ? text.replace(/VERSION = "\w+"/, 'VERSION = "another"') : text;
  await phone.page.reload();
  await phone.sees("update");
  await phone.look("update");
  assert.equal(await phone.page.evaluate(() => navigator.serviceWorker.controller?.state), "activated");
  const loaded = phone.page.waitForEvent("load");
  await phone.press("update-do");
  await loaded;
  await phone.titled("codes-title");
  await phone.visit("about");
  await phone.sees("about-version", { version: "another" });
});
