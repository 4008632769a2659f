// Which page a URL's fragment means. Links carry secrets in the fragment because it is never sent to
// a server: `#a=` from the activation mail (TOK-6), `#t=` from a transaction's QR code (APP-3).

/** @typedef {"codes" | "setup" | "inbox" | "approve" | "scan" | "offline" | "about" | "remove"} PageName */
/** @typedef {{ page: PageName, argument: string, carried: string | null }} Route */

const PAGES = /** @type {const} */ (["codes", "setup", "inbox", "approve", "scan", "offline", "about", "remove"]);

const ACTIVATION = /^#a=([A-Za-z0-9_-]{16,200})$/;
const TRANSACTION = /^#t=([A-Za-z0-9_-]{16,16000})$/;

/**
 * @param {string} hash
 * @returns {Route} `carried` is what has to be taken out of the URL.
 */
export function routeOf(hash) {
  const link = ACTIVATION.exec(hash)?.[1];
  if (link) return { page: "setup", argument: "", carried: link };
  const transaction = TRANSACTION.exec(hash)?.[1];
  if (transaction) return { page: "offline", argument: "", carried: transaction };
  const [name, argument] = hash.replace(/^#\/?/, "").split("/");
  const page = PAGES.find((known) => known === name);
  return { page: page ?? "codes", argument: argument ? decoded(argument) : "", carried: null };
}

/**
 * @param {PageName} page
 * @param {string} argument
 */
export function hashOf(page, argument = "") {
  return argument ? `#/${page}/${encodeURIComponent(argument)}` : `#/${page}`;
}

/**
 * The fragment of a scanned or pasted URL of this very app.
 * @param {string} text
 * @returns {string | null} `null` for anything else: other institutions' links are not for this app.
 */
export function fragmentOf(text) {
  const start = `${location.origin}/app/`;
  const trimmed = text.trim();
  const hash = trimmed.startsWith(`${start}#`) ? trimmed.slice(start.length) : "";
  return ACTIVATION.test(hash) || TRANSACTION.test(hash) ? hash : null;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
