// Logging on (LOG-1, LOG-4, LOG-5, MAIL-7, BNK-4).

import assert from "node:assert/strict";

import { everywhere } from "../lib/world.mjs";

everywhere("logon with PIN and grid card", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await screen.says("otp@bank.warifu.example");
  await screen.says("0120-000-000");
  await world.see(person, "logon");

  await screen.press("logon-next");
  assert.deepEqual(await screen.faults(), ["contract_id", "logon_pin"]);
  await world.see(person, "logon-empty");
  await screen.jumpTo("logon_pin");

  await person.givePin("wrong-pin");
  await screen.tells("W1101");
  await world.see(person, "logon-refused");

  await person.givePin();
  const cells = await person.cells();
  assert.equal(new Set(cells).size, 3);
  await world.see(person, "grid");
  await person.answerCells(person.onCard(cells).map((digits) => (digits === "00" ? "01" : "00")));
  await screen.tells("W1102");
  await world.see(person, "grid-wrong");
  assert.deepEqual(await person.cells(), cells, "the same cells after a wrong answer");
  await screen.open("/logon/grid");
  assert.deepEqual(await person.cells(), cells, "the same cells after a reload");
  await person.answerCells(person.onCard(cells));

  assert.equal(screen.path(), "/status");
  const uses = await screen.page.locator("section[aria-labelledby=uses] tbody tr").allInnerTexts();
  assert.equal(uses.length, 3);
  assert.ok(uses.every((use) => use.includes(screen.t("use-logon")) && use.includes("127.0.0.1")), uses.join("\n"));
  const results = ["use-done", "use-refused", "use-refused"].map((id) => screen.t(id));
  assert.deepEqual(uses.map((use, i) => use.includes(results[i])), [true, true, true], "this logon, and the wrong cells and PIN before it");
  await world.see(person, "status");
});

everywhere("the status page shows the last three uses", async (world) => {
  const person = await world.person("keiri02");
  const { screen } = person;
  await person.logOn();
  const uses = screen.page.locator("section[aria-labelledby=uses] tbody tr");
  assert.equal(await uses.count(), 1);
  await person.transfer();
  await person.logOff();
  await world.see(person, "logged-off");
  for (let i = 0; i < 2; i++) {
    await screen.follow("logoff-again");
    await person.logOn();
    if (i === 0) {
      assert.ok((await uses.nth(1).innerText()).includes(screen.t("use-transfer")));
      await person.logOff();
    }
  }
  assert.equal(await uses.count(), 3, "the fourth is not shown any more");
  await world.see(person, "status-uses");
});
