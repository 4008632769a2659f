// Codes that are no good any more (MAIL-3, MAIL-8, LCK-2).

import assert from "node:assert/strict";

import { wrong } from "../lib/person.mjs";
import { everywhere } from "../lib/world.mjs";

everywhere("a code expires", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await person.enterTransfer();
  const { code } = await person.getCode();
  await world.demo.advance(601);
  await person.execute(code);
  await screen.tells("W1202");
  await world.see(person, "confirm-expired");
  await person.execute((await person.getCode()).code);
  await person.accepted();
});

everywhere("wrong codes void the code, then suspend the person", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await person.enterTransfer();
  const first = await person.getCode();
  for (let i = 0; i < 2; i++) {
    await person.execute(wrong(first.code));
    await screen.tells("W1201");
  }
  await person.execute(wrong(first.code));
  await screen.tells("W1206");
  await screen.saysNot("W1201");
  await world.see(person, "confirm-void");
  const second = await person.getCode();
  await person.execute(wrong(second.code));
  await screen.tells("W1201");
  await person.execute(wrong(second.code));
  assert.equal(screen.path(), "/logon", "the session is over");
  await screen.tells("W1109");
  await world.see(person, "suspended");
  await person.givePin();
  await screen.tells("W1101");
  const notices = await world.demo.mailsTo(person.who.notice_mail);
  assert.ok(notices.some((mail) => mail.subject.includes("ご利用停止")), "the person is told by mail");
});
