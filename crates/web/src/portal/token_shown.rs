//! Token records as views show them.

use warifu_app::use_cases::own_token::OwnToken;
use warifu_app::use_cases::token_overview::{Overview, PersonRow};
use warifu_domain::ids::PersonId;
use warifu_domain::person::{Counted, Role};
use warifu_domain::token::{self, OtpState, Token};

use super::posted::Fields;
use crate::views;
use crate::views::admin_tokens::{LentToken, UsageMode, UserRow};
use crate::views::token::{TokenFacts, TokenKind, TokenState};

pub(super) fn kind(kind: token::TokenKind) -> TokenKind {
    match kind {
        token::TokenKind::Hardware => TokenKind::Hardware,
        token::TokenKind::App => TokenKind::App,
        token::TokenKind::Authenticator => TokenKind::Authenticator,
    }
}

pub(super) fn state(state: OtpState) -> TokenState {
    match state {
        OtpState::NotRegistered => TokenState::NotRegistered,
        OtpState::Issuing => TokenState::Issuing,
        OtpState::InService => TokenState::InService,
        OtpState::Suspended => TokenState::Suspended,
        OtpState::Revoked(until) => TokenState::Revoked(until),
        OtpState::Expired => TokenState::Expired,
    }
}

/// The last digits: they tell one's own token from another without helping anybody to order a twin.
pub(super) fn masked(serial: &str) -> String {
    const SHOWN: usize = 4;
    let hidden = serial.chars().count().saturating_sub(SHOWN);
    let mask = |(i, c)| if i < hidden { '*' } else { c };
    serial.chars().enumerate().map(mask).collect()
}

pub(super) fn facts(own: &OwnToken) -> Option<TokenFacts> {
    own.token.as_ref().map(|token| TokenFacts {
        serial: token.serial.clone(),
        kind: kind(token.kind),
        expires_at: token.expires_at,
        renewal_due: own.renewal_due,
        sharers: own.sharers.clone(),
    })
}

pub(super) fn role(role: Role) -> views::shell::Role {
    match role {
        Role::Master => views::shell::Role::Master,
        Role::Administrator => views::shell::Role::Administrator,
        Role::General => views::shell::Role::General,
    }
}

/// The form's name for a person: letters, digits and `_`, as HTML and its labels like it.
fn field(row: &PersonRow) -> String {
    format!("user_{}", user_id(row))
}

fn user_id(row: &PersonRow) -> &str {
    row.person.user_id.as_ref().map_or("", |id| id.as_str())
}

/// A row of a list; ticked if `form` ticks it.
pub(super) fn user(row: &PersonRow, form: Option<&Fields>) -> UserRow {
    let field = field(row);
    let other_reason = |s: warifu_domain::person::Suspended| s.because != Counted::TokenOtp;
    UserRow {
        user_id: user_id(row).to_owned(),
        name: row.person.name.clone(),
        role: role(row.person.role),
        state: state(row.state),
        suspended: row.person.suspended.is_some_and(other_reason),
        serial: row.token.as_ref().map(|t| t.serial.clone()),
        sharers: row.sharers.clone(),
        chosen: form.is_some_and(|form| form.maybe(&field).is_some()),
        field,
    }
}

/// Whom a form chose.
pub(super) fn chosen(overview: &Overview, form: &Fields) -> Vec<PersonId> {
    let ticked = |row: &&PersonRow| form.maybe(&field(row)).is_some();
    let rows = overview.persons.iter().filter(ticked);
    rows.map(|row| row.person.id.clone()).collect()
}

/// Whether a row's person uses this token.
pub(super) fn uses(row: &PersonRow, token: &Token) -> bool {
    let own = row.person.token.as_ref();
    own.is_some_and(|own| own.id == token.id)
}

pub(super) fn lent(overview: &Overview, token: &Token) -> LentToken {
    let users = overview.persons.iter().filter(|row| uses(row, token));
    LentToken {
        serial: token.serial.clone(),
        users: users.map(|row| row.person.name.clone()).collect(),
        expires_at: token.expires_at,
    }
}

pub(super) fn mode(mode: token::UsageMode) -> UsageMode {
    match mode {
        token::UsageMode::OneEach => UsageMode::OneEach,
        token::UsageMode::OneForAll => UsageMode::OneForAll,
        token::UsageMode::Shared => UsageMode::Shared,
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn only_the_end_of_a_serial_is_shown() {
        assert_eq!(masked("WF-00000012"), "*******0012");
        assert_eq!(masked("12"), "12");
    }
}
