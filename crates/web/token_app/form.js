// Form fields with label, hint and fault, tied together for screen readers.

import { el } from "./dom.js";

/** @import { Attributes } from "./dom.js" */

/**
 * @typedef {object} Field
 * @property {HTMLElement} node
 * @property {HTMLInputElement} input
 * @property {string} label
 * @property {(fault: string) => void} tell Shows what is wrong; nothing with an empty text.
 */

/**
 * @param {{ id: string, label: string, hint?: string }} names
 * @param {Attributes} attributes
 * @returns {Field}
 */
export function field({ id, label, hint }, attributes) {
  const faultId = `${id}-fault`;
  const hintId = `${id}-hint`;
  const describedby = hint ? `${hintId} ${faultId}` : faultId;
  const fixed = { id, name: id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": describedby };
  const input = el("input", { type: "text", ...fixed, ...attributes });
  const fault = el("p", { id: faultId, class: "field-fault" });
  const node = el(
    "div", { class: "field" },
    el("label", { for: id }, label),
    hint ? el("p", { id: hintId, class: "hint" }, hint) : null,
    fault, input,
  );
  const tell = (/** @type {string} */ text) => {
    fault.textContent = text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  return { node, input, label, tell };
}

/**
 * A field for a PIN: hidden, with the keypad of digits.
 * @param {{ id: string, label: string, hint?: string }} names
 * @returns {Field}
 */
export function pinField(names) {
  return field(names, { type: "password", inputmode: "numeric", maxlength: 20 });
}

/**
 * Marks what is wrong at each field and brings the person to the first.
 * @param {[Field, string][]} faults
 */
export function tellFaults(faults) {
  for (const [wrong, text] of faults) wrong.tell(text);
  faults[0]?.[0].input.focus();
}
