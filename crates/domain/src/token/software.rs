//! S4 steps A to E, TOK-6 to TOK-8, TOK-13: a software token from the application to the first code.
//!
//! The activation link is single-use, short-lived and useless without the start password; the secret
//! leaves the server once, with the right start password.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use warifu_otp::OtpKey;

use super::{Judged, Token, TokenKind, TokenStatus};
use crate::ids::{ContractId, PersonId, TokenId, TokenIssueId};
use crate::person::{Counted, Person, PersonToken};
use crate::policy::TokenPolicy;
use crate::refusal::Refusal;

/// Wrong start passwords that spoil an activation link.
const START_TRIES: u32 = 5;

/// One issue under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Its ID.
    pub id: TokenIssueId,
    /// In which contract.
    pub contract_id: ContractId,
    /// For whom.
    pub person_id: PersonId,
    /// The token being issued.
    pub token_id: TokenId,
    /// Where the activation mail went; empty for an authenticator app, which reads a QR code instead.
    pub mail_to: Option<String>,
    /// SHA-256 of the link's secret, hex; absent for an authenticator app.
    pub link_hash: Option<String>,
    /// How far it is.
    pub step: IssueStep,
    /// Wrong start passwords.
    pub tries: u32,
    /// After this neither link nor first code count.
    pub expires_at: Timestamp,
    /// Guard of the record.
    pub version: i64,
}

/// How far an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IssueStep {
    /// B: the mail is out, the app is not set up.
    Mailed,
    /// C: the secret has left; the app shows codes.
    Activated,
    /// E: the first code was right.
    Done,
    /// Given up, or spoilt by wrong start passwords.
    Cancelled,
}

/// What an activation changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// The issue, activated or with its try counted.
    pub issue: Issue,
    /// The token with the app's public key.
    pub token: Token,
}

impl IssueStep {
    const ALL: [Self; 4] = [Self::Mailed, Self::Activated, Self::Done, Self::Cancelled];

    /// The name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mailed => "mailed",
            Self::Activated => "activated",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// Finds a step by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

impl Issue {
    /// Whether it waits for the app or the first code at `now`.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        matches!(self.step, IssueStep::Mailed | IssueStep::Activated) && now <= self.expires_at
    }
}

/// A new issue for a person who has no token, or whose software token is expired; until when it counts.
///
/// # Errors
/// [`Refusal::WrongState`] while a token is in use: it must be revoked first, so that a thief with a
/// session can't move the token to another phone. [`Refusal::RevocationHold`] too soon after that.
/// [`Refusal::Suspended`].
pub fn new_issue(
    person: &Person,
    current: Option<&Token>,
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    person.refuse_if_suspended()?;
    if let Some(until) = person.revocation_hold(Some(policy), now) {
        return Err(Refusal::RevocationHold { until });
    }
    let in_service = |t: &Token| t.kind == TokenKind::Hardware || t.refuse_expired(now).is_ok();
    if current.is_some_and(|t| t.status == TokenStatus::InUse && in_service(t)) {
        return Err(Refusal::WrongState);
    }
    let ttl = SignedDuration::from_secs(policy.activation_ttl_secs);
    Ok(now.saturating_add(ttl).unwrap_or(now))
}

/// C: the app asks for the secret. `start_password_right` was judged by the hashing pool.
///
/// # Errors
/// [`Refusal::AlreadyUsed`] for a link that has served, [`Refusal::Expired`], [`Refusal::CodeVoid`] once
/// spoilt. A wrong start password is no error: the issue comes back with its count.
pub fn activate(
    issue: &Issue,
    token: &Token,
    start_password_right: bool,
    app_key: Vec<u8>,
    now: Timestamp,
) -> Result<Result<Activation, Issue>, Refusal> {
    match issue.step {
        IssueStep::Mailed => {}
        IssueStep::Cancelled => return Err(Refusal::CodeVoid),
        IssueStep::Activated | IssueStep::Done => return Err(Refusal::AlreadyUsed),
    }
    if now > issue.expires_at {
        return Err(Refusal::Expired);
    }
    if token.status != TokenStatus::Issuing || token.id != issue.token_id {
        return Err(Refusal::WrongState);
    }
    let mut issue = issue.clone();
    if !start_password_right {
        issue.tries += 1;
        if issue.tries >= START_TRIES {
            issue.step = IssueStep::Cancelled;
        }
        return Ok(Err(issue));
    }
    issue.step = IssueStep::Activated;
    let mut token = token.clone();
    token.app_key = Some(app_key);
    Ok(Ok(Activation { issue, token }))
}

/// What confirming an issue changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// Done.
    pub issue: Issue,
    /// In use; the code shown is used up (fault 2).
    pub token: Token,
    /// With the token.
    pub person: Person,
}

/// D, E: the first code the app shows, typed on the PC, brings the token into service.
///
/// # Errors
/// [`Refusal::WrongState`] before the app is set up or after it is done, [`Refusal::Expired`],
/// [`Refusal::CodeUsed`], [`Refusal::TokenLocked`]. A wrong code is no error: the token comes back with its
/// count.
pub fn confirm_issue(
    (issue, token): (&Issue, &Token),
    person: &Person,
    (key, typed): (&OtpKey, &str),
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<Result<Confirmed, Token>, Refusal> {
    person.refuse_if_suspended()?;
    if issue.step != IssueStep::Activated || token.status != TokenStatus::Issuing {
        return Err(Refusal::WrongState);
    }
    if now > issue.expires_at {
        return Err(Refusal::Expired);
    }
    token.refuse_locked(policy)?;
    let mut token = match token.judge(key, typed, policy, now)? {
        Judged::Right(token) => token,
        Judged::Used => return Err(Refusal::CodeUsed),
        Judged::Wrong(token) => return Ok(Err(token)),
    };
    token.status = TokenStatus::InUse;
    let mut person = person.clone();
    person.reset_failures(Counted::TokenOtp);
    person.token = Some(PersonToken {
        id: token.id.clone(),
        confirms_in_app: policy.confirms_in_app && token.kind == TokenKind::App,
    });
    let mut issue = issue.clone();
    issue.step = IssueStep::Done;
    Ok(Ok(Confirmed {
        issue,
        token,
        person,
    }))
}

/// TOK-8: renewed on the phone, from the day the app offers it.
///
/// # Errors
/// [`Refusal::WrongState`] too early, [`Refusal::TokenExpired`] too late, [`Refusal::NoToken`].
pub fn renew(token: &Token, policy: &TokenPolicy, now: Timestamp) -> Result<Token, Refusal> {
    if token.status != TokenStatus::InUse || token.kind != TokenKind::App {
        return Err(Refusal::NoToken);
    }
    token.refuse_expired(now)?;
    if !token.renewal_due(policy, now) {
        return Err(Refusal::WrongState);
    }
    let mut token = token.clone();
    token.expires_at = policy.software_expiry(now);
    Ok(token)
}

impl TokenPolicy {
    /// When a software token made or renewed at `now` expires.
    #[must_use]
    pub fn software_expiry(&self, now: Timestamp) -> Option<Timestamp> {
        let valid = SignedDuration::from_hours(24 * self.software_valid_days);
        now.checked_add(valid).ok()
    }
}
