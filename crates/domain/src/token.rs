//! トークン: what shows a person's time-based codes, hardware or app, from issue to revocation.
//!
//! Here are the record and the judgement of a code. `registration` has what the administrator does with
//! hardware tokens, `software` the steps A to E of S4, `management` release and revocation.
//! A shared token is one record: one last step, one drift, one count of failures, whoever used it.

mod management;
mod registration;
mod software;
mod state;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::Deserialize;
use warifu_otp::numeric_code::parse_code;
use warifu_otp::{OtpKey, Verdict, Window, verify};

use crate::ids::{ContractId, TokenId};
use crate::policy::TokenPolicy;
use crate::refusal::Refusal;

pub use warifu_otp::{Algorithm, Digits, TokenClock, Totp};

pub use management::{Release, Revocation, release, revoke, sharers};
pub use registration::{
    Registration, UsageMode, check_mode, deregister, exchange, register, repair_drift,
};
pub use software::{
    Activation, Confirmed, Issue, IssueStep, activate, confirm_issue, new_issue, renew,
};
pub use state::{OtpState, otp_state};

/// One token. Its secret lives apart, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its ID.
    pub id: TokenId,
    /// シリアル番号, printed on the back or shown in the app; unique in the institution.
    pub serial: String,
    /// What it is.
    pub kind: TokenKind,
    /// Lent to which contract; `None` while in stock.
    pub contract_id: Option<ContractId>,
    /// Where it stands.
    pub status: TokenStatus,
    /// How its codes are made.
    pub totp: Totp,
    /// What codes it showed lately: one memory for all who share it (TOK-4, TOK-5).
    pub clock: TokenClock,
    /// Consecutive wrong codes of anybody who shares it.
    pub failures: u32,
    /// After this its codes are refused (TOK-8).
    pub expires_at: Option<Timestamp>,
    /// The app's public key for approvals: P-256, uncompressed point (APP-1).
    pub app_key: Option<Vec<u8>>,
    /// Guard of the record.
    pub version: i64,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// ハードウェアトークン.
    Hardware,
    /// トークンアプリ: Warifu's own.
    App,
    /// Any authenticator app that reads `otpauth://` (TOK-13).
    Authenticator,
}

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenStatus {
    /// At the institution.
    Stock,
    /// Lent to a contract, nobody uses it.
    Lent,
    /// 発行中: a software token that has not shown its first code to us.
    Issuing,
    /// In use by at least one person.
    InUse,
    /// 失効: never again.
    Revoked,
}

/// What a typed code came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Right; the token is to be written in the same commit as what it proves.
    Right(Token),
    /// A code of this token that was used already: refused, nobody's counter moves (TOK-4).
    Used,
    /// Wrong; the token with its count is to be written.
    Wrong(Token),
}

impl TokenKind {
    const ALL: [Self; 3] = [Self::Hardware, Self::App, Self::Authenticator];

    /// The name in records and profiles.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hardware => "hardware",
            Self::App => "app",
            Self::Authenticator => "authenticator",
        }
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

impl TokenStatus {
    const ALL: [Self; 5] = [
        Self::Stock,
        Self::Lent,
        Self::Issuing,
        Self::InUse,
        Self::Revoked,
    ];

    /// The name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Lent => "lent",
            Self::Issuing => "issuing",
            Self::InUse => "in-use",
            Self::Revoked => "revoked",
        }
    }

    /// Finds a status by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

impl Token {
    /// Whether a code of it may be looked at now, whatever the code.
    ///
    /// # Errors
    /// [`Refusal::NoToken`] unless it is in use, [`Refusal::TokenExpired`], [`Refusal::TokenLocked`].
    pub fn refuse_unusable(&self, policy: &TokenPolicy, now: Timestamp) -> Result<(), Refusal> {
        if self.status != TokenStatus::InUse {
            return Err(Refusal::NoToken);
        }
        self.refuse_expired(now)?;
        self.refuse_locked(policy)
    }

    fn refuse_expired(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.expires_at {
            Some(expiry) if now >= expiry => Err(Refusal::TokenExpired),
            _ => Ok(()),
        }
    }

    fn refuse_locked(&self, policy: &TokenPolicy) -> Result<(), Refusal> {
        if self.failures >= policy.failures_per_token {
            Err(Refusal::TokenLocked)
        } else {
            Ok(())
        }
    }

    /// Judges a typed code (RFC 6238 §5.2). A right one uses up its step: the caller writes the
    /// token, guarded, in the very commit that makes use of the proof.
    ///
    /// # Errors
    /// [`Refusal::ClockBehind`] when the server's clock is behind the last accepted step.
    pub fn judge(
        &self,
        key: &OtpKey,
        typed: &str,
        policy: &TokenPolicy,
        now: Timestamp,
    ) -> Result<Judged, Refusal> {
        let Ok(code) = parse_code(typed, self.totp.digits()) else {
            return Ok(self.wrong());
        };
        let secs = now.as_second();
        match verify(key, self.totp, self.clock, policy.window(), &code, secs) {
            Verdict::Right(clock) => {
                let mut token = self.clone();
                token.clock = clock;
                token.failures = 0;
                Ok(Judged::Right(token))
            }
            Verdict::Used => Ok(Judged::Used),
            Verdict::Wrong => Ok(self.wrong()),
            Verdict::ClockBehind => Err(Refusal::ClockBehind),
        }
    }

    /// The outcome of an answer that was compared elsewhere: counted for the token like a code.
    pub(crate) fn counted(&self, right: bool) -> Judged {
        if !right {
            return self.wrong();
        }
        let mut token = self.clone();
        token.failures = 0;
        Judged::Right(token)
    }

    fn wrong(&self) -> Judged {
        let mut token = self.clone();
        token.failures = token.failures.saturating_add(1);
        Judged::Wrong(token)
    }

    /// Whether the app offers renewal (TOK-8).
    #[must_use]
    pub fn renewal_due(&self, policy: &TokenPolicy, now: Timestamp) -> bool {
        let days = policy.renewal_from_days;
        let notice = jiff::SignedDuration::from_hours(24 * days);
        self.expires_at
            .is_some_and(|expiry| expiry.duration_since(now) <= notice)
    }
}

impl TokenPolicy {
    /// The window around the learnt drift.
    #[must_use]
    pub fn window(&self) -> Window {
        Window {
            steps_either_side: self.steps_either_side,
            max_drift_steps: self.max_drift_steps,
        }
    }
}
