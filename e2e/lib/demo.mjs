// One running demo: the process, its people, its mailbox and its clock.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

// A run that is cut off ends its demos too.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

// Holds everything in clear, by design; and the key that the secrets are sealed with.
const MAY_HOLD_SECRETS = ["demo.json", "keys"];

const MAIL_WAIT_MS = 15_000;
const POLL_MS = 50;

export class Demo {
  #codesRead = new Map();

  static async start(profile = "mail-otp") {
    const demo = new Demo();
    demo.directory = mkdtempSync(join(tmpdir(), "warifu-e2e-"));
    const args = ["demo", "--listen", "127.0.0.1:0", "--data-dir", demo.directory, "--profile", profile];
    demo.process = spawn(process.env.WARIFU, args, { stdio: ["ignore", "ignore", "pipe"] });
    process.once("exit", () => demo.process.kill());
    await demo.#announced();
    Object.assign(demo, JSON.parse(readFileSync(join(demo.directory, "demo.json"), "utf8")));
    return demo;
  }

  // The demo says where it listens as soon as it does.
  async #announced() {
    const said = [];
    for await (const line of createInterface({ input: this.process.stderr })) {
      said.push(line);
      if (line.startsWith("5.")) {
        this.process.stderr.resume();
        return;
      }
    }
    throw new Error(`the demo did not start:\n${said.join("\n")}`);
  }

  person(userId, contractId = "1000000001") {
    return this.people.find((p) => p.user_id === userId && p.contract_id === contractId);
  }

  // All mails, the oldest first.
  async mails() {
    return (await fetch(`${this.url}/demo/mail.json`)).json();
  }

  async mailsTo(address) {
    return (await this.mails()).filter((mail) => mail.to === address);
  }

  // The text and the six digits of the next mail to somebody that carries a code, or of the one so many
  // further. A mail may still be on its way when the page says that it was sent.
  async nextCode(address, further = 0) {
    const wanted = (this.#codesRead.get(address) ?? 0) + 1 + further;
    for (const end = Date.now() + MAIL_WAIT_MS; Date.now() < end; await setTimeout(POLL_MS)) {
      const mails = (await this.mailsTo(address)).filter((mail) => codeIn(mail.text));
      if (mails.length >= wanted) {
        this.#codesRead.set(address, wanted);
        return { text: mails[wanted - 1].text, code: codeIn(mails[wanted - 1].text) };
      }
    }
    throw new Error(`no mail with a code came to ${address}`);
  }

  async advance(secs) {
    const response = await fetch(this.clock_url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ advance_secs: secs }),
    });
    if (!response.ok) throw new Error(`the clock answered ${response.status}`);
  }

  // Every secret that this demo knew (AUD-2).
  async secrets(pinsChosen) {
    const codes = (await this.mails()).map((mail) => codeIn(mail.text)).filter(Boolean);
    const words = this.people.flatMap((p) => [
      p.logon_pin, p.confirmation_pin, ...p.grid.map((row) => row.join("")), ...p.grid.map((row) => row.join(",")),
    ]);
    return { codes, words: [...words, ...pinsChosen, this.api_key] };
  }

  // Those of them that lie readable in its files.
  readable({ codes, words }) {
    const files = readdirSync(this.directory).filter((name) => !MAY_HOLD_SECRETS.includes(name));
    return files.flatMap((name) => {
      const text = readFileSync(join(this.directory, name), "latin1");
      // Six digits also occur by chance inside of digests and fractions of a second.
      const alone = (code) => new RegExp(`(?<![0-9a-f.])${code}(?![0-9a-f])`).test(text);
      return [...words.filter((word) => text.includes(word)), ...codes.filter(alone)].map((found) => `${name}: ${found}`);
    });
  }

  async stop() {
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    return gone;
  }

  forget() {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function codeIn(text) {
  return text.match(/^(\d{6})$/m)?.[1];
}
