// The first OTP address after logon (MAIL-4, MAIL-5).

import assert from "node:assert/strict";

import { everywhere } from "../lib/world.mjs";

const TO_APRIL_2027_SECS = 200 * 86_400;

async function typeAddress(screen, address, again = address) {
  await screen.type("otp_address", address);
  await screen.type("otp_address_again", again);
  await screen.press("address-send-code");
}

everywhere("the first OTP address", async (world) => {
  const person = await world.person("shinjin");
  const { screen } = person;
  await person.logOn();
  assert.equal(screen.path(), "/logon/address");
  await screen.says("2027");
  await world.see(person, "first-address");
  await screen.press("address-skip");
  assert.equal(screen.path(), "/status");
  await screen.says("I1105");
  await world.see(person, "status-no-address");

  await person.enterTransfer();
  await screen.says(screen.t("proof-pin-only"));
  await world.see(person, "confirm-pin-only");

  await person.logOff();
  await screen.follow("logoff-again");
  await person.logOn();
  await typeAddress(screen, "shiki@example.co.jp", "shiki@example.jp");
  await screen.tells("W1302");
  assert.deepEqual(await screen.faults(), ["otp_address_again"]);
  await typeAddress(screen, "shiki@gmail.com");
  await screen.tells("W1303");
  await world.see(person, "first-address-free-mail");
  await typeAddress(screen, "nonsense");
  await screen.tells("W1301");
  await typeAddress(screen, "shiki@example.co.jp");
  await world.see(person, "verify");
  await screen.type("address_code", "000000");
  await screen.press("verify-do");
  await screen.tells("W1307");
  await world.see(person, "verify-wrong");
  await screen.press("verify-resend");
  await screen.tells("I1305");
  const { code, text } = await world.demo.nextCode("shiki@example.co.jp", 1);
  assert.ok(!/https?:/.test(text), "no link in a mail");
  await screen.type("address_code", code);
  await screen.press("verify-do");
  await screen.tells("I1302");
  assert.equal(screen.path(), "/status");
  await screen.saysNot("I1105");
  person.who.otp_mail = "shiki@example.co.jp";
  await person.transfer();
});

everywhere("no skipping after the mandatory date", async (world) => {
  await world.demo.advance(TO_APRIL_2027_SECS);
  const person = await world.person("shinjin");
  const { screen } = person;
  await person.logOn();
  assert.equal(screen.path(), "/logon/address");
  assert.equal(await screen.button("address-skip").count(), 0);
  await screen.says(screen.t("address-skip-closed"));
  await world.see(person, "first-address-mandatory");
  await screen.open("/transfers/new");
  await person.fillIn();
  await screen.press("transfer-to-confirm");
  await screen.says("W1208");
  await world.see(person, "transfer-without-address");
});
