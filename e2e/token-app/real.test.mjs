// PC and phone together, against the real binary: S4's steps A to E, then a transfer approved on the
// phone, one rejected there, and one confirmed without a network (S2).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import jsQR from "jsqr";

import { Demo } from "../lib/demo.mjs";
import { Person } from "../lib/person.mjs";
import { Screen } from "../lib/screen.mjs";
import { texts } from "../lib/texts.mjs";
import { Phone } from "./lib/phone.mjs";

const MAIL = "phone@jimu.example";
const START_PASSWORD = "Hb47wq93";

const options = { skip: process.env.WARIFU ? false : "needs WARIFU, the path of the binary" };

let demo, phone, desk;
before(async () => {
  if (options.skip) return;
  demo = await Demo.start("software-token");
  phone = await Phone.open();
  const page = await (await phone.context.browser().newContext({ locale: "ja-JP", javaScriptEnabled: false })).newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(demo.url);
  desk = new Person(new Screen(page, texts("ja")), demo.person("jimu02", "1000000002"), { demo });
});
after(async () => {
  if (options.skip) return;
  await desk.screen.page.context().close();
  await phone.close();
  await demo.stop();
  demo.forget();
});

async function mailedLink() {
  for (let i = 0; i < 100; i++) {
    const [mail] = (await demo.mailsTo(MAIL)).filter(({ text }) => text.includes("/app/#a="));
    if (mail) return mail.text.match(/https?:\S+\/app\/#a=[\w-]+/)[0];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("no mail with the link came");
}

// A transfer on the PC up to where it waits for the phone.
async function transferThatWaits() {
  await desk.enterTransfer();
  await desk.screen.says(desk.screen.t("approval-waiting"));
}

async function openOnPhone() {
  await phone.openTransactionList();
  const link = phone.page.locator("main a", { hasText: phone.t("inbox-open") });
  await link.waitFor();
  await phone.reach(link);
  await phone.page.keyboard.press("Enter");
  await phone.titled("approve-title");
}

const QR_SIDE_PX = 1200;

// What the QR code on the PC's screen says, read from its picture.
async function qrText(page) {
  const svg = await page.locator("svg.qr").evaluate((element) => element.outerHTML);
  const reader = await (await phone.context.browser().newContext()).newPage();
  const pixels = await reader.evaluate(async ([markup, side]) => {
    const image = new Image(side, side);
    image.src = `data:image/svg+xml,${encodeURIComponent(markup.replace("<svg", `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"`))}`;
    await image.decode();
    const canvas = new OffscreenCanvas(side, side).getContext("2d");
    canvas.drawImage(image, 0, 0, side, side);
    return Array.from(canvas.getImageData(0, 0, side, side).data);
  }, [svg, QR_SIDE_PX]);
  await reader.context().close();
  return jsQR(Uint8ClampedArray.from(pixels), QR_SIDE_PX, QR_SIDE_PX).data;
}

test("a token is issued, set up and brought into service", options, async () => {
  const { screen, who } = desk;
  await desk.givePin();
  await screen.open("/tokens/issue");
  for (const name of ["token_mail", "token_mail_again"]) await screen.type(name, MAIL);
  for (const name of ["start_password", "start_password_again"]) await screen.type(name, START_PASSWORD);
  await screen.type("confirmation_pin", who.confirmation_pin);
  await screen.press("token-issue-do");

  await phone.setUp({ url: await mailedLink(), serviceId: who.contract_id, userId: who.user_id, startPassword: START_PASSWORD });
  await screen.open("/tokens/confirm");
  await screen.type("first_code", await phone.code());
  await screen.press("token-confirm-do");
  await phone.page.getByText(phone.t("code-not-in-service")).waitFor({ state: "detached", timeout: 60_000 });
  await phone.look("real-codes");
});

test("a transfer is approved on the phone and executed on the PC", options, async () => {
  await transferThatWaits();
  await openOnPhone();
  assert.equal(await phone.value("fact-contract-number"), desk.who.contract_id);
  assert.equal(await phone.value("fact-amount"), "100,648 円");
  await phone.look("real-approve");
  await phone.press("approve-to-pin");
  await phone.givePin();
  await phone.titled("approved-title");
  const { screen } = desk;
  await screen.follow("state-refresh");
  await screen.type("confirmation_pin", desk.who.confirmation_pin);
  await screen.press("confirm-do");
  await desk.accepted();
});

test("a transfer rejected on the phone is cancelled", options, async () => {
  await transferThatWaits();
  await openOnPhone();
  await phone.press("reject-ask");
  await phone.press("reject-do");
  await phone.titled("rejected-title");
  await desk.screen.open(desk.screen.path());
  await desk.screen.says(desk.screen.t("state-cancelled"));
});

test("without a network the QR code's content gives the code", options, async () => {
  await transferThatWaits();
  const { screen } = desk;
  await phone.page.evaluate(() => navigator.serviceWorker.ready);
  await phone.context.setOffline(true);
  await phone.page.goto(await qrText(screen.page));
  await phone.titled("offline-title");
  await phone.press("offline-to-pin");
  await phone.givePin();
  await phone.titled("offline-code-title");
  await screen.type("approval_code", await phone.code());
  await screen.type("confirmation_pin", desk.who.confirmation_pin);
  await screen.press("confirm-do");
  await desk.accepted();
});
