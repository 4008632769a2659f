//! S4 appendix 1 and 2: an administrator or master releases suspended persons and revokes tokens.

use jiff::Timestamp;

use super::registration::users_of;
use super::{Token, TokenKind, TokenStatus};
use crate::person::{Counted, Person, Role};
use crate::refusal::Refusal;

/// What a release changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The person, released.
    pub person: Person,
    /// The token whose count starts anew; whoever shares it is affected too.
    pub token: Option<Token>,
}

/// What a revocation changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The person, without a token.
    pub person: Person,
    /// The token; still in use if others share it.
    pub token: Token,
}

fn may_manage(actor: &Person, person: &Person) -> Result<(), Refusal> {
    let manages = matches!(actor.role, Role::Master | Role::Administrator);
    if manages && actor.contract_id == person.contract_id {
        actor.refuse_if_suspended()
    } else {
        Err(Refusal::NotPermitted)
    }
}

/// The others who use the same token: they are affected by what happens to it, and shown.
#[must_use]
pub fn sharers(person: &Person, all: &[Person]) -> Vec<Person> {
    let Some(token) = &person.token else {
        return Vec::new();
    };
    all.iter()
        .filter(|p| p.id != person.id && p.token.as_ref().is_some_and(|t| t.id == token.id))
        .cloned()
        .collect()
}

/// LCK-2: releases a person whom wrong token codes suspended. Nobody releases themselves, nor whoever
/// shares their token: one thief with one token must not be able to go on guessing. Suspensions for other
/// reasons are the bank's to lift (LCK-1).
///
/// # Errors
/// [`Refusal::NotPermitted`], [`Refusal::WrongState`] if there is nothing to release.
pub fn release(actor: &Person, person: &Person, token: Option<&Token>) -> Result<Release, Refusal> {
    may_manage(actor, person)?;
    let same_token = match (&actor.token, &person.token) {
        (Some(own), Some(other)) => own.id == other.id,
        _ => false,
    };
    if actor.id == person.id || same_token {
        return Err(Refusal::NotPermitted);
    }
    let suspended = match person.suspended {
        Some(suspended) if suspended.because != Counted::TokenOtp => {
            return Err(Refusal::WrongState);
        }
        suspended => suspended.is_some(),
    };
    let counted = token.filter(|t| t.failures > 0);
    if !suspended && counted.is_none() {
        return Err(Refusal::WrongState);
    }
    let mut released = person.clone();
    released.suspended = None;
    released.reset_failures(Counted::TokenOtp);
    Ok(Release {
        person: released,
        token: counted.map(|token| Token {
            failures: 0,
            ..token.clone()
        }),
    })
}

/// TOK-10: revokes a person's token. Logons of that person wait from now on; a hardware token stays lent to
/// the contract, a software token never shows a right code again. `all` are all persons of the contract.
///
/// # Errors
/// [`Refusal::NotPermitted`]; [`Refusal::NoToken`] if the person doesn't use that token.
pub fn revoke(
    actor: &Person,
    person: &Person,
    token: &Token,
    all: &[Person],
    now: Timestamp,
) -> Result<Revocation, Refusal> {
    may_manage(actor, person)?;
    if person.token.as_ref().is_none_or(|t| t.id != token.id) {
        return Err(Refusal::NoToken);
    }
    let mut person = person.clone();
    person.token = None;
    person.token_revoked_at = Some(now);
    let mut token = token.clone();
    if users_of(&token, all).iter().all(|u| u.id == person.id) {
        token.failures = 0;
        token.status = match token.kind {
            TokenKind::Hardware => TokenStatus::Lent,
            TokenKind::App | TokenKind::Authenticator => TokenStatus::Revoked,
        };
    }
    Ok(Revocation { person, token })
}
