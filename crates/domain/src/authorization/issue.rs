//! Mailing a code for an authorization (MAIL-1, MAIL-3, MAIL-8).

use jiff::{SignedDuration, Timestamp};

use super::{Authorization, Facts, SUPERSEDED_KEPT};
use crate::address::refuse_during_hold;
use crate::factor::Factor;
use crate::person::{IssueWindow, Person};
use crate::refusal::Refusal;

/// A code was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where it goes.
    pub sent_to: String,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// Its number within this authorization, from 1.
    pub issue: u32,
}

/// Records after an issue, and what it came to.
#[derive(Clone, Debug)]
pub struct IssueDecision {
    /// To be written, guarded.
    pub authorization: Authorization,
    /// To be written, guarded: its window counts issues across authorizations.
    pub person: Person,
    /// What came of it.
    pub outcome: Issue,
}

/// Whether a code may be issued, and where it would go.
///
/// # Errors
/// Why not.
pub fn issue_precheck(
    authorization: &Authorization,
    person: &Person,
    facts: Facts<'_>,
    now: Timestamp,
) -> Result<String, Refusal> {
    authorization.refuse_others(person, facts)?;
    authorization.refuse_if_closed(now)?;
    facts.refuse_stopped(person, now)?;
    let needs = authorization.needs(facts.profile, person, now)?;
    if !needs.contains(&Factor::MailOtp) {
        return Err(Refusal::NoAddress);
    }
    let address = person.otp_mail.clone().ok_or(Refusal::NoAddress)?;
    refuse_during_hold(&facts.profile.mail_otp, person, now)?;
    refuse_over_rate(person, facts, now)?;
    Ok(address)
}

/// Issues a code whose MAC is `mac`: it replaces the one before, and failures already counted for
/// the person stay (NIST 800-63B-4 §3.1.3).
///
/// # Errors
/// As [`issue_precheck`].
pub fn decide_issue(
    authorization: &Authorization,
    person: &Person,
    facts: Facts<'_>,
    mac: [u8; 32],
    now: Timestamp,
) -> Result<IssueDecision, Refusal> {
    let sent_to = issue_precheck(authorization, person, facts, now)?;
    let policy = &facts.profile.mail_otp;
    let mut authorization = authorization.clone();
    let mut person = person.clone();
    let ttl = SignedDuration::from_secs(policy.ttl_secs);
    let expires_at = now
        .saturating_add(ttl)
        .unwrap_or(now)
        .min(authorization.expires_at);
    let mail = &mut authorization.mail;
    if let Some(old) = mail.mac.take() {
        mail.superseded.insert(0, (mail.issue, old));
        mail.superseded.truncate(SUPERSEDED_KEPT);
    }
    mail.issue += 1;
    mail.mac = Some(mac);
    mail.sent_to = Some(sent_to.clone());
    mail.expires_at = Some(expires_at);
    mail.tries = 0;
    let issue = mail.issue;
    authorization
        .policy_version
        .clone_from(&facts.profile.version);
    count_issue(&mut person, policy.issue_window_secs, now);
    Ok(IssueDecision {
        authorization,
        person,
        outcome: Issue {
            sent_to,
            expires_at,
            issue,
        },
    })
}

fn window_end(person: &Person, window_secs: i64) -> Option<Timestamp> {
    let window = SignedDuration::from_secs(window_secs);
    person
        .issue_window
        .began_at
        .and_then(|began| began.checked_add(window).ok())
}

fn refuse_over_rate(person: &Person, facts: Facts<'_>, now: Timestamp) -> Result<(), Refusal> {
    let policy = &facts.profile.mail_otp;
    match window_end(person, policy.issue_window_secs) {
        Some(end) if now < end && person.issue_window.issued >= policy.issues_per_window => {
            Err(Refusal::RateLimited { retry_at: end })
        }
        _ => Ok(()),
    }
}

/// Counts one mailed code toward the person's window; a new window begins when the last is over.
pub fn count_issue(person: &mut Person, window_secs: i64, now: Timestamp) {
    let open = window_end(person, window_secs).is_some_and(|end| now < end);
    person.issue_window = if open {
        IssueWindow {
            issued: person.issue_window.issued + 1,
            ..person.issue_window
        }
    } else {
        IssueWindow {
            began_at: Some(now),
            issued: 1,
        }
    };
}
