// Changing PINs, and the notice about old ones (LOG-6).

import assert from "node:assert/strict";

import { everywhere } from "../lib/world.mjs";

const FRESH = "Kx8274mq";

everywhere("a PIN is changed", async (world) => {
  world.pinsChosen.push(FRESH);
  const person = await world.person("keiri01");
  const { screen, who } = person;
  await person.logOn();
  await screen.follow("pin-title");
  await world.see(person, "pin");
  const change = async (current, fresh, again = fresh) => {
    await screen.type("current_pin", current);
    await screen.type("new_pin", fresh);
    await screen.type("new_pin_again", again);
    await screen.press("pin-do");
  };
  await screen.press("pin-do");
  assert.deepEqual(await screen.faults(), ["current_pin", "new_pin", "new_pin_again"]);
  for (const [fault, ...typed] of [
    ["W1311", "wrong-pin", FRESH],
    ["W1312", who.logon_pin, FRESH, "Kx8274mr"],
    ["W1313", who.logon_pin, "777777"],
    ["W1314", who.logon_pin, who.logon_pin],
  ]) {
    await change(...typed);
    await screen.tells(fault);
    if (fault === "W1313") await world.see(person, "pin-unfit");
  }
  await change(who.logon_pin, FRESH);
  await screen.tells("I1301");
  await world.see(person, "pin-changed");
  await person.logOff();
  await screen.follow("logoff-again");
  await person.givePin();
  await screen.tells("W1101");
  await person.logOn(FRESH);
  assert.equal(screen.path(), "/status");
});

everywhere("the confirmation PIN is changed", async (world) => {
  world.pinsChosen.push(FRESH);
  const person = await world.person("keiri01");
  const { screen, who } = person;
  await person.logOn();
  await screen.follow("pin-title");
  await screen.choose("pin_kind", 1);
  await screen.type("current_pin", who.confirmation_pin);
  await screen.type("new_pin", FRESH);
  await screen.type("new_pin_again", FRESH);
  await screen.press("pin-do");
  await screen.tells("I1301");
  await person.enterTransfer();
  const { code } = await person.getCode();
  await person.execute(code);
  await screen.tells("W1201");
  await person.execute(code, FRESH);
  await person.accepted();
});

everywhere("an old PIN brings a notice", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await screen.saysNot("I1103");
  await person.logOff();
  await world.demo.advance(91 * 86_400);
  await screen.follow("logoff-again");
  await person.logOn();
  await screen.says("I1103");
  await world.see(person, "status-old-pin");
  await screen.follow("status-change-pin");
  assert.equal(screen.path(), "/settings/pin");
});
