// What belongs to no operation: language, error pages, the demo's own pages, the skip link.

import assert from "node:assert/strict";

import { everywhere } from "../lib/world.mjs";
import { texts } from "../lib/texts.mjs";

everywhere("the language switch keeps the page", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await screen.open("/history?payee=%E3%82%AB%26");
  await screen.follow("language-switch");
  const other = texts(world.lang === "ja" ? "en" : "ja");
  assert.equal(await screen.page.locator("h1").innerText(), other("history-title"));
  assert.equal(await screen.field("payee").inputValue(), "カ&");
  await person.screen.open("/settings/pin");
  assert.equal(await screen.page.locator("h1").innerText(), other("pin-title"));
});

everywhere("error pages", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await screen.open("/no-such-page");
  await screen.tells("W9404");
  await world.see(person, "not-found");
  await screen.follow("error-to-logon");
  await person.logOn();
  await screen.open("/transfers/none/confirm");
  await screen.tells("W9404");
  const headers = { origin: world.demo.url, "accept-language": world.lang };
  const large = await screen.page.request.post(`${world.demo.url}/logon`, { form: { csrf: "x".repeat(70_000) }, headers });
  assert.equal(large.status(), 413);
  assert.ok((await large.text()).includes(screen.t("W9413", { max: "64 KiB" })));
  const foreign = await screen.page.request.post(`${world.demo.url}/logoff`, { form: {}, headers: { origin: "https://evil.example" } });
  assert.equal(foreign.status(), 403);
});

everywhere("the skip link leads past the head", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await screen.page.keyboard.press("Tab");
  await screen.reach(screen.link("skip-to-content"));
  await screen.page.keyboard.press("Enter");
  await screen.page.keyboard.press("Tab");
  assert.equal(await screen.page.evaluate(() => document.activeElement.id), "contract_id");
});

everywhere("the demo's mailbox and clock", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await screen.follow("demo-mail-title");
  await screen.says(screen.t("demo-mail-none"));
  await screen.open("/logon");
  await person.logOn();
  await person.enterTransfer();
  await person.getCode();
  await screen.follow("demo-mail-title");
  await world.see(person, "mailbox");
  await screen.use(screen.page.getByRole("link", { name: /メールワンタイムパスワード/ }).first());
  await screen.says("123***7");
  await world.see(person, "mail");
  await screen.follow("demo-clock-title");
  await world.see(person, "clock");
  await screen.type("advance_minutes", "1440");
  await screen.press("demo-clock-do");
  await screen.open("/status");
  assert.equal(screen.path(), "/logon", "a day later the session is over");
});
