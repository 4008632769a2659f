// Approving and rejecting on the phone (APP-1, APP-2).

import assert from "node:assert/strict";

import { PIN } from "./lib/phone.mjs";
import { scenario } from "./lib/scenario.mjs";
import { ONE, PAYROLL, TAX, THREE, transfer, transfers } from "./lib/transactions.mjs";

const WRONG_PIN = "271640";

async function inService(phone, mock) {
  const issue = mock.issue();
  await phone.setUp(issue);
  mock.token(issue.serial).inService = true;
  return issue.serial;
}

scenario("a transfer is read and approved", async ({ phone, mock }) => {
  const serial = await inService(phone, mock);
  const id = mock.ask(serial, ONE);
  await phone.openTransactionList();
  await phone.page.getByRole("link", { name: phone.t("inbox-open") }).waitFor();
  await phone.look("inbox");
  await phone.press("inbox-open");
  await phone.titled("approve-title");
  await phone.sees("call-warning");
  const amount = phone.lang === "ja" ? "100,648 円" : "100,648 yen";
  const shown = {
    "fact-operation": phone.t("operation-transfer"), "fact-contract-number": "1000000001", "fact-amount": amount,
    "fact-payee": "ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ", "fact-bank": "みずほ (0001)", "fact-branch": "東京営業部 (001)",
    "fact-account-type": phone.t("account-ordinary"), "fact-account-number": "1234567",
    "fact-date": phone.lang === "ja" ? "2026年11月25日" : "25 November 2026", "fact-debit-account": "001-7654321",
  };
  for (const [name, value] of Object.entries(shown)) assert.equal(await phone.value(name), value, name);
  assert.equal(await phone.page.evaluate(() => document.activeElement.tagName), "H1", "nothing is a press away");
  await phone.look("approve");
  await phone.press("approve-to-pin");
  await phone.look("approve-pin");
  await phone.givePin();
  await phone.titled("approved-title");
  await phone.look("approved");
  // The mock has verified the signature over these very bytes.
  assert.deepEqual(mock.answers, [{ serial, id, approves: true, canonical: ONE }]);
});

scenario("what waits appears by itself and is announced", async ({ phone, mock }) => {
  const serial = await inService(phone, mock);
  await phone.visit("about");
  const id = mock.ask(serial, ONE);
  const announced = phone.page.getByRole("status").filter({ hasText: phone.t("waiting-announced", { count: 1 }) });
  await announced.waitFor({ state: "attached" });
  await phone.visit("inbox");
  await phone.page.locator(`main a[href$=${id}]`).waitFor();
});

scenario("a rejection is asked once more and needs no PIN", async ({ phone, mock }) => {
  const serial = await inService(phone, mock);
  const id = mock.ask(serial, ONE);
  await phone.openTransaction(id);
  await phone.press("reject-ask");
  await phone.sees("reject-sure");
  await phone.look("reject");
  await phone.press("back");
  await phone.press("reject-ask");
  assert.deepEqual(mock.answers, []);
  await phone.press("reject-do");
  await phone.titled("rejected-title");
  await phone.look("rejected");
  assert.deepEqual(mock.answers, [{ serial, id, approves: false, canonical: ONE }]);
});

scenario("every amount must have been on the screen", async ({ phone, mock }) => {
  const serial = await inService(phone, mock);
  await phone.openTransaction(mock.ask(serial, THREE));
  const total = phone.lang === "ja" ? "10,001,350,647 円" : "10,001,350,647 yen";
  assert.equal(await phone.value("fact-total"), total);
  assert.equal(await phone.value("fact-count"), phone.t("count", { count: 3 }));
  await phone.sees("approve-see-amounts");
  const approve = phone.page.getByRole("button", { name: phone.t("approve-to-pin") });
  assert.equal(await approve.isDisabled(), true);
  for (const amount of await phone.page.locator("strong.amount").all()) await amount.scrollIntoViewIfNeeded();
  await phone.look("approve-three");
  await phone.press("approve-to-pin");
  await phone.givePin();
  await phone.titled("approved-title");
});

for (const [name, canonical, rows] of [
  ["tax-payment", TAX, { "fact-collector": "国税庁", "fact-collector-number": "00500", "fact-payment-number": "12345678901234567890" }],
  ["file", PAYROLL, { "fact-operation": "operation-payroll", "fact-file-digest": JSON.parse(PAYROLL).content.sha256 }],
]) {
  scenario(`a ${name} is shown whole`, async ({ phone, mock }) => {
    const serial = await inService(phone, mock);
    await phone.openTransaction(mock.ask(serial, canonical));
    for (const [row, value] of Object.entries(rows)) {
      assert.equal(await phone.value(row), value.startsWith("operation-") ? phone.t(value) : value);
    }
    await phone.look(`approve-${name}`);
  });
}

const [head, tail] = [ONE.slice(0, -1), ONE.slice(1)];
const REFUSED = {
  "an unknown field": `${head},"note":"x"}`,
  "an unknown field of a transfer": transfers([{ ...transfer(), memo: "x" }]),
  "another order of fields": transfers([{ amount: 1, ...transfer() }]),
  "a field given twice": `{"contract":"9999999999",${tail}`,
  "white space": ONE.replace(":", ": "),
  "an unknown version": transfers([transfer()], { v: 2 }),
  "an unknown kind": ONE.replace('"kind":"transfers"', '"kind":"gift"'),
  "an operation that does not fit": transfers([transfer()], { operation: "payroll" }),
  "an operation never heard of": transfers([transfer()], { operation: "constructor" }),
  "another contract": transfers([transfer()], { contract: "2000000002" }),
  "an amount in words": transfers([transfer({ amount: "100" })]),
  "half a yen": transfers([transfer({ amount: 0.5 })]),
  "an amount that does not fit a number": ONE.replace("100648", "100648000000000000000001"),
  "a name written from right to left": transfers([transfer({ payee_name: "ｶ)\u202Eﾔﾏﾀﾞ" })]),
  "a day that is not one": ONE.replace("2026-11-25", "2026-02-30"),
  "eleven transfers": transfers(Array.from({ length: 11 }, () => transfer())),
  "no JSON": "approve me",
};

scenario("what can't be shown can't be approved, only rejected", async ({ phone, mock }) => {
  const serial = await inService(phone, mock);
  for (const [what, canonical] of Object.entries(REFUSED)) {
    mock.token(serial).waiting = [];
    await phone.openTransaction(mock.ask(serial, canonical));
    await phone.sees("unreadable");
    assert.equal(await phone.page.getByRole("button", { name: phone.t("approve-to-pin") }).count(), 0, what);
  }
  await phone.look("unreadable");
  await phone.press("reject-ask");
  await phone.press("reject-do");
  await phone.titled("rejected-title");
  assert.deepEqual(mock.answers.map(({ approves }) => approves), [false]);
});

scenario("after an answer the next approval has to wait", async ({ phone, mock }) => {
  const serial = await inService(phone, mock);
  await phone.openTransaction(mock.ask(serial, ONE));
  await phone.press("reject-ask");
  await phone.press("reject-do");
  await phone.titled("rejected-title");
  await phone.openTransaction(mock.ask(serial, ONE));
  const approve = phone.page.getByRole("button", { name: phone.t("approve-to-pin") });
  assert.equal(await approve.isDisabled(), true);
  await phone.look("approve-pause");
  // `press` waits until it can be pressed.
  await phone.press("approve-to-pin");
  await phone.givePin();
  await phone.titled("approved-title");
});

scenario("five wrong app PINs erase the token, and only this one", async ({ phone, mock }) => {
  const other = mock.issue();
  await phone.setUp(other);
  const serial = await inService(phone, mock);
  await phone.openTransaction(mock.ask(serial, ONE));
  await phone.press("approve-to-pin");
  for (const left of [4, 3]) {
    await phone.givePin(WRONG_PIN);
    await phone.sees("pin-wrong", { left });
  }
  // A right one starts the count anew; ending the app does not.
  await phone.page.reload();
  await phone.press("approve-to-pin");
  await phone.givePin(WRONG_PIN);
  await phone.sees("pin-wrong", { left: 2 });
  await phone.givePin(WRONG_PIN);
  await phone.sees("pin-wrong-last");
  await phone.look("pin-wrong-last");
  await phone.givePin(WRONG_PIN);
  await phone.titled("erased-title");
  await phone.look("erased");
  assert.deepEqual(mock.answers, []);
  const stored = await phone.stored();
  assert.deepEqual(stored.databases["warifu-token-app/tokens"].map((token) => token.serial), [other.serial]);
  assert.equal(stored.keys.length, 3, "the keys are gone");
});

scenario("a right app PIN starts the count anew", async ({ phone, mock }) => {
  const serial = await inService(phone, mock);
  for (const round of [1, 2]) {
    await phone.openTransaction(mock.ask(serial, ONE));
    await phone.press("approve-to-pin");
    for (const left of [4, 3, 2]) {
      await phone.givePin(WRONG_PIN);
      await phone.sees("pin-wrong", { left });
    }
    await phone.givePin(PIN);
    await phone.titled("approved-title");
    assert.equal(mock.answers.length, round);
  }
});

scenario("a transaction whose time is over is gone from the page", async ({ phone, mock }) => {
  const serial = await inService(phone, mock);
  await phone.openTransaction(mock.ask(serial, ONE));
  await phone.press("approve-to-pin");
  mock.token(serial).waiting = [];
  await phone.sees("gone");
  await phone.look("gone");
  assert.deepEqual(mock.answers, []);
});
