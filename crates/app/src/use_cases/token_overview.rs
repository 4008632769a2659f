//! TOK-12: the list of a contract's users with the state of each one's one-time password, and the tokens
//! lent to it.

use warifu_domain::person::Person;
use warifu_domain::token::{OtpState, Token, TokenKind, UsageMode, otp_state, sharers};
use warifu_store::tables::{contracts, persons, token_issues, tokens};

use super::acting::refuse_unless_manager;
use super::current_session::Current;
use crate::context::App;
use crate::error::{AppError, Outcome};

/// What the administrator's screens of tokens show.
#[derive(Clone, Debug)]
pub struct Overview {
    /// 利用形態.
    pub mode: UsageMode,
    /// What the institution lets customers use.
    pub kinds: Vec<TokenKind>,
    /// All persons of the contract, the administrator first.
    pub persons: Vec<PersonRow>,
    /// Hardware tokens lent to the contract, by serial.
    pub tokens: Vec<Token>,
}

/// One person in the list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// Who.
    pub person: Person,
    /// ワンタイムパスワード状態.
    pub state: OtpState,
    /// The token they use, or the one being issued to them.
    pub token: Option<Token>,
    /// The names of the others who use it: they are affected by what happens to it.
    pub sharers: Vec<String>,
    /// 利用停止中, for whatever reason.
    pub suspended: bool,
}

/// Reads the list.
///
/// # Errors
/// `NotPermitted` for 一般ユーザ and where the institution has no tokens.
pub async fn run(app: &App, current: &Current) -> Outcome<Overview> {
    let policy = match refuse_unless_manager(app, &current.person) {
        Ok(policy) => policy,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = &current.contract.id;
    let contract = contracts::find(&app.db, id).await?;
    let contract = contract.ok_or(AppError::Inconsistent("a person without a contract"))?;
    let all = persons::of_contract(&app.db, id).await?;
    let lent = tokens::of_contract(&app.db, id).await?;
    let issues = token_issues::open_of_contract(&app.db, id).await?;
    let row = |person: &Person| {
        let issued = issues
            .iter()
            .find(|i| i.person_id == person.id && i.is_open(current.now));
        let token_id = issued.map(|i| &i.token_id);
        let token_id = token_id.or(person.token.as_ref().map(|t| &t.id));
        let token = token_id.and_then(|id| lent.iter().find(|t| t.id == *id));
        PersonRow {
            state: otp_state(person, token, &policy, current.now),
            token: token.cloned(),
            sharers: sharers(person, &all).into_iter().map(|p| p.name).collect(),
            suspended: person.suspended.is_some(),
            person: person.clone(),
        }
    };
    let persons = all.iter().map(row).collect();
    let hardware = |t: &Token| t.kind == TokenKind::Hardware;
    Ok(Ok(Overview {
        mode: contract.token_mode,
        kinds: policy.kinds,
        persons,
        tokens: lent.iter().filter(|t| hardware(t)).cloned().collect(),
    }))
}
