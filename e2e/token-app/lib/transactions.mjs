// Canonical forms of transactions, as domain/src/content.rs writes them.

import { createHash, createHmac } from "node:crypto";

export function transfer(changes = {}) {
  return {
    bank_code: "0001", bank_name: "みずほ", branch_code: "001", branch_name: "東京営業部", account_type: "ordinary",
    account_number: "1234567", payee_name: "ｶ)ﾔﾏﾀﾞｼﾖｳﾃﾝ", amount: 100_648, ...changes,
  };
}

export function transfers(list, changes = {}) {
  const operation = list.length > 1 ? "consecutive-transfer" : "transfer";
  const content = { kind: "transfers", from_account: "001-7654321", date: "2026-11-25", transfers: list };
  return JSON.stringify({ v: 1, contract: "1000000001", operation, content, ...changes });
}

export const ONE = transfers([transfer()]);

export const THREE = transfers([
  transfer(),
  transfer({ bank_code: "0005", bank_name: "三菱ＵＦＪ", branch_code: "331", branch_name: "名古屋営業部", account_type: "current", account_number: "0098765", payee_name: "ﾕ)ｱｵｿﾞﾗｺｳｷﾞﾖｳ", amount: 1_250_000 }),
  transfer({ account_type: "savings", account_number: "7777777", payee_name: "ｻﾄｳ ﾊﾅｺ", amount: 9_999_999_999 }),
]);

export const TAX = JSON.stringify({
  v: 1, contract: "1000000001", operation: "tax-payment",
  content: {
    kind: "tax-payment", from_account: "001-7654321", collector_number: "00500", payment_number: "12345678901234567890",
    payee_name: "国税庁", amount: 3_200_000,
  },
});

export const PAYROLL = JSON.stringify({
  v: 1, contract: "1000000001", operation: "payroll",
  content: { kind: "file", sha256: createHash("sha256").update("payroll").digest("hex"), count: 1204, total: 345_678_901, date: "2026-11-25" },
});

// The code of APP-3, RFC 6287 with OCRA-1:HOTP-SHA256-8:QH64-T1M, as crates/otp computes it.
export function transactionCode(secret, id, canonical, atMs) {
  const message = Buffer.alloc(29 + 1 + 128 + 8);
  message.write("OCRA-1:HOTP-SHA256-8:QH64-T1M");
  createHash("sha256").update(`${id}\n${canonical}`).digest().copy(message, 30);
  message.writeBigUInt64BE(BigInt(Math.floor(atMs / 60_000)), 158);
  const mac = createHmac("sha256", secret).update(message).digest();
  const number = mac.readUInt32BE(mac[31] & 0x0f) & 0x7fffffff;
  return String(number % 100_000_000).padStart(8, "0");
}
