// The history: searched, and in pages.

import assert from "node:assert/strict";

import { TRANSFER } from "../lib/person.mjs";
import { everywhere } from "../lib/world.mjs";

const rows = (screen) => screen.page.locator("main tbody tr");

// Registers transfers the way the form does, without a keyboard: 25 of them would take long.
async function register(world, screen, count) {
  await screen.follow("menu-transfer");
  const csrf = await screen.page.locator("input[name=csrf]").first().inputValue();
  for (let i = 1; i <= count; i++) {
    const amount = String(1000 * i);
    const form = { ...TRANSFER, amount, csrf, debit_account: "001-1234567", account_type: "ordinary", action: "add" };
    const answer = await screen.page.request.post(`${world.demo.url}/transfers/new`, {
      form, headers: { origin: world.demo.url }, maxRedirects: 0,
    });
    assert.equal(answer.status(), 303);
  }
}

async function filter(screen, fields) {
  for (const [name, value] of Object.entries(fields)) await screen.type(name, value);
  await screen.press("filter-do");
}

everywhere("the history in pages, and searched", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await screen.follow("history-title");
  await screen.says(screen.t("history-none"));
  await world.see(person, "history-empty");
  await register(world, screen, 24);
  const receipt = await person.transfer({ ...TRANSFER, payee_name: "スズキシヨウテン" });

  await screen.follow("history-title");
  await screen.says(screen.t("history-total", { total: 25, page: 1, pages: 2 }));
  assert.equal(await rows(screen).count(), 20);
  assert.ok((await rows(screen).first().innerText()).includes(receipt), "the newest first");
  await world.see(person, "history");
  await screen.follow("page-next");
  assert.equal(await rows(screen).count(), 5);
  await world.see(person, "history-page-2");
  await screen.follow("page-previous");

  await filter(screen, { payee: "すずき" });
  assert.equal(await rows(screen).count(), 1);
  await screen.says(receipt);
  await world.see(person, "history-found");
  await screen.follow("filter-clear");
  await filter(screen, { amount_yen: "２，０００" });
  assert.equal(await rows(screen).count(), 1);
  await screen.follow("filter-clear");
  await filter(screen, { payee: "ソンナヒトハイナイ" });
  await screen.says(screen.t("history-none-found"));
  await world.see(person, "history-none-found");
  await screen.follow("filter-clear");
  await filter(screen, { amount_yen: "many" });
  assert.deepEqual(await screen.faults(), ["amount_yen"]);
  await world.see(person, "history-faults");

  await screen.open("/history?from=2020-01-01&to=2020-01-31");
  await screen.says(screen.t("history-none-found"));
  await screen.open("/history?state=accepted");
  assert.equal(await rows(screen).count(), 1);
});

everywhere("another contract sees nothing of it", async (world) => {
  const person = await world.person("keiri01");
  await person.logOn();
  await person.transfer();
  const detail = person.screen.page.url();
  const stranger = await world.person("jimu01", "1000000002");
  await stranger.logOn();
  await stranger.screen.follow("history-title");
  await stranger.screen.says(stranger.screen.t("history-none"));
  await stranger.screen.page.goto(detail);
  await stranger.screen.tells("W9404");
});
