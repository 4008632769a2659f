//! The contents of authorizations as the API's description shows them. Only described here; they
//! are read by `domain::content`, and a test sends every example through it.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// What is agreed to. Which form it takes depends on `operation`; unknown fields are refused.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum Content {
    /// `transfer`
    Transfer(TransferContent),
    /// `consecutive-transfer`
    ConsecutiveTransfer(ConsecutiveTransferContent),
    /// `tax-payment`
    TaxPayment(TaxPaymentContent),
    /// `bulk-transfer`, `payroll`, `bonus`, `direct-debit`, `external-send`, `external-receive`
    File(FileContent),
}

/// For `transfer`: 振込・振替.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferContent {
    /// 受取人名. Kept and shown as sent; it must be convertible to the 30 half-width characters of a
    /// Zengin record.
    #[schema(min_length = 1, example = "ヤマダ タロウ")]
    pub payee_name: String,
    /// Bank code, four digits; full-width ones are folded.
    #[schema(min_length = 4, max_length = 4, example = "9991")]
    pub bank_code: String,
    /// Branch code, three digits; full-width ones are folded.
    #[schema(min_length = 3, max_length = 3, example = "002")]
    pub branch_code: String,
    /// 預金種目.
    pub account_type: AccountType,
    /// Seven digits; full-width ones are folded.
    #[schema(min_length = 7, max_length = 7, example = "7654321")]
    pub account_number: String,
    /// Yen, an integer.
    #[schema(minimum = 1, maximum = 9_999_999_999_i64, example = 100_648)]
    pub amount: i64,
    /// The account debited: branch code, `-`, number. The contract's representative one if absent.
    #[schema(
        min_length = 1,
        max_length = 20,
        pattern = "^[0-9-]+$",
        example = "001-1234567"
    )]
    pub from_account: Option<String>,
    /// The day it is to happen, from today to a year ahead. Today if absent.
    #[schema(format = Date, example = "2026-11-30")]
    pub date: Option<String>,
}

/// For `consecutive-transfer`: 連続資金移動, confirmed together.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsecutiveTransferContent {
    /// One to ten transfers from the same account on the same day.
    #[schema(min_items = 1, max_items = 10)]
    pub transfers: Vec<TransferLine>,
    /// The account debited: branch code, `-`, number. The contract's representative one if absent.
    #[schema(
        min_length = 1,
        max_length = 20,
        pattern = "^[0-9-]+$",
        example = "001-1234567"
    )]
    pub from_account: Option<String>,
    /// The day it is to happen, from today to a year ahead. Today if absent.
    #[schema(format = Date, example = "2026-11-30")]
    pub date: Option<String>,
}

/// One transfer.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferLine {
    /// 受取人名. Kept and shown as sent; it must be convertible to the 30 half-width characters of a
    /// Zengin record.
    #[schema(min_length = 1, example = "ヤマダ タロウ")]
    pub payee_name: String,
    /// Bank code, four digits; full-width ones are folded.
    #[schema(min_length = 4, max_length = 4, example = "9991")]
    pub bank_code: String,
    /// Branch code, three digits; full-width ones are folded.
    #[schema(min_length = 3, max_length = 3, example = "002")]
    pub branch_code: String,
    /// 預金種目.
    pub account_type: AccountType,
    /// Seven digits; full-width ones are folded.
    #[schema(min_length = 7, max_length = 7, example = "7654321")]
    pub account_number: String,
    /// Yen, an integer.
    #[schema(minimum = 1, maximum = 9_999_999_999_i64, example = 100_648)]
    pub amount: i64,
}

/// 預金種目: 普通, 当座, 貯蓄.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    /// 普通.
    Ordinary,
    /// 当座.
    Current,
    /// 貯蓄.
    Savings,
}

/// For `tax-payment`: 税金・各種料金の払込.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxPaymentContent {
    /// Name of who collects, in letters of Zengin records.
    #[schema(min_length = 1, example = "ワリフシ")]
    pub payee_name: String,
    /// 収納機関番号, five digits.
    #[schema(min_length = 5, max_length = 5, example = "00200")]
    pub collector_number: String,
    /// 納付番号 or お客様番号, 1 to 20 digits.
    #[schema(min_length = 1, max_length = 20, example = "12345678901")]
    pub payment_number: String,
    /// Yen, an integer.
    #[schema(minimum = 1, maximum = 9_999_999_999_i64, example = 5_000)]
    pub amount: i64,
    /// The account debited: branch code, `-`, number. The contract's representative one if absent.
    #[schema(
        min_length = 1,
        max_length = 20,
        pattern = "^[0-9-]+$",
        example = "001-1234567"
    )]
    pub from_account: Option<String>,
}

/// For operations with files: the file stays with the client system; its digest is agreed to.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileContent {
    /// SHA-256 of the file, 64 hexadecimal digits.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9A-Fa-f]+$")]
    pub sha256: String,
    /// Data records.
    #[schema(minimum = 1, maximum = 999_999, example = 120)]
    pub count: i64,
    /// Yen.
    #[schema(minimum = 1, maximum = 999_999_999_999_i64, example = 34_567_890)]
    pub total: i64,
    /// The day it is to happen, from today to a year ahead.
    #[schema(format = Date, example = "2026-11-30")]
    pub date: String,
}

/// What a proof is bound to: the content with defaults and bank names filled in.
///
/// `digest` is the SHA-256 of `{"v":1,"contract":"…","operation":"…","content":…}` in UTF-8, without
/// white space, `content` being this object with its fields in this order.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum BoundContent {
    /// One transfer or several confirmed together.
    Transfers {
        /// The account debited.
        from_account: String,
        /// The day it is to happen.
        #[schema(format = Date)]
        date: String,
        /// One to ten.
        transfers: Vec<BoundTransfer>,
    },
    /// 税金・各種料金の払込.
    TaxPayment {
        /// The account debited.
        from_account: String,
        /// 収納機関番号.
        collector_number: String,
        /// 納付番号 or お客様番号.
        payment_number: String,
        /// Name of who collects.
        payee_name: String,
        /// Yen.
        amount: i64,
    },
    /// A file.
    File {
        /// SHA-256 of the file, lower-case hexadecimal digits.
        sha256: String,
        /// Data records.
        count: i64,
        /// Yen.
        total: i64,
        /// The day it is to happen.
        #[schema(format = Date)]
        date: String,
    },
}

/// One transfer as the person is shown it.
#[derive(Serialize, ToSchema)]
pub struct BoundTransfer {
    /// Bank code.
    pub bank_code: String,
    /// Bank name; empty if the master data doesn't know it.
    pub bank_name: String,
    /// Branch code.
    pub branch_code: String,
    /// Branch name; empty if the master data doesn't know it.
    pub branch_name: String,
    /// 預金種目.
    pub account_type: AccountType,
    /// Seven digits.
    pub account_number: String,
    /// 受取人名, as sent.
    pub payee_name: String,
    /// Yen.
    pub amount: i64,
}

/// An example for `transfer`.
#[must_use]
pub fn transfer_request() -> Value {
    let mut content = line();
    if let Some(fields) = content.as_object_mut() {
        fields.insert("from_account".to_owned(), json!("001-1234567"));
        fields.insert("date".to_owned(), json!("2026-11-30"));
    }
    request("transfer", &content)
}

/// An example for `consecutive-transfer`.
#[must_use]
pub fn consecutive_request() -> Value {
    request(
        "consecutive-transfer",
        &json!({ "transfers": [line(), line()] }),
    )
}

/// An example for `tax-payment`.
#[must_use]
pub fn tax_payment_request() -> Value {
    let content = json!({
        "payee_name": "ワリフシ", "collector_number": "00200",
        "payment_number": "12345678901", "amount": 5_000,
    });
    request("tax-payment", &content)
}

/// An example for a file.
#[must_use]
pub fn file_request() -> Value {
    let content = json!({
        "sha256": "9dd2c29e6aff8a18db6915f6113a552561d01ba81e9377037510350d383f1e56",
        "count": 120, "total": 34_567_890, "date": "2026-11-30",
    });
    request("payroll", &content)
}

fn line() -> Value {
    json!({
        "payee_name": "ヤマダ タロウ", "bank_code": "9991", "branch_code": "002",
        "account_type": "ordinary", "account_number": "7654321", "amount": 100_648,
    })
}

fn request(operation: &str, content: &Value) -> Value {
    json!({
        "contract_id": "1000000001", "user_id": "keiri01", "operation": operation,
        "stage": "transmit", "content": content, "channel": "pc",
    })
}
