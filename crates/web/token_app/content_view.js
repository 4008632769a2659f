// Shows what a transaction says. Everything comes out of its canonical form, and all of that is shown.

import { totalYen } from "./canonical.js";
import { el, facts } from "./dom.js";

/** @import { Agreement, FileContent, TaxPayment, Transfer, Transfers } from "./canonical.js" */
/** @import { Child } from "./dom.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @typedef {object} ContentView
 * @property {HTMLElement} node
 * @property {HTMLElement[]} amounts What must have been on the screen before anything can be approved.
 */

/**
 * @param {Texts} texts
 * @param {Agreement} agreement
 * @returns {ContentView}
 */
export function contentView(texts, { contract, operation, content }) {
  /** @type {HTMLElement[]} */
  const amounts = [];
  const yen = (/** @type {number} */ amountYen) => {
    const amount = el("strong", { class: "amount" }, texts.yen(amountYen));
    amounts.push(amount);
    return amount;
  };
  const head = facts([
    [texts.t("fact-operation"), texts.t(`operation-${operation}`)],
    [texts.t("fact-contract-number"), contract],
  ]);
  const node = el("section", { class: "content" }, head, ...bodyOf(texts, content, yen));
  return { node, amounts };
}

/**
 * A line to recognise it by: whom and how much.
 * @param {Texts} texts
 * @param {Agreement} agreement
 * @returns {string}
 */
export function summary(texts, { operation, content }) {
  const total = texts.yen(totalYen(content));
  switch (content.kind) {
    case "transfers": {
      const { length } = content.transfers;
      const payee = content.transfers[0]?.payee_name ?? "";
      return length === 1 ? `${payee} ${total}` : `${texts.t(`operation-${operation}`)} ${texts.t("count", { count: length })} ${total}`;
    }
    case "tax-payment": return `${content.payee_name} ${total}`;
    case "file": return `${texts.t(`operation-${operation}`)} ${texts.t("count", { count: content.count })} ${total}`;
  }
}

/** @typedef {(amountYen: number) => HTMLElement} Yen */

/**
 * @param {Texts} texts
 * @param {Agreement["content"]} content
 * @param {Yen} yen
 * @returns {Node[]}
 */
function bodyOf(texts, content, yen) {
  switch (content.kind) {
    case "transfers": return transfersBody(texts, content, yen);
    case "tax-payment": return [taxPaymentFacts(texts, content, yen)];
    case "file": return [fileFacts(texts, content, yen)];
  }
}

/**
 * @param {Texts} texts
 * @param {Transfers} content
 * @param {Yen} yen
 * @returns {Node[]}
 */
function transfersBody(texts, content, yen) {
  /** @type {[string, Child][]} */
  const shared = [
    [texts.t("fact-date"), texts.day(content.date)],
    [texts.t("fact-debit-account"), content.from_account],
  ];
  const { transfers } = content;
  if (transfers.length === 1) return transfers.map((only) => facts([...transferRows(texts, only, yen), ...shared]));
  const panels = transfers.map((transfer, i) =>
    el("li", { class: "panel" }, el("h2", {}, texts.t("transfer-number", { number: i + 1 })), facts(transferRows(texts, transfer, yen))));
  const totals = facts([
    [texts.t("fact-count"), texts.t("count", { count: transfers.length })],
    [texts.t("fact-total"), yen(totalYen(content))],
    ...shared,
  ]);
  return [totals, el("ul", { class: "plain" }, ...panels)];
}

/**
 * @param {Texts} texts
 * @param {Transfer} transfer
 * @param {Yen} yen
 * @returns {[string, Child][]}
 */
function transferRows(texts, transfer, yen) {
  return [
    [texts.t("fact-amount"), yen(transfer.amount)],
    [texts.t("fact-payee"), el("strong", {}, transfer.payee_name)],
    [texts.t("fact-bank"), named(transfer.bank_name, transfer.bank_code)],
    [texts.t("fact-branch"), named(transfer.branch_name, transfer.branch_code)],
    [texts.t("fact-account-type"), texts.t(`account-${transfer.account_type}`)],
    [texts.t("fact-account-number"), el("strong", { class: "digits" }, transfer.account_number)],
  ];
}

/**
 * @param {Texts} texts
 * @param {TaxPayment} content
 * @param {Yen} yen
 */
function taxPaymentFacts(texts, content, yen) {
  return facts([
    [texts.t("fact-payment-amount"), yen(content.amount)],
    [texts.t("fact-collector"), el("strong", {}, content.payee_name)],
    [texts.t("fact-collector-number"), content.collector_number],
    [texts.t("fact-payment-number"), content.payment_number],
    [texts.t("fact-debit-account"), content.from_account],
  ]);
}

/**
 * @param {Texts} texts
 * @param {FileContent} content
 * @param {Yen} yen
 */
function fileFacts(texts, content, yen) {
  return facts([
    [texts.t("fact-total"), yen(content.total)],
    [texts.t("fact-count"), texts.t("count", { count: content.count.toLocaleString("en-US") })],
    [texts.t("fact-file-date"), texts.day(content.date)],
    [texts.t("fact-file-digest"), el("span", { class: "digest" }, content.sha256)],
  ]);
}

/**
 * @param {string} name Empty where the caller keeps its own names.
 * @param {string} code
 */
function named(name, code) {
  return name ? `${name} (${code})` : code;
}
