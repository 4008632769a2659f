// Draws the token app's icons from the portal's logo: node e2e/token-app/make_icons.mjs
// The logo stays within the middle 60 %, so that launchers may cut the corners off.

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const WEB = new URL("../../crates/web/", import.meta.url);

const logo = readFileSync(new URL("assets/logo.svg", WEB), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const side of [192, 512]) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  const drawing = Math.round(side * 0.6);
  const sized = logo.replace(/width="\d+" height="\d+"/, `width="${drawing}" height="${drawing}"`);
  await page.setContent(`<body style="margin:0;height:100vh;display:grid;place-items:center;background:#fff">${sized}</body>`);
  await page.screenshot({ path: new URL(`token_app/icon-${side}.png`, WEB).pathname });
}
await browser.close();
