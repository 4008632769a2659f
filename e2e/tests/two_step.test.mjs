// Two-step logon and what goes with it: transfer by token, suspension and release, revocation, a new token
// (LOG-2, TOK-4, TOK-6, TOK-10, TOK-13, LCK-2; S4).

import assert from "node:assert/strict";

import { wrong } from "../lib/person.mjs";
import { Token } from "../lib/token.mjs";
import { everywhere } from "../lib/world.mjs";

const PROFILE = "two-step";

// Somebody with their token, on the page that asks for its code.
async function atTheSecondStep(world, userId) {
  const person = await world.person(userId);
  person.token = new Token(world.demo, person.who.token);
  await person.givePin();
  return person;
}

async function giveCode({ screen }, code) {
  await screen.type("token_code", code);
  await screen.press("logon-do");
}

async function loggedOn(world, userId) {
  const person = await atTheSecondStep(world, userId);
  await giveCode(person, await person.token.nextCode());
  return person;
}

async function tick({ screen }, userId) {
  await screen.reach(screen.field(`user_${userId}`));
  await screen.page.keyboard.press("Space");
}

everywhere("two-step logon and a transfer with the token's code", async (world) => {
  const person = await atTheSecondStep(world, "keiri01");
  const { screen, token, who } = person;
  assert.equal(screen.path(), "/logon/token");
  await screen.says(token.serial.slice(-4));
  await world.see(person, "logon-token");
  await giveCode(person, wrong(await token.code()));
  await screen.tells("W1112");
  await world.see(person, "logon-token-wrong");
  await screen.jumpTo("token_code");
  const code = await token.nextCode();
  await giveCode(person, code);
  assert.equal(screen.path(), "/status");
  await world.see(person, "status-token");
  await screen.follow("menu-token");
  await screen.says(screen.t("token-in-service"));
  await world.see(person, "token");

  await person.enterTransfer();
  await world.see(person, "confirm-token");
  await screen.type("token_otp", code);
  await screen.type("confirmation_pin", who.confirmation_pin);
  await screen.press("confirm-do");
  if (!(await screen.page.locator("#token_otp").count())) assert.fail("a used code was taken");
  await screen.tells("W1231");
  await world.see(person, "confirm-token-used");
  await screen.type("token_otp", await token.nextCode());
  await screen.type("confirmation_pin", who.confirmation_pin);
  await screen.press("confirm-do");
  await person.accepted();
}, PROFILE);

everywhere("wrong codes suspend, and a master releases", async (world) => {
  const person = await atTheSecondStep(world, "keiri01");
  const { screen, token } = person;
  for (let i = 0; i < 5; i++) await giveCode(person, wrong(await token.code()));
  assert.equal(screen.path(), "/logon");
  await screen.tells("W1114");
  await world.see(person, "logon-suspended");

  const master = await loggedOn(world, "keiri02");
  await master.screen.follow("menu-admin-tokens");
  await master.screen.says(screen.t("token-suspended"));
  await world.see(master, "admin-tokens");
  await master.screen.follow("release-title");
  await master.screen.press("release-do");
  assert.deepEqual(await master.screen.faults(), ["users", "confirmation_pin"]);
  await world.see(master, "release-empty");
  await tick(master, "keiri01");
  await master.screen.type("confirmation_pin", master.who.confirmation_pin);
  await world.see(master, "release");
  await master.screen.press("release-do");
  await master.screen.says(screen.t("released-done"));
  await world.see(master, "release-result");

  await person.givePin();
  await giveCode(person, await token.nextCode());
  assert.equal(screen.path(), "/status");
}, PROFILE);

everywhere("a revoked user waits thirty minutes and has an authenticator app issued", async (world) => {
  const person = await loggedOn(world, "keiri01");
  const { screen, who } = person;
  const master = await loggedOn(world, "keiri02");
  await master.screen.follow("menu-admin-tokens");
  await master.screen.follow("revoke-title");
  await tick(master, "keiri01");
  await master.screen.type("confirmation_pin", master.who.confirmation_pin);
  await world.see(master, "revoke");
  await master.screen.press("revoke-do");
  await master.screen.says(screen.t("revoked-done"));
  await world.see(master, "revoke-result");

  await screen.open("/status");
  assert.equal(screen.path(), "/logon");
  await screen.tells("W1113");
  await person.givePin();
  await screen.says("W1110");
  await world.see(person, "logon-revoked");
  await world.demo.advance(1800);
  await person.givePin();
  await screen.tells("I1108");
  await screen.follow("status-see-token");
  await world.see(person, "token-none");
  await screen.follow("token-issue-title");
  await world.see(person, "token-issue");
  await screen.press("token-issue-do");
  assert.equal((await screen.faults()).length, 5);
  await screen.type("authenticator_confirmation_pin", who.confirmation_pin);
  await screen.press("token-issue-qr");
  await world.see(person, "token-confirm-qr");
  const secret = (await screen.fact("token-secret")).replaceAll(" ", "");
  const token = new Token(world.demo, { secret, period: 30, digits: 6 });
  await screen.type("first_code", await token.nextCode());
  await screen.press("token-confirm-do");
  await screen.tells("I1401");
  await person.logOff();
  await screen.follow("logoff-again");
  await person.givePin();
  await giveCode(person, await token.nextCode());
  assert.equal(screen.path(), "/status");
}, PROFILE);

everywhere("a token app is applied for, and given up", async (world) => {
  const person = await world.person("shinjin");
  const { screen, who } = person;
  await person.givePin();
  await screen.follow("status-see-token");
  await screen.follow("token-issue-title");
  await screen.type("token_mail", "phone@minato-shoji.example");
  await screen.type("token_mail_again", "phone@minato-shoji.example");
  await screen.type("start_password", "Hajime24");
  await screen.type("start_password_again", "Hajime24");
  await screen.type("confirmation_pin", who.confirmation_pin);
  await screen.press("token-issue-do");
  assert.equal(screen.path(), "/tokens/confirm");
  assert.equal(await screen.fact("service-id"), who.contract_id);
  await world.see(person, "token-confirm");
  await screen.type("first_code", "123456");
  await screen.press("token-confirm-do");
  await screen.tells("W1411");
  await world.see(person, "token-confirm-early");
  await screen.press("token-cancel");
  await screen.tells("I1402");
}, PROFILE);
