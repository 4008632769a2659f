// A token in somebody's hand: it shows codes (RFC 6238 with SHA-1) by the demo's clock.

import { createHmac } from "node:crypto";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export class Token {
  #usedStep = -1;

  constructor(demo, { secret, period, digits, serial = "" }) {
    Object.assign(this, { demo, period, digits, serial, key: decoded(secret) });
  }

  // The code it shows now.
  async code() {
    return this.#at(await this.#step());
  }

  // The next code that was not asked for yet; the demo's clock goes on until the token shows it.
  async nextCode() {
    if ((await this.#step()) <= this.#usedStep) await this.demo.advance(this.period);
    this.#usedStep = await this.#step();
    return this.#at(this.#usedStep);
  }

  async #step() {
    const { now_ms } = await (await fetch(`${this.demo.url}/app/api/clock`)).json();
    return Math.floor(now_ms / 1000 / this.period);
  }

  #at(step) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac("sha1", this.key).update(counter).digest();
    const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
    return String(number % 10 ** this.digits).padStart(this.digits, "0");
  }
}

function decoded(text) {
  const bits = [...text].map((c) => BASE32.indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
