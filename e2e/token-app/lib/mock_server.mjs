// The server as the token app sees it: its files and the six requests of its API, with the same
// checks of links and signatures. Its clock can be set apart from the phone's.

import { createHmac, createPublicKey, randomBytes, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const FILES = new URL("../../../crates/web/token_app/", import.meta.url);
const TYPES = {
  html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8",
  webmanifest: "application/manifest+json", png: "image/png",
};
const HEADERS = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    + "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "permissions-policy": "camera=(self)",
  "cache-control": "no-cache",
  "referrer-policy": "same-origin",
};
const SIGNED_WITHIN_SECS = 300;
const DAY_MS = 86_400_000;

export class MockServer {
  /** How far its clock is ahead of this machine's. */
  aheadMs = 0;
  /** Answers of apps that it took. */
  answers = [];
  /** A P-256 point in base64url while it pushes. */
  pushKey = null;
  /** Paths of all requests to its API. */
  asked = [];
  /** Changes a file before it is sent: a new version of the app. */
  edit = (_name, text) => text;
  #issues = new Map();
  #tokens = new Map();

  static async start() {
    const mock = new MockServer();
    mock.http = createServer((request, response) => mock.#serve(request, response));
    await new Promise((resolve) => mock.http.listen(0, "127.0.0.1", resolve));
    mock.url = `http://127.0.0.1:${mock.http.address().port}`;
    return mock;
  }

  stop() {
    this.http.closeAllConnections();
    return new Promise((resolve) => this.http.close(resolve));
  }

  nowMs() {
    return Date.now() + this.aheadMs;
  }

  /** A token mailed to somebody; answers with what they know of it. */
  issue(changes = {}) {
    const number = String(this.#issues.size + 1).padStart(4, "0");
    const issue = {
      link: randomBytes(32).toString("base64url"), serviceId: "1000000001", userId: "keiri01", startPassword: "start-2026",
      serial: `SW0000${number}`, secret: randomBytes(20), digits: 6, periodSecs: 60, expiresAtMs: this.nowMs() + 1095 * DAY_MS,
      institution: "割符銀行", contractName: "株式会社サンプル商事", personName: "経理 花子", ...changes,
    };
    this.#issues.set(issue.link, issue);
    return { ...issue, url: `${this.url}/app/#a=${issue.link}` };
  }

  /** The token as the server keeps it, once its app is set up. */
  token(serial) {
    return this.#tokens.get(serial);
  }

  /** Lets a transaction wait for the app. */
  ask(serial, canonical, ttlSecs = 1800) {
    const id = `AUTH${randomBytes(8).toString("hex")}`;
    const [asked_at, expires_at] = [this.nowMs(), this.nowMs() + ttlSecs * 1000].map((ms) => new Date(ms).toISOString());
    this.token(serial).waiting.push({ authorization_id: id, canonical, asked_at, expires_at });
    return id;
  }

  /** What the confirmation page's QR code says. */
  qrUrl(serial, canonical, { id = "AUTHqr", secret = this.token(serial).secret } = {}) {
    const tag = createHmac("sha256", secret).update(`warifu/confirm/v1\n${id}\n${canonical}`).digest().subarray(0, 16);
    const carried = { v: 1, serial, id, canonical, tag: tag.toString("base64url") };
    return `${this.url}/app/#t=${Buffer.from(JSON.stringify(carried)).toString("base64url")}`;
  }

  async #serve(request, response) {
    const { pathname } = new URL(request.url, this.url);
    if (pathname.startsWith("/app/api/")) return this.#api(pathname.slice("/app/api/".length), request, response);
    const name = pathname === "/app/" ? "index.html" : pathname.replace(/^\/app\//, "");
    const type = TYPES[name.split(".").pop()];
    const bytes = type && await readFile(new URL(name, FILES)).catch(() => null);
    if (!bytes) return response.writeHead(404).end();
    const sent = type.startsWith("image") ? bytes : this.edit(name, bytes.toString());
    return response.writeHead(200, { ...HEADERS, "content-type": type }).end(sent);
  }

  async #api(name, request, response) {
    this.asked.push(name);
    const chunks = await request.toArray();
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    const [status, answer] = this.#answer(name, body);
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(answer));
  }

  #answer(name, body) {
    switch (name) {
      case "clock": return [200, { now_ms: this.nowMs() }];
      case "activation": return this.#activate(body);
      case "inbox": return this.#signed("inbox", body, (token) => this.#inbox(token));
      case "renewal": return this.#signed("renewal", body, (token) => this.#renew(token));
      case "answers": return this.#take(body);
      case "push": return this.#push(body);
      default: return refused(404, "not_found");
    }
  }

  #activate(body) {
    const issue = this.#issues.get(body.link);
    const fits = issue && !issue.used && issue.serviceId === body.service_id && issue.userId === body.user_id
      && issue.startPassword === body.start_password;
    if (!fits) return refused(403, "wrong_answer");
    issue.used = true;
    const { serial, secret, digits, periodSecs, expiresAtMs } = issue;
    this.#tokens.set(serial, { secret, expiresAtMs, key: publicKey(body.public_key), inService: false, renewalDue: false, waiting: [] });
    return [200, {
      serial, secret: secret.toString("base64url"), algorithm: "SHA-1", digits, period_secs: periodSecs,
      expires_at: new Date(expiresAtMs).toISOString(), institution: issue.institution, service_id: issue.serviceId,
      user_id: issue.userId, contract_name: issue.contractName, person_name: issue.personName,
    }];
  }

  #signed(purpose, { serial, at, signature }, act) {
    const token = this.token(serial);
    const inTime = Math.abs(this.nowMs() / 1000 - at) <= SIGNED_WITHIN_SECS;
    const known = token?.inService && inTime && isSigned(token, `warifu/${purpose}/v1\n${serial}\n${at}`, signature);
    return known ? act(token) : refused(404, "not_found");
  }

  #inbox(token) {
    const waiting = token.waiting.filter((one) => Date.parse(one.expires_at) > this.nowMs());
    const expires_at = new Date(token.expiresAtMs).toISOString();
    return [200, { now_ms: this.nowMs(), expires_at, renewal_due: token.renewalDue, waiting }];
  }

  #renew(token) {
    if (!token.renewalDue) return refused(409, "wrong_state");
    Object.assign(token, { expiresAtMs: this.nowMs() + 1095 * DAY_MS, renewalDue: false });
    return [200, { expires_at: new Date(token.expiresAtMs).toISOString() }];
  }

  #push(body) {
    if (this.pushKey === null) return refused(404, "not_found");
    if (!body.serial) return [200, { public_key: this.pushKey }];
    return this.#signed("push", body, (token) => {
      token.subscription = body.subscription;
      return [200, { subscribed: body.subscription !== null }];
    });
  }

  #take({ serial, authorization_id: id, approves, signature }) {
    const token = this.token(serial);
    const asked = token?.waiting.find((one) => one.authorization_id === id);
    const message = asked && `warifu/approval/v1\n${approves ? "approve" : "reject"}\n${id}\n${asked.canonical}`;
    if (!message || !isSigned(token, message, signature)) return refused(404, "not_found");
    token.waiting = token.waiting.filter((one) => one !== asked);
    this.answers.push({ serial, id, approves, canonical: asked.canonical });
    return [200, { approved: approves }];
  }
}

function refused(status, code) {
  return [status, { code, detail: code }];
}

// From a raw uncompressed point.
function publicKey(text) {
  const point = Buffer.from(text, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  return createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y } });
}

function isSigned({ key }, message, signature) {
  return verify("sha256", Buffer.from(message), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
}
