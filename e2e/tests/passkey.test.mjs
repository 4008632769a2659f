// LOG-8: a passkey stands for ID and PIN. The authenticator is Chromium's virtual one.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { everywhere } from "../lib/world.mjs";

// S2's institution, were it to ask passkeys for transactions.
function withPasskeysForTransfers() {
  const shipped = readFileSync(new URL("../../profiles/software-token.toml", import.meta.url), "utf8");
  const changed = shipped.replace('needs = ["confirmation-pin", "token-otp"]\ninstead_of_token_otp = ["app-approval"]',
    'needs = ["confirmation-pin", "passkey"]');
  assert.notEqual(changed, shipped);
  const file = join(mkdtempSync(join(tmpdir(), "warifu-profile-")), "passkeys.toml");
  writeFileSync(file, changed);
  return file;
}

async function authenticator(page, options) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true, ...options,
    },
  });
  const verified = (isUserVerified) =>
    session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  return { verified };
}

async function register(person, name) {
  const { screen, who } = person;
  await screen.open("/settings/passkeys");
  await screen.type("confirmation_pin", who.confirmation_pin);
  await screen.press("passkeys-next");
  await screen.type("passkey_name", name);
  await screen.press("passkey-new-do");
  await screen.tells("I1311");
}

everywhere("a passkey is registered, used to log on, and removed", async (world) => {
  const clerk = await world.personWithScripts("shinjin");
  const { screen } = clerk;
  await authenticator(screen.page);
  await clerk.givePin();
  await register(clerk, "office phone");
  await world.see(clerk, "passkeys");
  await clerk.logOff();

  await screen.open("/logon");
  await screen.use(screen.link("passkey-logon-offer"));
  await world.see(clerk, "logon-passkey");
  const sent = screen.page.waitForRequest((request) => request.method() === "POST");
  await screen.press("passkey-logon-do");
  assert.equal(screen.path(), "/status");
  // The very same reply a second time: its challenge is used up.
  const form = Object.fromEntries(new URLSearchParams((await sent).postData()));
  await clerk.logOff();
  await screen.open("/logon/passkey");
  const csrf = await screen.page.locator("input[name=csrf]").first().inputValue();
  const again = await screen.page.request.post(new URL("/logon/passkey", screen.page.url()).href, {
    form: { ...form, csrf }, headers: { origin: new URL(screen.page.url()).origin },
  });
  assert.equal(again.status(), 422);
  assert.match(await again.text(), /W1121/);

  await screen.press("passkey-logon-do");
  await screen.open("/settings/passkeys");
  await screen.use(screen.page.getByRole("button", { name: clerk.screen.t("passkeys-remove-named", { name: "office phone" }) }));
  await screen.tells("I1312");
  await clerk.logOff();
  await screen.open("/logon/passkey");
  const refused = screen.page.waitForURL(/logon\/passkey/);
  await screen.press("passkey-logon-do");
  await refused;
  await screen.tells("W1121");
  const mails = await world.demo.mailsTo(clerk.who.notice_mail);
  assert.equal(mails.filter((mail) => mail.subject.includes("パスキー")).length, 2);
}, "software-token");

everywhere("a passkey whose owner was not verified is no passkey", async (world) => {
  const clerk = await world.personWithScripts("shinjin");
  const { screen } = clerk;
  const phone = await authenticator(screen.page);
  await clerk.givePin();
  await register(clerk, "office phone");
  await clerk.logOff();
  await phone.verified(false);
  await screen.open("/logon/passkey");
  await screen.reach(screen.button("passkey-logon-do"));
  await screen.page.keyboard.press("Enter");
  await screen.page.getByText(screen.t("passkey-failed")).waitFor();
  assert.equal(screen.path(), "/logon/passkey");
}, "software-token");

everywhere("a passkey proves one transaction, where policy asks for it", async (world) => {
  const clerk = await world.personWithScripts("shinjin");
  const { screen, who } = clerk;
  await authenticator(screen.page);
  await clerk.givePin();
  await register(clerk, "office phone");

  await clerk.enterTransfer();
  await screen.type("confirmation_pin", who.confirmation_pin);
  const sent = screen.page.waitForRequest((request) => request.url().endsWith("/execute"));
  await screen.press("confirm-do");
  await clerk.accepted();

  // What was signed for that transaction is good for no other.
  const { challenge, reply } = Object.fromEntries(new URLSearchParams((await sent).postData()));
  await clerk.enterTransfer();
  const form = { challenge, reply, confirmation_pin: who.confirmation_pin };
  for (const name of ["csrf", "shown"]) form[name] = await screen.page.locator(`form[action$="/execute"] [name=${name}]`).inputValue();
  const execute = screen.page.url().replace("/confirm", "/execute");
  const answer = await screen.page.request.post(execute, { form, headers: { origin: new URL(execute).origin } });
  assert.equal(answer.status(), 422);
}, withPasskeysForTransfers());
