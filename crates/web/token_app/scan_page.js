// Reads a QR code with the camera where the browser can, or takes its text.

import { button, el, notice } from "./dom.js";
import { field } from "./form.js";
import { fragmentOf } from "./routes.js";

/** @import { App, Page } from "./app.js" */

const LOOK_EVERY_MS = 250;

/**
 * @param {App} app
 * @returns {Promise<Page>}
 */
export async function scanPage(app) {
  const { texts } = app;
  const said = el("div", { role: "alert" });
  /** @param {string} text */
  const open = (text) => {
    const fragment = fragmentOf(text);
    if (fragment) location.hash = fragment;
    else said.replaceChildren(notice("warning", texts.t("scan-foreign")));
  };
  const camera = await canRead() ? new Camera(app, open) : null;
  const reading = camera?.node ?? notice("info", texts.t("scan-unsupported"));
  const body = [el("p", {}, texts.t("scan-text")), reading, said, pasteForm(app, open)];
  return { title: texts.t("scan-title"), body, leave: () => camera?.stop() };
}

/** The camera's picture, looked at until it shows a QR code of this app. */
class Camera {
  #texts;
  #open;
  #video;
  #start;
  #stop;
  /** @type {MediaStream | null} */
  #stream = null;

  /**
   * @param {App} app
   * @param {(text: string) => void} open
   */
  constructor({ texts }, open) {
    this.#texts = texts;
    this.#open = open;
    this.#video = el("video", { class: "camera", playsinline: true, muted: true, "aria-label": texts.t("scan-video"), hidden: true });
    this.#start = button(texts.t("scan-start"), () => this.#run(), "button-main");
    this.#stop = button(texts.t("scan-stop"), () => this.stop());
    this.#stop.hidden = true;
    this.node = el("section", { class: "panel" }, this.#video, el("div", { class: "actions" }, this.#start, this.#stop));
  }

  async #run() {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      this.node.replaceChildren(notice("warning", this.#texts.t("scan-denied")));
      return;
    }
    this.#show(true);
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    const text = await this.#firstCode(newDetector());
    this.stop();
    if (text !== null) this.#open(text);
  }

  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#show(false);
  }

  /** @param {boolean} running */
  #show(running) {
    this.#video.hidden = !running;
    this.#start.hidden = running;
    this.#stop.hidden = !running;
  }

  /**
   * @param {BarcodeDetector} detector
   * @returns {Promise<string | null>} `null` when the camera was stopped first.
   */
  async #firstCode(detector) {
    while (this.#stream) {
      // A picture that is not ready yet shows nothing.
      const found = await detector.detect(this.#video).catch(() => []);
      if (found[0]) return found[0].rawValue;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return null;
  }
}

/** @typedef {{ detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]> }} BarcodeDetector */

// Not in every browser yet (Shape Detection API), so looked for by name.
function detectorClass() {
  return Reflect.get(globalThis, "BarcodeDetector");
}

async function canRead() {
  const formats = (await detectorClass()?.getSupportedFormats()) ?? [];
  return formats.includes("qr_code") && Boolean(navigator.mediaDevices);
}

/** @returns {BarcodeDetector} */
function newDetector() {
  return new (detectorClass())({ formats: ["qr_code"] });
}

/**
 * @param {App} app
 * @param {(text: string) => void} open
 */
function pasteForm({ texts }, open) {
  const pasted = field({ id: "pasted", label: texts.t("scan-paste"), hint: texts.t("scan-paste-hint") }, { inputmode: "url" });
  const send = el("button", { type: "submit", class: "button" }, texts.t("scan-paste-do"));
  const form = el("form", { novalidate: true }, pasted.node, el("div", { class: "actions" }, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (pasted.input.value.trim() === "") pasted.tell(texts.t("fault-empty"));
    else open(pasted.input.value);
  });
  return form;
}
