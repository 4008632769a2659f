// Changing the OTP address (MAIL-6, NOT-2).

import assert from "node:assert/strict";

import { everywhere } from "../lib/world.mjs";

const NEW = "keiri-new@minato-shoji.example";

everywhere("after a change of address transfers wait for 24 hours", async (world) => {
  const person = await world.person("keiri01");
  const { screen, who } = person;
  await person.logOn();
  await screen.follow("menu-address");
  await world.see(person, "addresses");
  const change = async (address, pin) => {
    await screen.type("otp_address", address);
    await screen.type("otp_address_again", address);
    await screen.type("otp_confirmation_pin", pin);
    await screen.use(screen.button("address-send-code").first());
  };
  await change(NEW, "wrong-pin");
  await screen.tells("W1213");
  assert.deepEqual(await screen.faults(), ["otp_confirmation_pin"]);
  await world.see(person, "addresses-wrong-pin");
  await change(who.otp_mail, who.confirmation_pin);
  await screen.tells("W1306");
  await change(NEW, who.confirmation_pin);
  await world.see(person, "verify-change");
  await screen.type("address_code", (await world.demo.nextCode(NEW)).code);
  await screen.press("verify-do");
  await screen.tells("I1303");
  await screen.says("I1104");
  await world.see(person, "addresses-hold");
  const administrator = world.demo.person(null);
  for (const address of [who.otp_mail, NEW, administrator.notice_mail]) {
    const notices = (await world.demo.mailsTo(address)).filter((mail) => mail.subject.includes("変更通知"));
    assert.equal(notices.length, 1, `told at ${address}`);
  }

  await person.enterTransfer();
  await screen.says("W1207");
  assert.equal(await screen.button("otp-issue").count(), 0);
  await world.see(person, "confirm-hold");
  await world.demo.advance(86_401);
  await screen.open("/logon");
  await person.logOn();
  who.otp_mail = NEW;
  await person.transfer();
});

everywhere("the address for results", async (world) => {
  const person = await world.person("keiri01");
  const { screen, who } = person;
  await person.logOn();
  await screen.follow("menu-address");
  await screen.type("notice_address", "result@minato-shoji.example");
  await screen.type("notice_address_again", "result@minato-shoji.example");
  await screen.type("notice_confirmation_pin", who.confirmation_pin);
  await screen.use(screen.button("address-send-code").last());
  await screen.type("address_code", (await world.demo.nextCode("result@minato-shoji.example")).code);
  await screen.press("verify-do");
  await screen.tells("I1304");
  const receipt = await person.transfer();
  const mails = await world.demo.mailsTo("result@minato-shoji.example");
  assert.ok(mails.some((mail) => mail.text.includes(receipt)), "results go there, with no waiting");
});
