//! What is outside: time, randomness, the mail server, the bank's core system. Everything else is
//! ours; nothing of ours is behind a trait.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use warifu_domain::account::AccountType;
use warifu_domain::ids::ContractId;

/// A future as ports return it.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The only source of time. Read once per request.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The only source of randomness; must be cryptographic (ASVS 11.5.1).
pub trait Entropy: Send + Sync {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// A mail ready to be handed over. No `Debug`: it may hold a code.
pub struct OutgoingMail {
    /// Stays the same when a mail is handed over twice.
    pub message_id: String,
    /// Display name of the sender.
    pub from_name: String,
    /// Address of the sender.
    pub from_address: String,
    /// Address of the recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailFailure {
    /// Trying again may help.
    Temporary(String),
    /// It will never be taken.
    Permanent(String),
}

/// The mail server.
pub trait Mailer: Send + Sync {
    /// Hands a mail over; `Ok` once the server has taken it.
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> Answer<'a, Result<(), MailFailure>>;
}

/// A message to a push service (RFC 8030), encrypted and signed. No `Debug`: whoever knows the endpoint
/// can push.
pub struct PushMessage {
    /// `https:` URL at a push service that the configuration knows.
    pub endpoint: String,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// Encrypted for the phone.
    pub body: Vec<u8>,
}

/// What became of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    /// The push service has taken it.
    Sent,
    /// The subscription is over for good.
    Gone,
    /// It was not taken; it is not tried again.
    Failed(String),
}

/// The way to push services.
pub trait PushSender: Send + Sync {
    /// Posts a message, within seconds. Follows no redirect.
    fn send<'a>(&'a self, message: &'a PushMessage) -> Answer<'a, PushOutcome>;
}

/// An account as the core system tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Branch code, `-`, number.
    pub id: String,
    /// 口座名義 in kana.
    pub holder: String,
    /// Yen.
    pub balance_yen: i64,
}

/// The account a transfer goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayeeAccount {
    /// Four digits.
    pub bank_code: String,
    /// Three digits.
    pub branch_code: String,
    /// 預金種目.
    pub account_type: AccountType,
    /// Seven digits.
    pub account_number: String,
}

/// One transfer to be carried out.
#[derive(Clone, Debug)]
pub struct TransferOrder {
    /// Made once per transfer: with the same key it is carried out once.
    pub idempotency_key: String,
    /// Whose money.
    pub contract_id: ContractId,
    /// Account debited.
    pub from_account: String,
    /// Account credited.
    pub payee: PayeeAccount,
    /// 受取人名.
    pub payee_name: String,
    /// Yen.
    pub amount_yen: i64,
    /// When it was authorized.
    pub at: Timestamp,
}

/// The core system's answer to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderAnswer {
    /// 受付済.
    Accepted,
    /// Not accepted: a stable reason such as `insufficient_funds`.
    Refused(String),
}

/// The core system could not answer. Whether an order was taken is unknown; asking again with the
/// same key tells.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct CoreBankingFault(pub String);

/// The bank's core system.
pub trait CoreBanking: Send + Sync {
    /// The accounts a contract may debit.
    fn accounts<'a>(
        &'a self,
        contract: &'a ContractId,
    ) -> Answer<'a, Result<Vec<Account>, CoreBankingFault>>;

    /// The holder's name in kana, where the other side answers (口座確認).
    fn payee_name<'a>(
        &'a self,
        payee: &'a PayeeAccount,
    ) -> Answer<'a, Result<Option<String>, CoreBankingFault>>;

    /// Carries out an order, once per idempotency key.
    fn accept<'a>(
        &'a self,
        order: &'a TransferOrder,
    ) -> Answer<'a, Result<OrderAnswer, CoreBankingFault>>;
}
