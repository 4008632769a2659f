// Reads the canonical form of a transaction: the bytes that an approval signs (APP-1).
// Whatever is not exactly a known shape comes out as null, and null can't be approved: what the
// person sees must be all that is signed.

/**
 * @typedef {object} Transfer
 * @property {string} bank_code
 * @property {string} bank_name
 * @property {string} branch_code
 * @property {string} branch_name
 * @property {"ordinary" | "current" | "savings"} account_type
 * @property {string} account_number
 * @property {string} payee_name
 * @property {number} amount
 */
/** @typedef {{ kind: "transfers", from_account: string, date: string, transfers: Transfer[] }} Transfers */
/**
 * @typedef {object} TaxPayment
 * @property {"tax-payment"} kind
 * @property {string} from_account
 * @property {string} collector_number
 * @property {string} payment_number
 * @property {string} payee_name
 * @property {number} amount
 */
/** @typedef {{ kind: "file", sha256: string, count: number, total: number, date: string }} FileContent */
/**
 * @typedef {object} Agreement
 * @property {1} v
 * @property {string} contract
 * @property {keyof typeof KIND_OF_OPERATION} operation
 * @property {Transfers | TaxPayment | FileContent} content
 */
/** @typedef {(value: unknown) => any} Reader Gives the value, or undefined for one that doesn't fit. */

const TRANSFERS_MAX = 10;
const NAME_CHARS_MAX = 200;

// Which shape each operation has. One that is not here can't be shown.
const KIND_OF_OPERATION = /** @type {const} */ ({
  "transfer": "transfers",
  "consecutive-transfer": "transfers",
  "tax-payment": "tax-payment",
  "bulk-transfer": "file",
  "payroll": "file",
  "bonus": "file",
  "direct-debit": "file",
  "external-send": "file",
  "external-receive": "file",
});

// Fields in canonical order.
const TRANSFER = {
  bank_code: matching(/^\d{4}$/),
  bank_name: text(0),
  branch_code: matching(/^\d{3}$/),
  branch_name: text(0),
  account_type: matching(/^(ordinary|current|savings)$/),
  account_number: matching(/^\d{7}$/),
  payee_name: text(1),
  amount: whole(1),
};
const CONTENTS = {
  "transfers": {
    kind: matching(/^transfers$/), from_account: text(1), date: day, transfers: list(TRANSFER, TRANSFERS_MAX),
  },
  "tax-payment": {
    kind: matching(/^tax-payment$/), from_account: text(1), collector_number: text(1), payment_number: text(1),
    payee_name: text(1), amount: whole(1),
  },
  "file": { kind: matching(/^file$/), sha256: matching(/^[0-9a-f]{64}$/), count: whole(1), total: whole(0), date: day },
};

/**
 * @param {string} canonical
 * @param {string} contract The contract of the token that is asked: no other may be agreed to with it.
 * @returns {Agreement | null}
 */
export function readCanonical(canonical, contract) {
  const agreement = rebuilt(parsed(canonical));
  // Written out again it must be the same text. That catches every field, order, spacing and
  // repetition which the shapes above do not have, and so would not be shown.
  return agreement?.contract === contract && JSON.stringify(agreement) === canonical ? agreement : null;
}

/**
 * The sum of all that would leave, in yen.
 * @param {Agreement["content"]} content
 * @returns {number}
 */
export function totalYen(content) {
  switch (content.kind) {
    case "transfers": return content.transfers.reduce((sum, transfer) => sum + transfer.amount, 0);
    case "tax-payment": return content.amount;
    case "file": return content.total;
  }
}

/** @param {string} json */
function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/**
 * @param {any} value
 * @returns {Agreement | undefined}
 */
function rebuilt(value) {
  const operation = value?.operation;
  if (value?.v !== 1 || typeof operation !== "string" || !Object.hasOwn(KIND_OF_OPERATION, operation)) return undefined;
  const kind = KIND_OF_OPERATION[/** @type {Agreement["operation"]} */ (operation)];
  const shape = { v: whole(1), contract: text(1), operation: text(1), content: object(CONTENTS[kind]) };
  return object(shape)(value);
}

/**
 * @param {Record<string, Reader>} fields
 * @returns {Reader}
 */
function object(fields) {
  return (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    const read = Object.entries(fields).map(([name, field]) => [name, field(Reflect.get(value, name))]);
    return read.some(([, field]) => field === undefined) ? undefined : Object.fromEntries(read);
  };
}

/**
 * @param {Record<string, Reader>} fields
 * @param {number} lengthMax
 * @returns {Reader}
 */
function list(fields, lengthMax) {
  return (value) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > lengthMax) return undefined;
    const read = value.map(object(fields));
    return read.includes(undefined) ? undefined : read;
  };
}

/**
 * @param {RegExp} pattern
 * @returns {Reader}
 */
function matching(pattern) {
  return (value) => (typeof value === "string" && pattern.test(value) ? value : undefined);
}

/**
 * A name or number in free form. Characters that are not seen or turn the order of others around
 * could make the text look like another.
 * @param {number} charsMin
 * @returns {Reader}
 */
function text(charsMin) {
  return (value) => {
    if (typeof value !== "string" || value.length < charsMin || value.length > NAME_CHARS_MAX) return undefined;
    return /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(value) ? undefined : value;
  };
}

/**
 * @param {number} min
 * @returns {Reader}
 */
function whole(min) {
  return (value) => (typeof value === "number" && Number.isSafeInteger(value) && value >= min ? value : undefined);
}

/** @param {unknown} value */
function day(value) {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? value : undefined;
}
