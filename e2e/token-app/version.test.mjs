// The service worker keeps exactly the app's files, under a version that changes with any of them.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const FILES = new URL("../../crates/web/token_app/", import.meta.url);

const worker = readFileSync(new URL("sw.js", FILES), "utf8");
const names = readdirSync(FILES).filter((name) => name !== "sw.js").sort();

test("every file is kept", () => {
  const kept = [...worker.matchAll(/^ {2}(?:PAGE|"\/app\/(.+)"),$/gm)].map(([, name]) => name ?? "index.html");
  assert.deepEqual(kept.sort(), names);
});

test("the version is that of the files", () => {
  const hash = createHash("sha256");
  for (const name of names) hash.update(name).update(readFileSync(new URL(name, FILES)));
  assert.equal(worker.match(/VERSION = "(\w+)"/)[1], hash.digest("hex").slice(0, 12), "VERSION in sw.js");
});
