// What every test stands in: a demo of its own and a browser in one language and width, JavaScript off.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { chromium } from "playwright-core";

import { Auditor } from "./auditor.mjs";
import { Demo } from "./demo.mjs";
import { Person } from "./person.mjs";
import { Screen } from "./screen.mjs";
import { texts } from "./texts.mjs";

const LAUNCH = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
};

// Worked at a desk in Japanese and on a phone's width in English; looked at in both widths either way.
const VARIANTS = [{ lang: "ja", width: 1280 }, { lang: "en", width: 360 }];

let browser;
after(() => browser?.close());

// One test for each language, with a demo of that profile.
export function everywhere(name, flow, profile = "mail-otp") {
  for (const variant of VARIANTS) {
    test(`${name} (${variant.lang}, ${variant.width} px)`, async () => {
      const world = await World.open(variant, profile);
      try {
        await flow(world);
        world.auditor.report();
        await world.leavesNoSecrets();
      } catch (error) {
        error.message += `\nThe page was ${world.pages.at(-1)?.url()}`;
        throw error;
      } finally {
        await world.close();
      }
    });
  }
}

class World {
  static async open({ lang, width }, profile) {
    browser ??= await chromium.launch(LAUNCH);
    const world = new World();
    const demo = await Demo.start(profile);
    const device = { locale: lang === "ja" ? "ja-JP" : "en-GB", viewport: { width, height: 800 }, timezoneId: "Asia/Tokyo" };
    Object.assign(world, { lang, device, demo, t: texts(lang), contexts: [], pages: [], pinsChosen: [] });
    world.auditor = new Auditor(await world.context({ javaScriptEnabled: true }), { lang });
    return world;
  }

  async context(options) {
    const context = await browser.newContext({ ...this.device, ...options });
    context.setDefaultTimeout(15_000);
    this.contexts.push(context);
    return context;
  }

  // A person at a browser of their own.
  async person(userId, contractId) {
    const page = await (await this.context({ javaScriptEnabled: false })).newPage();
    this.pages.push(page);
    await page.goto(this.demo.url);
    return new Person(new Screen(page, this.t), this.demo.person(userId, contractId), this);
  }

  // The same with scripts, and by a host name: browsers make no passkeys for addresses.
  async personWithScripts(userId, contractId) {
    const page = await (await this.context({ javaScriptEnabled: true })).newPage();
    this.pages.push(page);
    await page.goto(this.demo.url.replace("127.0.0.1", "localhost"));
    return new Person(new Screen(page, this.t), this.demo.person(userId, contractId), this);
  }

  // Looks closely at what somebody sees: accessibility, width, and a picture for people.
  async see(person, name) {
    await this.auditor.see(person.screen.page, name);
  }

  async leavesNoSecrets() {
    const secrets = await this.demo.secrets(this.pinsChosen);
    assert.deepEqual(this.demo.readable(secrets), [], "readable in the files of a running demo");
    await this.demo.stop();
    assert.deepEqual(this.demo.readable(secrets), [], "readable in the files of a stopped demo");
  }

  async close() {
    for (const context of this.contexts) await context.close();
    if (this.demo.process.exitCode === null) await this.demo.stop();
    this.demo.forget();
  }
}
