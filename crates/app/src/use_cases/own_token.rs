//! TOK-8, TOK-12: a person's own token as their pages show it.

use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{OtpState, Token, TokenKind, UsageMode, new_issue, otp_state, sharers};
use warifu_store::tables::persons;

use super::current_session::Current;
use super::issue_token::{self, OpenIssue};
use crate::context::App;
use crate::error::{AppError, Outcome};

/// What a person may know of their token.
#[derive(Clone, Debug)]
pub struct OwnToken {
    /// ワンタイムパスワード状態.
    pub state: OtpState,
    /// The token they use; not one that is only being issued.
    pub token: Option<Token>,
    /// Whether its expiry is near enough to renew or exchange it (TOK-8).
    pub renewal_due: bool,
    /// The names of the others who use it.
    pub sharers: Vec<String>,
    /// The issue under way.
    pub issue: Option<OpenIssue>,
    /// Software tokens this person may have issued now; none while one is in service.
    pub issuable: Vec<TokenKind>,
}

/// Reads it.
///
/// # Errors
/// [`Refusal::NotFound`] where the institution has no tokens.
pub async fn run(app: &App, current: &Current) -> Outcome<OwnToken> {
    let Some(policy) = &app.profile.token else {
        return Ok(Err(Refusal::NotFound));
    };
    let person = &current.person;
    let token = app.token_of(person).await?.map(|held| held.token);
    let issue = issue_token::open(app, current).await?;
    let state = match (&token, &issue) {
        (None, Some(_)) => OtpState::Issuing,
        _ => otp_state(person, token.as_ref(), policy, current.now),
    };
    let may = new_issue(person, token.as_ref(), policy, current.now).is_ok()
        && current.contract.token_mode != UsageMode::OneForAll;
    let software = |kind: &&TokenKind| may && **kind != TokenKind::Hardware;
    Ok(Ok(OwnToken {
        state,
        renewal_due: token
            .as_ref()
            .is_some_and(|t| t.renewal_due(policy, current.now)),
        sharers: sharer_names(app, person).await?,
        token,
        issue,
        issuable: policy.kinds.iter().filter(software).copied().collect(),
    }))
}

async fn sharer_names(app: &App, person: &Person) -> Result<Vec<String>, AppError> {
    if person.token.is_none() {
        return Ok(Vec::new());
    }
    let all = persons::of_contract(&app.db, &person.contract_id).await?;
    Ok(sharers(person, &all).into_iter().map(|p| p.name).collect())
}
