//! Logon: the PIN first, then what else policy asks of that role and channel (LOG-1, LOG-3, LOG-4).
//!
//! To the outside every failure of the first step looks alike (LCK-4); the reason is only in the
//! audit record.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use crate::factor::Factor;
use crate::ids::{LogonId, PersonId};
use crate::person::{Channel, Counted, Person};
use crate::policy::Profile;
use crate::refusal::Refusal;

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
    /// Whether the PIN is the person's. For an unknown ID it never is.
    pub pin_right: bool,
    /// Cells to ask if none are pending, like `B3,E1,H4`.
    pub new_cells: String,
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
    let Some(needs) = profile.logon_needs(person.role, step.channel, now) else {
        return refused(after, "no-logon-by-this-channel", false);
    };
    if !step.pin_right {
        let suspended = after.count_failure(Counted::LogonPin, &profile.suspension, now);
        return refused(after, "wrong-pin", suspended);
    }
    after.reset_failures(Counted::LogonPin);
    let remaining: Vec<_> = needs
        .iter()
        .copied()
        .filter(|f| *f != Factor::LogonPin)
        .collect();
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
    let (mut person, mut logon) = (person.clone(), logon.clone());
    if !answer_right {
        let suspended = person.count_failure(Counted::Grid, &profile.suspension, now);
        if suspended {
            logon.closed_at = Some(now);
        }
        let outcome = Err(Refusal::WrongAnswer);
        return Ok(AnswerDecision {
            person,
            logon,
            outcome,
            suspended,
        });
    }
    person.reset_failures(Counted::Grid);
    person.grid_pending = None;
    logon.remaining.retain(|f| *f != Factor::Grid);
    if logon.remaining.is_empty() {
        logon.closed_at = Some(now);
    }
    Ok(AnswerDecision {
        person,
        logon,
        outcome: Ok(()),
        suspended: false,
    })
}

/// LOG-6: whether a PIN set at `changed_at` is old enough for the notice.
#[must_use]
pub fn pin_notice_due(profile: &Profile, changed_at: Timestamp, now: Timestamp) -> bool {
    let days = profile.pin.reminder_after_days;
    now.duration_since(changed_at) >= SignedDuration::from_hours(24 * days)
}
