// Elements from plain values. Text goes in as text, never as markup.

/** @typedef {Node | string | null} Child */
/** @typedef {Record<string, string | number | boolean | (() => void)>} Attributes */

/**
 * An element. `onclick` and the like take functions; `true` sets an attribute without value, `false`
 * leaves it out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value !== false) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * @param {string} text
 * @param {() => void} onclick
 * @param {string} look
 */
export function button(text, onclick, look = "button") {
  return el("button", { type: "button", class: look, onclick }, text);
}

/**
 * @param {"info" | "done" | "warning" | "error"} kind
 * @param {Child[]} children
 */
export function notice(kind, ...children) {
  const paragraphs = children.map((child) => (typeof child === "string" ? el("p", {}, child) : child));
  return el("div", { class: `notice notice-${kind}` }, ...paragraphs);
}

/**
 * Names and values.
 * @param {[string, Child][]} rows
 */
export function facts(rows) {
  return el("dl", { class: "facts" }, ...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}
