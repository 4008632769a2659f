// A phone of 360 pixels with the token app, worked by keyboard as lib/screen.mjs does it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after } from "node:test";
import { chromium } from "playwright-core";

import { Screen } from "../../lib/screen.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const LAUNCH = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
  ],
};

// Pages whose picture is also taken with large letters.
const LARGE = ["codes", "codes-eight", "approve", "approve-three", "setup"];

export const PIN = "402716";

let browser;
after(() => browser?.close());

const WORDS = { ja: (await words("texts_ja.js")).JA, en: (await words("texts_en.js")).EN };

// The app's files are modules for a browser; node would not take them as such by their name.
async function words(name) {
  const source = readFileSync(new URL(`../../../crates/web/token_app/${name}`, import.meta.url));
  return import(`data:text/javascript;base64,${source.toString("base64")}`);
}

export class Phone extends Screen {
  static async open({ lang = "ja", width = 360 } = {}) {
    browser ??= await chromium.launch(LAUNCH);
    const locale = lang === "ja" ? "ja-JP" : "en-GB";
    const context = await browser.newContext({ locale, viewport: { width, height: 740 }, timezoneId: "Asia/Tokyo" });
    context.setDefaultTimeout(10_000);
    const t = (id, values = {}) => WORDS[lang][id].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
    const phone = new Phone(await context.newPage(), t);
    Object.assign(phone, { context, lang, faults: [] });
    phone.page.on("pageerror", (error) => phone.faults.push(`error: ${error.message}`));
    phone.page.on("console", (message) => {
      // Refusals are part of the tests, and so is no network.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) phone.faults.push(message.text());
    });
    return phone;
  }

  async close() {
    await this.context.close();
    assert.deepEqual(this.faults, [], "faults in the app");
  }

  // Presses a button or follows a link by its words; nothing is loaded.
  async press(id, args) {
    const named = { name: this.t(id, args), exact: true };
    const control = this.page.getByRole("button", named).or(this.page.getByRole("link", named)).first();
    await control.waitFor();
    await this.#enabled(control);
    await this.reach(control);
    await this.page.keyboard.press("Enter");
  }

  // Goes to one of the four parts of the app.
  async visit(page) {
    await this.reach(this.page.locator(`nav [data-page=${page}]`));
    await this.page.keyboard.press("Enter");
    await this.titled(`${page}-title`);
  }

  async #enabled(control) {
    const element = await control.elementHandle();
    await this.page.waitForFunction((button) => !button.disabled, element);
  }

  async sees(id, args) {
    await this.page.getByText(this.t(id, args), { exact: true }).first().waitFor();
  }

  async titled(id) {
    await this.page.getByRole("heading", { level: 1, name: this.t(id), exact: true }).waitFor();
  }

  async seesNot(id) {
    assert.equal(await this.page.getByText(this.t(id), { exact: true }).count(), 0, this.t(id));
  }

  // Steps C of S4: from the mail's link to the first code.
  async setUp(issue, pin = PIN) {
    await this.page.goto(issue.url);
    await this.fillIn(issue, pin);
    await this.press("setup-do");
    await this.titled("codes-title");
  }

  async fillIn(issue, pin = PIN) {
    await this.titled("setup-title");
    await this.type("service-id", issue.serviceId);
    if (issue.userId) await this.type("user-id", issue.userId);
    await this.type("start-password", issue.startPassword);
    await this.type("pin", pin);
    await this.type("pin-again", pin);
  }

  // The digits shown.
  async code() {
    await this.page.locator(".code span").first().waitFor();
    return (await this.page.locator(".code").innerText()).replace(/\s/g, "");
  }

  // S4 step E: the first code was right. The app notices when it asks next.
  async startService(mock, serial) {
    mock.token(serial).inService = true;
    await this.openTransactionList();
    await this.visit("codes");
    await this.page.getByText(this.t("code-never-tell")).waitFor();
  }

  // The list of what waits, as it is at the server now.
  async openTransactionList() {
    await this.visit("inbox");
    await this.press("inbox-refresh");
  }

  // The page of a transaction that waits.
  async openTransaction(id) {
    await this.openTransactionList();
    const link = this.page.locator(`main a[href$=${id}]`);
    await link.waitFor();
    await this.reach(link);
    await this.page.keyboard.press("Enter");
    await this.titled("approve-title");
  }

  async givePin(pin = PIN) {
    await this.type("app-pin", pin);
    await this.page.keyboard.press("Enter");
  }

  // The value beside a name.
  async value(id) {
    const row = this.page.locator("dl > div", { has: this.page.getByText(this.t(id), { exact: true }) });
    return (await row.first().locator("dd").innerText()).trim().replace("\u00a0", " ");
  }

  // Everything the app has stored, as its own scripts could read it.
  stored() {
    return this.page.evaluate(async () => {
      const answered = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const found = { local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie, databases: {}, keys: [] };
      for (const { name } of await indexedDB.databases()) {
        const db = await answered(indexedDB.open(name));
        for (const store of db.objectStoreNames) {
          found.databases[`${name}/${store}`] = await answered(db.transaction(store).objectStore(store).getAll());
        }
      }
      const look = async (value) => {
        if (value instanceof CryptoKey) {
          const outcomes = await Promise.all(["raw", "jwk", "pkcs8"].map((format) =>
            crypto.subtle.exportKey(format, value).then(() => "exported", (error) => error.name)));
          found.keys.push({ type: value.type, extractable: value.extractable, outcomes });
        } else if (typeof value === "object" && value !== null) {
          for (const part of Object.values(value)) await look(part);
        }
      };
      await look(found.databases);
      found.text = JSON.stringify(found, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value));
      return found;
    });
  }

  // Accessibility and width of the page as it is now, and a picture for people.
  async look(name) {
    // Injected past the policy that forbids the app any script but its own.
    const session = await this.context.newCDPSession(this.page);
    const run = async (expression) => {
      const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      assert.equal(exceptionDetails, undefined);
      return result.value;
    };
    await run(`${AXE}; 0`);
    const violations = await run(`axe.run({ runOnly: ${JSON.stringify(TAGS)} }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.map((node) => node.html + " " + node.failureSummary).join("; ")))`);
    const shape = await run(`({ lang: document.documentElement.lang, headings: document.querySelectorAll("h1").length })`);
    const sideways = () => run("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert.deepEqual(violations, [], `${name}: accessibility`);
    assert.deepEqual(shape, { lang: this.lang, headings: 1 }, name);
    assert.equal(await sideways(), 0, `${name} scrolls sideways`);
    await this.#shoot(name);
    // Letters of twice the size must fit as well (WCAG 1.4.4).
    await run(`document.documentElement.style.fontSize = "200%"`);
    assert.equal(await sideways(), 0, `${name} scrolls sideways with large letters`);
    if (LARGE.includes(name)) await this.#shoot(`${name}-large`);
    await run(`document.documentElement.style.fontSize = ""`);
    await session.detach();
  }

  async #shoot(name) {
    const directory = process.env.E2E_SHOTS;
    if (!directory) return;
    mkdirSync(directory, { recursive: true });
    await this.page.screenshot({ path: `${directory}/app-${name}-${this.lang}.png`, fullPage: true });
  }
}

// The code that a hardware token with this secret would show.
export function oathtool({ secret, digits = 6, periodSecs = 60 }, atMs) {
  const now = new Date(atMs).toISOString();
  const args = ["--totp=sha1", `--digits=${digits}`, `--time-step-size=${periodSecs}s`, `--now=${now}`, secret.toString("hex")];
  return execFileSync("oathtool", args, { encoding: "utf8" }).trim();
}
