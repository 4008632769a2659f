//! TOK-2, TOK-3, TOK-5: hardware tokens of a contract, registered, exchanged, taken away and repaired
//! by its administrator.

use jiff::Timestamp;
use warifu_otp::numeric_code::parse_code;
use warifu_otp::{OtpKey, resynchronise};

use super::{Judged, Token, TokenKind, TokenStatus};
use crate::ids::ContractId;
use crate::person::{Person, PersonToken};
use crate::policy::TokenPolicy;
use crate::refusal::Refusal;

/// 利用形態: how a contract uses its tokens (S3 1(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UsageMode {
    /// ① １つのトークンを全利用者で利用する.
    OneForAll,
    /// ② １つのトークンを複数の利用者で共有して利用する.
    Shared,
    /// ③ １つのトークンを１利用者に割り当てて利用する.
    OneEach,
}

/// What a registration changes, all in one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The token, in use and its shown code used up (fault 2).
    pub token: Token,
    /// The persons who use it from now on.
    pub persons: Vec<Person>,
}

impl UsageMode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::OneForAll, Self::Shared, Self::OneEach];

    /// The name in records and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OneForAll => "one-for-all",
            Self::Shared => "shared",
            Self::OneEach => "one-each",
        }
    }

    /// Finds a mode by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name)
    }
}

/// Whether `mode` holds for what is registered now: `persons` are all of the contract.
///
/// # Errors
/// [`Refusal::TokenMode`] while registrations contradict it; they are to be removed first.
pub fn check_mode(mode: UsageMode, persons: &[Person]) -> Result<(), Refusal> {
    let used: Vec<_> = persons.iter().filter_map(|p| p.token.as_ref()).collect();
    let shared = |token: &PersonToken| used.iter().filter(|t| t.id == token.id).count() > 1;
    let holds = match mode {
        UsageMode::Shared => true,
        UsageMode::OneEach => !used.iter().any(|token| shared(token)),
        UsageMode::OneForAll => used.windows(2).all(|pair| match pair {
            [one, other] => one.id == other.id,
            _ => true,
        }),
    };
    if holds {
        Ok(())
    } else {
        Err(Refusal::TokenMode)
    }
}

/// Registers a token lent to the contract for `chosen` persons (TOK-3): the code it shows proves that
/// the administrator holds it, and is used up by that. `all` are all persons of the contract; in mode
/// [`UsageMode::OneForAll`] whoever was chosen, all of them get it.
///
/// # Errors
/// [`Refusal::TokenUnavailable`] for a token that is not lent to this contract, or a person who has
/// another one: that is to be exchanged, deregistered or revoked first, never dropped by the way.
/// [`Refusal::MissingAnswer`] if nobody was chosen, [`Refusal::TokenMode`], [`Refusal::TokenExpired`],
/// [`Refusal::TokenLocked`], [`Refusal::CodeUsed`], [`Refusal::ClockBehind`]. A wrong code is no error:
/// the token comes back with its count.
pub fn register(
    token: &Token,
    (contract, mode): (&ContractId, UsageMode),
    (chosen, all): (&[Person], &[Person]),
    (key, typed): (&OtpKey, &str),
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<Result<Registration, Token>, Refusal> {
    let persons = match mode {
        UsageMode::OneForAll => all,
        UsageMode::Shared | UsageMode::OneEach => chosen,
    };
    let another = |p: &Person| p.token.as_ref().is_some_and(|t| t.id != token.id);
    if persons.iter().any(another) {
        return Err(Refusal::TokenUnavailable);
    }
    bring_into_use(
        token,
        (contract, mode),
        (persons, all),
        (key, typed),
        policy,
        now,
    )
}

fn bring_into_use(
    token: &Token,
    (contract, mode): (&ContractId, UsageMode),
    (persons, all): (&[Person], &[Person]),
    (key, typed): (&OtpKey, &str),
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<Result<Registration, Token>, Refusal> {
    let lent = token.kind == TokenKind::Hardware
        && policy.kinds.contains(&TokenKind::Hardware)
        && token.contract_id.as_ref() == Some(contract)
        && matches!(token.status, TokenStatus::Lent | TokenStatus::InUse);
    if !lent {
        return Err(Refusal::TokenUnavailable);
    }
    token.refuse_expired(now)?;
    token.refuse_locked(policy)?;
    if persons.is_empty() {
        return Err(Refusal::MissingAnswer);
    }
    let mut persons = persons.to_vec();
    for person in &mut persons {
        person.token = Some(PersonToken {
            id: token.id.clone(),
            confirms_in_app: false,
        });
    }
    check_mode(mode, &merged(all, &persons))?;
    match token.judge(key, typed, policy, now)? {
        Judged::Right(mut token) => {
            token.status = TokenStatus::InUse;
            Ok(Ok(Registration { token, persons }))
        }
        Judged::Used => Err(Refusal::CodeUsed),
        Judged::Wrong(token) => Ok(Err(token)),
    }
}

/// All persons, those who change as they will be.
fn merged(all: &[Person], changed: &[Person]) -> Vec<Person> {
    let after = |person: &Person| {
        let found = changed.iter().find(|c| c.id == person.id);
        found.unwrap_or(person).clone()
    };
    all.iter().map(after).collect()
}

/// 交換: whoever used `old` uses the new token from now on. The old one goes back to being lent and
/// unused, so that it can be returned.
///
/// # Errors
/// As [`register`]; [`Refusal::TokenUnavailable`] if the old one is no hardware token in use.
pub fn exchange(
    (old, new): (&Token, &Token),
    (contract, mode): (&ContractId, UsageMode),
    all: &[Person],
    (key, typed): (&OtpKey, &str),
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<Result<(Registration, Token), Token>, Refusal> {
    let users = users_of(old, all);
    if old.kind != TokenKind::Hardware || users.is_empty() || old.id == new.id {
        return Err(Refusal::TokenUnavailable);
    }
    let registered = bring_into_use(
        new,
        (contract, mode),
        (&users, all),
        (key, typed),
        policy,
        now,
    )?;
    Ok(registered.map(|registration| (registration, unused(old))))
}

/// 利用登録解除: takes the token from `chosen`; the last one leaves it lent and unused. A software token is
/// revoked instead, and logons wait (TOK-10).
///
/// # Errors
/// [`Refusal::TokenUnavailable`] for a software token, or if one of them doesn't use it.
pub fn deregister(
    token: &Token,
    (chosen, all): (&[Person], &[Person]),
) -> Result<Registration, Refusal> {
    let users = users_of(token, all);
    let using = chosen.iter().all(|c| users.iter().any(|u| u.id == c.id));
    if token.kind != TokenKind::Hardware || chosen.is_empty() || !using {
        return Err(Refusal::TokenUnavailable);
    }
    let mut persons = chosen.to_vec();
    for person in &mut persons {
        person.token = None;
    }
    let token = if persons.len() == users.len() {
        unused(token)
    } else {
        token.clone()
    };
    Ok(Registration { token, persons })
}

/// The persons who use a token.
pub(super) fn users_of(token: &Token, all: &[Person]) -> Vec<Person> {
    let uses = |p: &&Person| p.token.as_ref().is_some_and(|t| t.id == token.id);
    all.iter().filter(uses).cloned().collect()
}

fn unused(token: &Token) -> Token {
    Token {
        status: TokenStatus::Lent,
        failures: 0,
        ..token.clone()
    }
}

/// TOK-5: two consecutive codes tell how far the token's clock is off. Both are used up by it.
///
/// # Errors
/// [`Refusal::TokenExpired`], [`Refusal::TokenLocked`]. Codes that don't fit are no error: the token
/// comes back with its count.
pub fn repair_drift(
    token: &Token,
    key: &OtpKey,
    (first, second): (&str, &str),
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<Result<Token, Token>, Refusal> {
    token.refuse_expired(now)?;
    token.refuse_locked(policy)?;
    let digits = token.totp.digits();
    let codes = (parse_code(first, digits), parse_code(second, digits));
    let learnt = match &codes {
        (Ok(first), Ok(second)) => resynchronise(
            key,
            token.totp,
            token.clock,
            policy.repair_reach_steps,
            policy.max_drift_steps,
            (first, second),
            now.as_second(),
        ),
        _ => None,
    };
    let mut token = token.clone();
    Ok(match learnt {
        Some(clock) => {
            token.clock = clock;
            token.failures = 0;
            Ok(token)
        }
        None => {
            token.failures = token.failures.saturating_add(1);
            Err(token)
        }
    })
}
