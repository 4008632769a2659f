//! 取引認証: the proof, bound to the digest of one content, that the right person agreed to it.
//!
//! `open` starts one, `issue` mails a code for it, `answer` proves it. What may be asked is policy's
//! answer at that very moment, never what was asked earlier (POL-1, BIND-4).

mod answer;
mod approval;
mod issue;
mod open;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::Serialize;
use warifu_otp::OtpKey;

use crate::contract::Contract;
use crate::factor::Factor;
use crate::ids::{AuthorizationId, ContractId, PersonId, TokenId};
use crate::limits::{LimitsInForce, UsedToday};
use crate::operation::{Operation, Stage};
use crate::person::{Channel, Person};
use crate::policy::Profile;
use crate::refusal::Refusal;
use crate::token::Token;

pub use answer::{
    Answers, Decision, PinCheck, Proof, Request, decide_answer, offline_question, precheck,
};
pub use approval::{AppAnswer, ApprovalDecision, approval_message, decide_approval};
pub use issue::{Issue, IssueDecision, count_issue, decide_issue, issue_precheck};
pub use open::{Opening, open};

/// Older codes kept to tell a person that theirs is not the last one.
const SUPERSEDED_KEPT: usize = 8;

/// One authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Its ID.
    pub id: AuthorizationId,
    /// Of which contract.
    pub contract_id: ContractId,
    /// Who must prove it.
    pub person_id: PersonId,
    /// What is protected.
    pub operation: Operation,
    /// Which stage of it.
    pub stage: Stage,
    /// Where the person is.
    pub channel: Channel,
    /// Who asked for it: `portal`, or an API client's ID. Nobody else may see or answer it.
    pub client: String,
    /// The canonical content, see `content`.
    pub canonical: String,
    /// SHA-256 of `canonical`, hex.
    pub digest: String,
    /// Where it stands.
    pub state: State,
    /// When it was opened.
    pub created_at: Timestamp,
    /// After this nothing is accepted.
    pub expires_at: Timestamp,
    /// The profile under which it was last decided.
    pub policy_version: String,
    /// The mailed code.
    pub mail: MailCode,
    /// What the token app said.
    pub approval: Approval,
    /// The last answered request that carried an ID.
    pub last_request: Option<AnsweredRequest>,
    /// Guard of the record.
    pub version: i64,
}

/// Where an authorization stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Waiting for proof.
    Pending,
    /// Proven, once and for all.
    Authorized {
        /// When.
        at: Timestamp,
        /// Names the proof towards whoever executes.
        receipt: String,
        /// What was proven.
        factors: Vec<Factor>,
    },
    /// Never to be proven any more.
    Void(Void),
}

/// Why an authorization was voided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Void {
    /// The content changed after it was opened (MAIL-2).
    ContentChanged,
    /// The person gave the transaction up.
    Cancelled,
    /// The institution restored a backup; no code from before may live.
    Restored,
    /// The person rejected it on the phone (APP-2).
    Rejected,
}

/// What the token app said (APP-1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Approval {
    /// Not asked.
    #[default]
    NotAsked,
    /// Shown to the phone, no answer yet.
    Waiting,
    /// Approved: `signature` covers exactly what was shown.
    Approved {
        /// When.
        at: Timestamp,
        /// Whose key signed.
        token_id: TokenId,
        /// ECDSA P-256, r and s, over [`approval_message`].
        signature: Vec<u8>,
    },
}

/// The code mailed for an authorization. Only its MAC exists on the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailCode {
    /// How many were issued.
    pub issue: u32,
    /// MAC of the last one; absent before the first issue and once void.
    pub mac: Option<[u8; 32]>,
    /// MACs of earlier ones with their issue numbers.
    pub superseded: Vec<(u32, [u8; 32])>,
    /// Where the last one went.
    pub sent_to: Option<String>,
    /// Until when it counts, that moment included.
    pub expires_at: Option<Timestamp>,
    /// Wrong answers to the last one.
    pub tries: u32,
}

/// A request's ID with what it was answered, so that a retry returns the first answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredRequest {
    /// The caller's ID.
    pub id: String,
    /// Keyed MAC of what it sent.
    pub mac: Vec<u8>,
    /// `authorized`, or a refusal's code.
    pub outcome: String,
}

/// What a decision looks at besides the authorization and the person.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The institution's policy.
    pub profile: &'a Profile,
    /// The contract.
    pub contract: &'a Contract,
    /// What left today.
    pub used: UsedToday,
    /// The person's token with its key, where policy asks for one.
    pub token: Option<HeldToken<'a>>,
}

/// A person's token and what makes its codes.
#[derive(Clone, Copy)]
pub struct HeldToken<'a> {
    /// The record.
    pub token: &'a Token,
    /// The secret.
    pub key: &'a OtpKey,
}

impl Void {
    /// The name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ContentChanged => "content-changed",
            Self::Cancelled => "cancelled",
            Self::Restored => "restored",
            Self::Rejected => "rejected",
        }
    }

    /// Finds a reason by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::ContentChanged,
            Self::Cancelled,
            Self::Restored,
            Self::Rejected,
        ]
        .into_iter()
        .find(|v| v.name() == name)
    }
}

impl MailCode {
    /// Whether a code was issued and wrong answers voided it.
    #[must_use]
    pub fn is_void(&self) -> bool {
        self.issue > 0 && self.mac.is_none()
    }
}

impl Authorization {
    /// The factors policy asks of this person at `now`.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`] where the institution doesn't offer this, or the person may not.
    pub fn needs(
        &self,
        profile: &Profile,
        person: &Person,
        now: Timestamp,
    ) -> Result<Vec<Factor>, Refusal> {
        let proof =
            profile.operation_needs(self.operation, self.stage, person.role, self.channel, now);
        match proof {
            Some(proof) if person.permissions.allow(self.operation, self.stage) => {
                Ok(proof.for_person(|factor| person.registered(factor)))
            }
            _ => Err(Refusal::NotPermitted),
        }
    }

    /// Voids a pending authorization; a proven one stays proven.
    pub fn void(&mut self, reason: Void) {
        if self.state == State::Pending {
            self.state = State::Void(reason);
            self.mail.mac = None;
            self.mail.superseded.clear();
            if self.approval == Approval::Waiting {
                self.approval = Approval::NotAsked;
            }
        }
    }

    /// The state's name as clients see it. An expired one is pending in the record: time, not a
    /// job, decides.
    #[must_use]
    pub fn state_name(&self, now: Timestamp) -> &'static str {
        match self.state {
            State::Pending if now > self.expires_at => "expired",
            State::Pending => "pending",
            State::Authorized { .. } => "authorized",
            State::Void(_) => "void",
        }
    }

    /// Nobody else may see or answer it; not even learn that it exists.
    fn refuse_others(&self, person: &Person, facts: Facts<'_>) -> Result<(), Refusal> {
        let own = self.person_id == person.id
            && self.contract_id == person.contract_id
            && self.contract_id == facts.contract.id;
        if own { Ok(()) } else { Err(Refusal::NotFound) }
    }

    /// What makes this authorization unanswerable, whatever the answer.
    fn refuse_if_closed(&self, now: Timestamp) -> Result<(), Refusal> {
        match &self.state {
            State::Authorized { .. } => Err(Refusal::AlreadyUsed),
            State::Void(Void::ContentChanged) => Err(Refusal::ContentChanged),
            State::Void(Void::Rejected) => Err(Refusal::Rejected),
            State::Void(_) => Err(Refusal::WrongState),
            State::Pending if now > self.expires_at => Err(Refusal::Expired),
            State::Pending => Ok(()),
        }
    }
}

impl Facts<'_> {
    /// Nobody transacts while suspended, nor while logons wait after a revocation (TOK-10).
    fn refuse_stopped(&self, person: &Person, now: Timestamp) -> Result<(), Refusal> {
        if self.contract.stopped {
            return Err(Refusal::Suspended);
        }
        person.refuse_if_suspended()?;
        person.refuse_during_revocation(self.profile.token.as_ref(), now)
    }

    fn limits(&self, person: &Person) -> LimitsInForce {
        LimitsInForce {
            profile_per_transfer_yen: self.profile.transfer.per_transfer_yen,
            contract: self.contract.limits,
            person: person.limits,
        }
    }
}
