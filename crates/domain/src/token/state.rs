//! TOK-12: the state of each person's OTP as the list of users shows it.

use jiff::{SignedDuration, Timestamp};

use super::{Token, TokenStatus};
use crate::person::{Counted, Person};
use crate::policy::TokenPolicy;
use crate::refusal::Refusal;

/// ワンタイムパスワード状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OtpState {
    /// 非登録.
    NotRegistered,
    /// 発行中.
    Issuing,
    /// サービス利用中.
    InService,
    /// 利用停止中.
    Suspended,
    /// 失効中, until the given moment.
    Revoked(Timestamp),
    /// 期限切れ.
    Expired,
}

impl Person {
    /// Until when this person's logons are refused after a revocation (TOK-10).
    #[must_use]
    pub fn revocation_hold(
        &self,
        policy: Option<&TokenPolicy>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let hold = SignedDuration::from_secs(policy?.revocation_hold_secs);
        let until = self.token_revoked_at?.saturating_add(hold).ok()?;
        (now < until).then_some(until)
    }
}

impl Person {
    /// Refuses while logons wait after a revocation.
    ///
    /// # Errors
    /// [`Refusal::RevocationHold`].
    pub fn refuse_during_revocation(
        &self,
        policy: Option<&TokenPolicy>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        match self.revocation_hold(policy, now) {
            Some(until) => Err(Refusal::RevocationHold { until }),
            None => Ok(()),
        }
    }
}

/// The state of `person`. `token` is the one they use, or the one being issued to them.
#[must_use]
pub fn otp_state(
    person: &Person,
    token: Option<&Token>,
    policy: &TokenPolicy,
    now: Timestamp,
) -> OtpState {
    if let Some(until) = person.revocation_hold(Some(policy), now) {
        return OtpState::Revoked(until);
    }
    let stopped = person
        .suspended
        .is_some_and(|s| s.because == Counted::TokenOtp);
    if stopped {
        return OtpState::Suspended;
    }
    match token {
        None => OtpState::NotRegistered,
        Some(token) if token.status == TokenStatus::Issuing => OtpState::Issuing,
        Some(token) if token.status != TokenStatus::InUse => OtpState::NotRegistered,
        Some(token) if token.failures >= policy.failures_per_token => OtpState::Suspended,
        Some(token) if token.expires_at.is_some_and(|e| now >= e) => OtpState::Expired,
        Some(_) => OtpState::InService,
    }
}
