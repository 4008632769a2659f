// Large digits with the time they are still good for, as text and as a bar.

import { remainingSecs } from "./codes.js";
import { el } from "./dom.js";

/** @import { App } from "./app.js" */

/**
 * @param {App} app
 * @param {number} periodSecs
 * @param {(nowMs: number) => Promise<string>} codeAt
 * @returns {{ node: HTMLElement, tick: () => void }}
 */
export function codeDisplay({ texts, clock }, periodSecs, codeAt) {
  const code = el("p", { class: "code" });
  const bar = el("progress", { max: periodSecs, value: 0, "aria-label": texts.t("code-bar") });
  const remaining = el("p", { class: "remaining" });
  let shownStep = -1;
  const tick = async () => {
    const nowMs = clock.nowMs();
    const secs = remainingSecs(periodSecs, nowMs);
    bar.value = secs;
    const text = texts.t("code-remaining", { secs });
    if (remaining.textContent !== text) remaining.textContent = text;
    const step = Math.floor(nowMs / 1000 / periodSecs);
    if (step === shownStep) return;
    shownStep = step;
    code.replaceChildren(...halves(await codeAt(nowMs)));
  };
  return { node: el("div", { class: "code-display" }, code, bar, remaining), tick };
}

/**
 * The digits in two groups, easier to read and to type. The gap is looks: copied, they are one number.
 * @param {string} code
 */
function halves(code) {
  const middle = Math.ceil(code.length / 2);
  return [el("span", {}, code.slice(0, middle)), el("span", {}, code.slice(middle))];
}
