//! Logon: the PIN first, then what else policy asks of that role and channel (LOG-1, LOG-3, LOG-4).
//!
//! To the outside every failure of the first step looks alike (LCK-4); the reason is only in the
//! audit record.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use warifu_otp::OtpKey;

use crate::factor::Factor;
use crate::ids::{LogonId, PersonId};
use crate::person::{Channel, Counted, Person};
use crate::policy::Profile;
use crate::refusal::Refusal;
use crate::token::{Judged, Token};

/// A logon whose first factor was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logon {
    /// Its ID.
    pub id: LogonId,
    /// Whose.
    pub person_id: PersonId,
    /// Where from.
    pub channel: Channel,
    /// What is still to be proven, in order.
    pub remaining: Vec<Factor>,
    /// Until when.
    pub expires_at: Timestamp,
    /// Set once completed or given up; a logon brings one session at most.
    pub closed_at: Option<Timestamp>,
    /// Guard of the record.
    pub version: i64,
}

/// The first step as judged by the hashing pool.
#[derive(Clone, Debug)]
pub struct FirstStep {
    /// The ID the logon would get.
    pub logon_id: LogonId,
    /// Where from.
    pub channel: Channel,
    /// What was proven first.
    pub proof: FirstProof,
    /// Cells to ask if none are pending, like `B3,E1,H4`.
    pub new_cells: String,
}

/// The first thing proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstProof {
    /// ID and PIN; whether the PIN is the person's. For an unknown ID it never is.
    Pin(bool),
    /// A passkey of the person, with user verification (LOG-8).
    Passkey,
}

/// After the first step.
#[derive(Clone, Debug)]
pub struct FirstDecision {
    /// To be written, guarded.
    pub person: Person,
    /// To be inserted, if the PIN was right; complete if nothing remains.
    pub outcome: Result<Logon, Refusal>,
    /// Why it was refused; for the audit record only, never for the answer.
    pub reason: Option<&'static str>,
    /// Whether this answer suspended the person.
    pub suspended: bool,
}

/// After a further answer.
#[derive(Clone, Debug)]
pub struct AnswerDecision {
    /// To be written, guarded.
    pub person: Person,
    /// To be written, guarded.
    pub logon: Logon,
    /// To be written, guarded, if a token's code was judged.
    pub token: Option<Token>,
    /// Whether the answer was right; `logon.remaining` says if the logon is complete.
    pub outcome: Result<(), Refusal>,
    /// Whether this answer suspended the person.
    pub suspended: bool,
}

/// Decides the first step. A suspended person and one whom policy gives no logon here are refused
/// as if the PIN were wrong, and what they typed is not counted.
#[must_use]
pub fn decide_first(
    person: &Person,
    contract_stopped: bool,
    profile: &Profile,
    step: FirstStep,
    now: Timestamp,
) -> FirstDecision {
    let mut after = person.clone();
    let refused = |person, reason, suspended| FirstDecision {
        person,
        outcome: Err(Refusal::WrongAnswer),
        reason: Some(reason),
        suspended,
    };
    if contract_stopped {
        return refused(after, "contract-stopped", false);
    }
    if person.suspended.is_some() {
        return refused(after, "suspended", false);
    }
    let Some(proof) = profile.logon_needs(person.role, step.channel, now) else {
        return refused(after, "no-logon-by-this-channel", false);
    };
    match step.proof {
        FirstProof::Pin(true) => after.reset_failures(Counted::LogonPin),
        FirstProof::Pin(false) => {
            let suspended = after.count_failure(Counted::LogonPin, &profile.suspension, now);
            return refused(after, "wrong-pin", suspended);
        }
        FirstProof::Passkey if proof.passkey_instead_of_pin => {}
        FirstProof::Passkey => return refused(after, "no-passkey-by-this-channel", false),
    }
    // S4: after a revocation the logon works without a token, so that a new one can be issued.
    let registered = |factor| match factor {
        Factor::TokenOtp => person.token.is_some(),
        factor => person.registered(factor),
    };
    let mut remaining = proof.for_person(registered);
    remaining.retain(|f| *f != Factor::LogonPin);
    if let Err((refusal, reason)) = refuse_after_first(person, &remaining, profile, now) {
        return FirstDecision {
            person: after,
            outcome: Err(refusal),
            reason: Some(reason),
            suspended: false,
        };
    }
    if remaining.contains(&Factor::Grid) && after.grid_pending.is_none() {
        after.grid_pending = Some(step.new_cells);
    }
    let ttl = SignedDuration::from_secs(profile.session.logon_ttl_secs);
    let logon = Logon {
        id: step.logon_id,
        person_id: person.id.clone(),
        channel: step.channel,
        closed_at: remaining.is_empty().then_some(now),
        remaining,
        expires_at: now.saturating_add(ttl).unwrap_or(now),
        version: 1,
    };
    FirstDecision {
        person: after,
        outcome: Ok(logon),
        reason: None,
        suspended: false,
    }
}

/// What is told to somebody whose first proof was right.
fn refuse_after_first(
    person: &Person,
    remaining: &[Factor],
    profile: &Profile,
    now: Timestamp,
) -> Result<(), (Refusal, &'static str)> {
    if let Some(until) = person.revocation_hold(profile.token.as_ref(), now) {
        return Err((Refusal::RevocationHold { until }, "revocation-hold"));
    }
    if remaining.contains(&Factor::TokenOtp) && person.token.is_none() {
        return Err((Refusal::NoToken, "no-token"));
    }
    Ok(())
}

/// Whether an answer to `factor` can be looked at now.
///
/// # Errors
/// Why not.
pub fn precheck_answer(
    person: &Person,
    logon: &Logon,
    factor: Factor,
    now: Timestamp,
) -> Result<(), Refusal> {
    if logon.person_id != person.id {
        return Err(Refusal::NotFound);
    }
    if logon.closed_at.is_some() {
        return Err(Refusal::AlreadyUsed);
    }
    if now > logon.expires_at {
        return Err(Refusal::Expired);
    }
    person.refuse_if_suspended()?;
    // Cells answered right in another logon are asked no more: no answer fits, and none counts.
    let asked = factor != Factor::Grid || person.grid_pending.is_some();
    if asked && logon.remaining.first() == Some(&factor) {
        Ok(())
    } else {
        Err(Refusal::WrongState)
    }
}

/// Decides an answer to the grid challenge. The same cells stay asked until a right answer (LOG-4).
///
/// # Errors
/// As [`precheck_answer`].
pub fn decide_grid(
    person: &Person,
    logon: &Logon,
    answer_right: bool,
    profile: &Profile,
    now: Timestamp,
) -> Result<AnswerDecision, Refusal> {
    precheck_answer(person, logon, Factor::Grid, now)?;
    person.refuse_during_revocation(profile.token.as_ref(), now)?;
    let mut decision = AnswerDecision::unchanged(person, logon);
    if answer_right {
        decision.accept(Factor::Grid, Counted::Grid, now);
        decision.person.grid_pending = None;
    } else {
        decision.refuse(Counted::Grid, profile, now);
    }
    Ok(decision)
}

/// Decides an answer by the person's token (LOG-2). A code used before refuses, but nobody's counter
/// moves: a colleague may have been quicker (TOK-4).
///
/// # Errors
/// As [`precheck_answer`]; what makes the token unusable; [`Refusal::CodeUsed`].
pub fn decide_token(
    person: &Person,
    logon: &Logon,
    (token, key): (&Token, &OtpKey),
    typed: &str,
    profile: &Profile,
    now: Timestamp,
) -> Result<AnswerDecision, Refusal> {
    precheck_answer(person, logon, Factor::TokenOtp, now)?;
    person.refuse_during_revocation(profile.token.as_ref(), now)?;
    let policy = profile.token.as_ref().ok_or(Refusal::NoToken)?;
    if person.token.as_ref().is_none_or(|own| own.id != token.id) {
        return Err(Refusal::NoToken);
    }
    token.refuse_unusable(policy, now)?;
    let mut decision = AnswerDecision::unchanged(person, logon);
    match token.judge(key, typed, policy, now)? {
        Judged::Used => return Err(Refusal::CodeUsed),
        Judged::Right(token) => {
            decision.token = Some(token);
            decision.accept(Factor::TokenOtp, Counted::TokenOtp, now);
        }
        Judged::Wrong(token) => {
            decision.token = Some(token);
            decision.refuse(Counted::TokenOtp, profile, now);
        }
    }
    Ok(decision)
}

impl AnswerDecision {
    fn unchanged(person: &Person, logon: &Logon) -> Self {
        Self {
            person: person.clone(),
            logon: logon.clone(),
            token: None,
            outcome: Ok(()),
            suspended: false,
        }
    }

    fn accept(&mut self, factor: Factor, counted: Counted, now: Timestamp) {
        self.person.reset_failures(counted);
        self.logon.remaining.retain(|f| *f != factor);
        if self.logon.remaining.is_empty() {
            self.logon.closed_at = Some(now);
        }
    }

    fn refuse(&mut self, counted: Counted, profile: &Profile, now: Timestamp) {
        self.suspended = self.person.count_failure(counted, &profile.suspension, now);
        if self.suspended {
            self.logon.closed_at = Some(now);
        }
        self.outcome = Err(Refusal::WrongAnswer);
    }
}

/// LOG-6: whether a PIN set at `changed_at` is old enough for the notice.
#[must_use]
pub fn pin_notice_due(profile: &Profile, changed_at: Timestamp, now: Timestamp) -> bool {
    let days = profile.pin.reminder_after_days;
    now.duration_since(changed_at) >= SignedDuration::from_hours(24 * days)
}
