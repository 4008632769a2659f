// One transfer, from the entry form to the result (OPS-1, MAIL-1, MAIL-3, NOT-1).

import assert from "node:assert/strict";

import { everywhere } from "../lib/world.mjs";

async function balance(screen) {
  const row = screen.page.locator("section[aria-labelledby=accounts] tbody tr").first();
  return Number((await row.locator(".amount").innerText()).replace(/[^\d]/g, ""));
}

everywhere("every fault of the entry is shown and linked", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await screen.follow("menu-transfer");
  await world.see(person, "transfer-entry");
  await screen.press("transfer-to-confirm");
  const all = ["bank_code", "branch_code", "account_type", "account_number", "payee_name", "amount"];
  assert.deepEqual(await screen.faults(), all);
  await world.see(person, "transfer-entry-empty");
  for (const name of all) await screen.jumpTo(name);

  await person.fillIn({ bank_code: "9998", branch_code: "1", account_number: "12345678", payee_name: "山田", amount: "0" });
  await screen.press("transfer-to-confirm");
  assert.deepEqual(await screen.faults(), ["bank_code", "branch_code", "account_number", "payee_name", "amount"]);
  await world.see(person, "transfer-entry-faults");
});

everywhere("a bank is found by its name, and Enter in a field goes on", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await screen.follow("menu-transfer");
  await screen.type("amount", "１００，６４８");
  await screen.press("transfer-find-bank");
  await world.see(person, "bank-search");
  await screen.type("query", "そんな銀行はない");
  await screen.press("bank-search");
  await screen.says(screen.t("bank-none"));
  await screen.type("query", "みずほ");
  await screen.enter();
  await world.see(person, "bank-found");
  await screen.use(screen.page.getByRole("button", { name: /^0001 / }));
  await world.see(person, "branch-search");
  await screen.type("query", "東京営業部");
  await screen.press("bank-search");
  await screen.use(screen.page.getByRole("button", { name: /^001 / }));
  assert.equal(await screen.field("bank_code").inputValue(), "0001");
  assert.equal(await screen.field("branch_code").inputValue(), "001");
  assert.equal(await screen.field("amount").inputValue(), "１００，６４８");
  await screen.choose("account_type", 1);
  await screen.type("account_number", "４５６７");
  await screen.type("payee_name", "かぶしきがいしゃ　とまと");
  await screen.enter();
  assert.match(screen.path(), /\/confirm$/);
  assert.match(await screen.fact("col-payee-account"), new RegExp(`${screen.t("account-current")}\\s*0004567`));
  assert.equal(await screen.fact("col-payee"), "ｶﾌﾞｼｷｶﾞｲｼﾔ ﾄﾏﾄ");
  assert.match(await screen.fact("col-amount"), /100,648/);
});

everywhere("a transfer from entry to result", async (world) => {
  const person = await world.person("keiri01");
  const { screen, who } = person;
  await person.logOn();
  const before = await balance(screen);
  await person.enterTransfer();
  await world.see(person, "confirm");
  const old = await person.getCode();
  await world.see(person, "confirm-issued");
  const payee = await screen.fact("col-payee");
  for (const shown of [payee, "123***7", "100,648 円"]) assert.ok(old.text.includes(shown), `${shown} in the mail`);
  assert.ok(!old.text.includes("1234567") && !/https?:/.test(old.text));

  const last = await person.getCode("otp-issue-again");
  await person.execute(old.code);
  await screen.tells("W1203");
  await world.see(person, "confirm-superseded");
  await person.execute(last.code, "wrong-pin");
  await screen.tells("W1201");
  await person.execute(last.code);
  const receipt = await person.accepted();
  await world.see(person, "result");
  const confirmed = screen.page.url();

  await screen.follow("result-history");
  await screen.says(receipt);
  await world.see(person, "history-detail");
  await screen.follow("detail-back");
  await screen.says(receipt);
  await screen.open(`${confirmed}/confirm`);
  assert.equal(screen.page.url(), confirmed, "a transfer that was made can't be confirmed again");

  await screen.follow("status-title");
  assert.equal(await balance(screen), before - 100_648);
  const results = (await world.demo.mailsTo(who.notice_mail)).filter((mail) => mail.text.includes(receipt));
  assert.equal(results.length, 1);
  assert.ok(results[0].text.includes("100,648 円"));
});

everywhere("what the bank refuses is said on the result page", async (world) => {
  const person = await world.person("jimu01", "1000000002");
  const { screen } = person;
  await person.logOn();
  const unknown = { bank_code: "9990", branch_code: "001", account_number: "9999999", payee_name: "ミツカラナイ", amount: "5000" };
  await person.enterTransfer(unknown);
  await person.execute((await person.getCode()).code);
  await screen.page.getByText(screen.t("result-none")).waitFor();
  await screen.tells("W1224");
  await world.see(person, "result-refused");
  await person.screen.follow("menu-transfer");
  await person.fillIn({ ...unknown, amount: "1,000,001" });
  await screen.press("transfer-to-confirm");
  await screen.says("W1222");
  await world.see(person, "transfer-over-limit");
});
