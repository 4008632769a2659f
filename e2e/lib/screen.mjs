// A person at the keyboard of one browser window. Nothing here clicks: what can't be reached with Tab
// and worked with Enter, Space and the arrows is out of reach for the test too.

import assert from "node:assert/strict";

const TABS_MAX = 90;

export class Screen {
  constructor(page, t) {
    this.page = page;
    this.t = t;
  }

  button(id, args) {
    return this.page.getByRole("button", { name: this.t(id, args), exact: true });
  }

  link(id, args) {
    return this.page.getByRole("link", { name: this.t(id, args), exact: true });
  }

  field(name) {
    return this.page.locator(`#${name}`);
  }

  async open(path) {
    await this.page.goto(new URL(path, this.page.url()).href);
  }

  // Tabs until the element has the focus, and the focus can be seen.
  async reach(locator) {
    const element = await locator.elementHandle();
    for (let i = 0; i < TABS_MAX; i++) {
      const focus = await element.evaluate((wanted) => {
        const now = document.activeElement;
        if (now !== wanted && !(now?.type === "radio" && now.name === wanted.name)) return null;
        const style = getComputedStyle(now);
        const box = now.getBoundingClientRect();
        const drawn = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
        return { drawn, inView: box.bottom > 0 && box.top < innerHeight };
      });
      if (focus) {
        assert.deepEqual(focus, { drawn: true, inView: true }, `the focus at ${locator} can't be seen`);
        return;
      }
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`${locator} is not reached with the Tab key`);
  }

  // Types into a field in place of what is there.
  async type(name, text) {
    await this.reach(this.field(name));
    await this.page.keyboard.press("Control+A");
    if (text === "") await this.page.keyboard.press("Delete");
    else await this.page.keyboard.type(text);
  }

  // Chooses the first of a group of radio buttons, or one so many further.
  async choose(name, steps = 0) {
    await this.reach(this.field(name));
    await this.page.keyboard.press("Space");
    for (let i = 0; i < steps; i++) await this.page.keyboard.press("ArrowDown");
  }

  // Presses a button or follows a link, and waits for the page that comes.
  async use(locator) {
    await this.reach(locator);
    await this.enter();
  }

  async enter() {
    const loaded = this.page.waitForEvent("load");
    await this.page.keyboard.press("Enter");
    await loaded;
  }

  async press(id, args) {
    await this.use(this.button(id, args));
  }

  async follow(id, args) {
    await this.use(this.link(id, args));
  }

  // Follows the summary's link to a field that was wrong; the field then has the focus.
  async jumpTo(name) {
    await this.reach(this.page.locator(`[role=alert] a[href="#${name}"]`));
    await this.page.keyboard.press("Enter");
    await this.page.waitForURL((url) => url.hash === `#${name}`);
    const focused = await this.page.evaluate(() => document.activeElement.id);
    assert.equal(focused, name, "the link in the summary leads to the field");
  }

  path() {
    return new URL(this.page.url()).pathname;
  }

  async says(text) {
    const main = await this.page.locator("body").innerText();
    assert.ok(main.includes(text), `the page does not say "${text}":\n${main}`);
  }

  // That a message is shown in this language, with the number that support asks for.
  async tells(code, args) {
    await this.says(this.t(code, args));
    await this.says(code);
  }

  async saysNot(text) {
    const main = await this.page.locator("body").innerText();
    assert.ok(!main.includes(text), `the page says "${text}":\n${main}`);
  }

  // The faults in the summary: which fields they link to, and the numbers of the messages.
  async faults() {
    const links = await this.page.locator("[role=alert] li a").all();
    return Promise.all(links.map(async (link) => (await link.getAttribute("href")).slice(1)));
  }

  // The value beside a name in a list of facts; the last such list decides.
  async fact(id) {
    const row = this.page.locator("dl > div", { has: this.page.getByText(this.t(id), { exact: true }) });
    return (await row.last().locator("dd").innerText()).trim();
  }
}
