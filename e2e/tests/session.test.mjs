// One session a person, and how it ends (LOG-9).

import assert from "node:assert/strict";

import { everywhere } from "../lib/world.mjs";

everywhere("a second logon ends the first session", async (world) => {
  const first = await world.person("keiri01");
  await first.logOn();
  const second = await world.person("keiri01");
  await second.logOn();
  await second.screen.tells("I1102");
  await world.see(second, "status-took-over");
  await first.screen.follow("history-title");
  assert.equal(first.screen.path(), "/logon");
  await first.screen.tells("W1107");
  await world.see(first, "logon-taken-over");
  await second.screen.follow("history-title");
  assert.equal(second.screen.path(), "/history");
});

everywhere("a session without activity ends", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await world.demo.advance(901);
  await screen.follow("menu-transfer");
  assert.equal(screen.path(), "/logon");
  await screen.tells("W1105");
  await world.see(person, "logon-timed-out");
});

everywhere("after logging off nothing is open", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.logOn();
  await person.logOff();
  assert.equal(screen.path(), "/logged-off");
  await screen.open("/status");
  assert.equal(screen.path(), "/logon");
  await screen.saysNot(person.who.name);
});

everywhere("a logon left lying is cancelled", async (world) => {
  const person = await world.person("keiri01");
  const { screen } = person;
  await person.givePin();
  const answers = person.onCard(await person.cells());
  await world.demo.advance(601);
  await person.answerCells(answers);
  assert.equal(screen.path(), "/logon");
  await screen.tells("W1104");
});
