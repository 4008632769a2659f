// Looks at pages as they are shown: WCAG 2.2 A and AA, no scrolling sideways, language and heading.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const WIDTHS = [1280, 360];

export class Auditor {
  constructor(context, { lang }) {
    Object.assign(this, { context, lang, seen: new Set(), faults: [] });
  }

  // axe needs JavaScript, which the person's browser has switched off: it gets a copy of the page.
  async see(page, name) {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    const [url, body] = [page.url().split("#")[0], await page.content()];
    this.page ??= await this.context.newPage();
    await this.page.route(url, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
    await this.page.goto(url);
    await this.page.unroute(url);
    await this.page.evaluate(AXE);
    for (const width of WIDTHS) {
      await this.page.setViewportSize({ width, height: 800 });
      await this.#look(`${name}-${this.lang}-${width}`);
    }
  }

  async #look(name) {
    const shape = await this.page.evaluate(() => ({
      lang: document.documentElement.lang,
      headings: document.querySelectorAll("h1").length,
      sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      titled: document.title.length > 3,
    }));
    const wanted = { lang: this.lang, headings: 1, sideways: 0, titled: true };
    if (JSON.stringify(shape) !== JSON.stringify(wanted)) this.faults.push(`${name}: ${JSON.stringify(shape)}`);
    const { violations } = await this.page.evaluate((tags) => window.axe.run({ runOnly: tags }), TAGS);
    for (const { id, nodes } of violations) {
      this.faults.push(`${name}: ${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n  ")}`);
    }
    await this.#shoot(name);
  }

  async #shoot(name) {
    const directory = process.env.E2E_SHOTS;
    if (!directory) return;
    mkdirSync(directory, { recursive: true });
    await this.page.screenshot({ path: `${directory}/${name}.png`, fullPage: true });
  }

  report() {
    assert.deepEqual(this.faults, [], "pages with faults");
  }
}
