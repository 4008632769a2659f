// Setting a token up (S4 step C), what is stored, and removal.

import assert from "node:assert/strict";

import { PIN } from "./lib/phone.mjs";
import { scenario } from "./lib/scenario.mjs";

scenario("a token is set up from the mail's link", async ({ phone, mock }) => {
  const issue = mock.issue();
  await phone.page.goto(issue.url);
  await phone.sees("setup-link-read");
  assert.equal(await phone.page.evaluate(() => location.href.includes("a=")), false, "the link stays in the URL");
  await phone.look("setup");
  await phone.press("setup-do");
  await phone.sees("fault-empty");
  await phone.look("setup-faults");
  assert.equal(mock.asked.includes("activation"), false);

  await phone.fillIn(issue, "111111");
  await phone.press("setup-do");
  await phone.sees("fault-pin-simple");
  await phone.type("pin", PIN);
  await phone.press("setup-do");
  await phone.sees("fault-pin-again");
  await phone.type("pin-again", "４０２７１６");
  await phone.type("start-password", "not this");
  await phone.press("setup-do");
  await phone.sees("error-setup");
  await phone.look("setup-refused");

  await phone.type("start-password", issue.startPassword);
  await phone.press("setup-do");
  await phone.titled("codes-title");
  await phone.sees("setup-done");
  await phone.sees("code-not-in-service");
  assert.equal(await phone.value("fact-serial"), issue.serial);
  await phone.look("codes-new");
});

scenario("the administrator pastes the link into an installed app", async ({ phone, mock }) => {
  const issue = mock.issue({ userId: "" });
  await phone.page.goto(`${mock.url}/app/`);
  await phone.sees("no-tokens");
  await phone.look("welcome");
  await phone.press("setup-title");
  await phone.fillIn(issue);
  await phone.type("link", "https://elsewhere.example/app/#a=abcdefghijklmnopqrst");
  await phone.press("setup-do");
  await phone.sees("fault-link");
  await phone.type("link", issue.url);
  await phone.press("setup-do");
  await phone.titled("codes-title");
  assert.equal(await phone.value("fact-user-id"), phone.t("administrator"));
});

scenario("nothing stored gives the secret or a key away", async ({ phone, mock }) => {
  const issue = mock.issue();
  await phone.setUp(issue);
  const stored = await phone.stored();
  assert.equal(stored.keys.length, 3);
  for (const key of stored.keys) {
    assert.equal(key.extractable, false);
    assert.equal(key.outcomes.includes("exported"), false, JSON.stringify(key));
  }
  const { secret } = issue;
  const forms = [secret.toString("base64url"), secret.toString("base64"), secret.toString("hex"), JSON.stringify([...secret]).slice(1, -1)];
  for (const form of [...forms, issue.link, issue.startPassword, PIN]) {
    assert.equal(stored.text.includes(form), false, `stored: ${form}`);
  }
  assert.deepEqual([stored.local, stored.session, stored.cookie], [{}, {}, ""]);
});

scenario("a link that was used sets nothing up again", async ({ phone, mock }) => {
  const issue = mock.issue();
  await phone.setUp(issue);
  await phone.page.goto(`${mock.url}/app/#/codes`);
  await phone.page.goto(issue.url);
  await phone.fillIn(issue);
  await phone.press("setup-do");
  await phone.sees("error-setup");
});

scenario("several contracts in one app; one is removed", async ({ phone, mock }) => {
  const [first, second] = [mock.issue(), mock.issue({ serviceId: "2000000002", contractName: "有限会社あおぞら工業", institution: "割符信用組合" })];
  await phone.setUp(first);
  await phone.setUp(second);
  assert.equal(await phone.value("fact-serial"), second.serial);
  await phone.look("codes-two");
  await phone.reach(phone.page.getByRole("button", { name: first.contractName }));
  await phone.page.keyboard.press("Enter");
  await phone.page.locator("dd", { hasText: first.serial }).waitFor();
  await phone.page.reload();
  assert.equal(await phone.value("fact-serial"), first.serial, "the choice is kept");

  await phone.press("token-remove");
  await phone.titled("remove-title");
  await phone.look("remove");
  await phone.press("remove-do");
  await phone.sees("removed");
  assert.equal(await phone.value("fact-serial"), second.serial);
  const stored = await phone.stored();
  assert.deepEqual(stored.databases["warifu-token-app/tokens"].map(({ serial }) => serial), [second.serial]);
  assert.equal(stored.keys.length, 3);
});
