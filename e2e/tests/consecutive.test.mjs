// Several transfers confirmed together (OPS-1, MAIL-2, BIND-1).

import assert from "node:assert/strict";

import { TRANSFER } from "../lib/person.mjs";
import { everywhere } from "../lib/world.mjs";

const rows = (screen) => screen.page.locator("section[aria-labelledby=entered] tbody tr");

everywhere("ten transfers together", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await screen.follow("menu-transfer");
  await person.fillIn();
  await screen.press("transfer-add");
  await screen.tells("I1202");
  await person.fillIn({ ...TRANSFER, amount: "2000" });
  await screen.press("transfer-add-this");
  await world.see(person, "lines-two");
  for (let i = 3; i <= 10; i++) assert.equal((await addByProgram(world, screen, i * 1000)).status(), 303);
  await screen.page.reload();
  assert.equal(await rows(screen).count(), 10);
  await screen.says(screen.t("lines-full", { max: 10 }));
  assert.equal(await screen.field("amount").count(), 0, "no form for an eleventh");
  await world.see(person, "lines-ten");
  const eleventh = await addByProgram(world, screen, 11_000);
  assert.equal(eleventh.status(), 422, "an eleventh, although no form offers it");
  assert.ok((await eleventh.text()).includes("W2009"));

  await screen.press("lines-to-confirm");
  assert.match(await screen.fact("total"), /154,648/);
  const old = await person.getCode();
  await world.see(person, "confirm-ten");
  assert.match(old.text, /10件 154,648 円/);

  await screen.follow("confirm-back");
  await screen.use(screen.page.getByRole("link", { name: screen.t("line-edit-label", { number: 2 }), exact: true }));
  await world.see(person, "line-edit");
  await screen.type("amount", "2,001");
  await screen.press("line-save");
  await screen.tells("I1203");
  await screen.press("line-remove-label", { number: 10 });
  await screen.tells("I1204");
  assert.equal(await rows(screen).count(), 9);
  await screen.press("lines-to-confirm");
  assert.match(await screen.fact("total"), /144,649/);
  const fresh = await person.getCode();
  assert.notEqual(fresh.code, old.code);
  await person.execute(old.code);
  await screen.says(screen.t("error-summary"));
  await world.see(person, "confirm-old-code");
  await person.execute(fresh.code);
  await person.accepted();
  assert.match(await screen.fact("accepted-total"), /144,649/);
  await world.see(person, "result-nine");
});

// Posts what the form posts, without a keyboard.
async function addByProgram(world, screen, amount) {
  const csrf = await screen.page.locator("input[name=csrf]").first().inputValue();
  const entered = { ...TRANSFER, amount: String(amount), debit_account: "001-1234567", account_type: "ordinary" };
  const form = { ...entered, csrf, action: "add" };
  const headers = { origin: world.demo.url };
  return screen.page.request.post(screen.page.url(), { form, headers, maxRedirects: 0 });
}

everywhere("a transfer that is waiting is found, and given up", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await person.enterTransfer();
  await screen.follow("status-title");
  await world.see(person, "status-waiting");
  await screen.follow("status-continue");
  await screen.press("confirm-cancel");
  await screen.tells("I1205");
  await screen.follow("history-title");
  await screen.says(screen.t("state-cancelled"));
});
