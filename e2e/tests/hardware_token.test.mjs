// Hardware tokens: registration, deregistration, exchange and usage mode by the administrator, a transfer by
// the user (TOK-2, TOK-3, TOK-5; S3).

import assert from "node:assert/strict";

import { Token } from "../lib/token.mjs";
import { everywhere } from "../lib/world.mjs";

const PROFILE = "hardware-token";

async function tick({ screen }, userId) {
  await screen.reach(screen.field(`user_${userId}`));
  await screen.page.keyboard.press("Space");
}

everywhere("a token is taken away, another registered, and used for a transfer", async (world) => {
  const admin = await world.person(null);
  const { screen, who } = admin;
  const old = world.demo.person("shinjin").token.serial;
  const contract = who.contract_id;
  const spare = new Token(world.demo, world.demo.spare_tokens.find((t) => t.contract_id === contract));
  await admin.logOn();
  await screen.follow("menu-admin-tokens");
  await world.see(admin, "admin-tokens-hardware");

  await screen.follow("deregister-label", { serial: old });
  await tick(admin, "shinjin");
  await screen.type("confirmation_pin", who.confirmation_pin);
  await world.see(admin, "deregister");
  await screen.press("deregister-do");
  await screen.says(screen.t("token-deregistered-text"));
  await screen.follow("admin-tokens-back");

  await screen.follow("register-title");
  await screen.press("register-do");
  assert.deepEqual(await screen.faults(), ["users", "register_serial", "token_code", "confirmation_pin"]);
  await world.see(admin, "register-empty");
  await tick(admin, "shinjin");
  await screen.type("register_serial", spare.serial);
  await screen.type("token_code", await spare.nextCode());
  await screen.type("confirmation_pin", who.confirmation_pin);
  await world.see(admin, "register");
  await screen.press("register-do");
  await screen.says(screen.t("token-registered-text"));
  await screen.says(spare.serial);
  await world.see(admin, "registered");

  const clerk = await world.person("shinjin");
  await clerk.logOn();
  await clerk.enterTransfer();
  await clerk.screen.type("token_otp", await spare.nextCode());
  await world.see(clerk, "confirm-hardware");
  await clerk.screen.press("confirm-do");
  await clerk.accepted();
}, PROFILE);

everywhere("usage mode, exchange and repair", async (world) => {
  const admin = await world.person(null);
  const { screen, who } = admin;
  const { serial } = world.demo.person("keiri01").token;
  await admin.logOn();
  await screen.follow("menu-admin-tokens");
  await screen.follow("usage-title");
  await screen.choose("token_mode", 1);
  await screen.type("confirmation_pin", who.confirmation_pin);
  await world.see(admin, "usage-mode");
  await screen.press("usage-do");
  await screen.tells("W1402");
  await world.see(admin, "usage-mode-refused");
  await screen.follow("admin-tokens-back");

  const spare = new Token(world.demo, world.demo.spare_tokens.find((t) => t.contract_id === who.contract_id));
  await screen.follow("exchange-label", { serial });
  await screen.type("new_serial", spare.serial);
  await screen.type("token_code", await spare.nextCode());
  await screen.type("confirmation_pin", who.confirmation_pin);
  await world.see(admin, "exchange");
  await screen.press("exchange-do");
  await screen.says(screen.t("token-exchanged-text"));
  await screen.follow("admin-tokens-back");
  await screen.follow("repair-label", { serial: spare.serial });
  await world.see(admin, "repair");
}, PROFILE);
