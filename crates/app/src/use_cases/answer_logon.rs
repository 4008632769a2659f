//! LOG-1, LOG-2, LOG-4: the further answers that complete a logon, the grid's cells or the token's code.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::factor::Factor;
use warifu_domain::ids::LogonId;
use warifu_domain::logon::{self, AnswerDecision, Logon};
use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::Token;
use warifu_otp::grid::verify_answer;
use warifu_otp::{Cell, GridCard};
use warifu_store::Commit;
use warifu_store::tables::{contracts, logons, person_secrets, persons, tokens};

use super::session_opening::OpenedSession;
use super::start_logon::pending_cells;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// A logon under way as the person sees it.
pub struct Challenge {
    /// What is still asked, in order.
    pub remaining: Vec<Factor>,
    /// The cells asked, if the grid is next.
    pub cells: Vec<String>,
    /// The token whose code is asked, if that is next.
    pub token: Option<Token>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// How far a right answer brought the logon.
pub struct Progress {
    /// What is still asked, in order.
    pub remaining: Vec<Factor>,
    /// The session, once nothing remains.
    pub session: Option<OpenedSession>,
}

/// One answer.
#[derive(Clone, Copy)]
pub struct LogonAnswer<'a> {
    /// To which factor: [`Factor::Grid`] or [`Factor::TokenOtp`].
    pub factor: Factor,
    /// The digits of the asked cells in their order, or the token's code.
    pub typed: &'a str,
}

struct Records {
    person: Person,
    contract: Contract,
    logon: Logon,
}

/// What a logon asks at the moment; asking again changes nothing (LOG-4).
///
/// # Errors
/// Refused once the logon is over.
pub async fn challenge(app: &App, logon_id: &LogonId) -> Outcome<Challenge> {
    let now = app.now()?;
    let Some(records) = read(app, logon_id).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    if records.contract.stopped {
        return Ok(Err(Refusal::Suspended));
    }
    let (person, logon) = (&records.person, records.logon);
    // The answer that suspended ended the logon too; whoever gave it learns why.
    if let Err(refusal) = person.refuse_if_suspended() {
        return Ok(Err(refusal));
    }
    let next = logon.remaining.first().copied().unwrap_or(Factor::Grid);
    if let Err(refusal) = logon::precheck_answer(person, &logon, next, now) {
        return Ok(Err(refusal));
    }
    let cells = match next {
        Factor::Grid => pending_cells(person),
        _ => Vec::new(),
    };
    let token = match next {
        Factor::TokenOtp => app.token_of(person).await?.map(|held| held.token),
        _ => None,
    };
    Ok(Ok(Challenge {
        remaining: logon.remaining,
        cells,
        token,
        expires_at: logon.expires_at,
    }))
}

/// Runs the use case.
///
/// # Errors
/// Refused as wrong, used, expired, or over.
pub async fn run(
    app: &App,
    logon_id: &LogonId,
    answer: LogonAnswer<'_>,
    origin: &Origin,
) -> Outcome<Progress> {
    let now = app.now()?;
    for _ in 0..MAX_TRIES {
        let Some(records) = read(app, logon_id).await? else {
            return Ok(Err(Refusal::NotFound));
        };
        if records.contract.stopped {
            return Ok(Err(Refusal::Suspended));
        }
        let decision = decide(app, &records, answer, now).await?;
        match attempt(app, &records, (decision, answer.factor), origin, now).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("logon conflicts"))
}

async fn read(app: &App, logon_id: &LogonId) -> Result<Option<Records>, AppError> {
    let Some(logon) = logons::find(&app.db, logon_id).await? else {
        return Ok(None);
    };
    let Some(person) = persons::find(&app.db, &logon.person_id).await? else {
        return Ok(None);
    };
    let contract = contracts::find(&app.db, &person.contract_id).await?;
    Ok(contract.map(|contract| Records {
        person,
        contract,
        logon,
    }))
}

async fn decide(
    app: &App,
    records: &Records,
    answer: LogonAnswer<'_>,
    now: Timestamp,
) -> Result<Result<AnswerDecision, Refusal>, AppError> {
    let (person, logon) = (&records.person, &records.logon);
    match answer.factor {
        Factor::Grid => {
            let right = cells_right(app, person, answer.typed).await?;
            Ok(logon::decide_grid(person, logon, right, &app.profile, now))
        }
        Factor::TokenOtp => {
            let Some(held) = app.token_of(person).await? else {
                return Ok(Err(Refusal::NoToken));
            };
            let token = (&held.token, &held.key);
            let typed = answer.typed;
            Ok(logon::decide_token(
                person,
                logon,
                token,
                typed,
                &app.profile,
                now,
            ))
        }
        _ => Ok(Err(Refusal::WrongState)),
    }
}

async fn cells_right(app: &App, person: &Person, answer: &str) -> Result<bool, AppError> {
    let sealed = person_secrets::find(&app.db, &person.id)
        .await?
        .and_then(|s| s.grid_sealed);
    let Some(sealed) = sealed else {
        return Ok(false);
    };
    let plain = app
        .vault
        .open(person_secrets::TABLE, person.id.as_str(), &sealed)?;
    let card = GridCard::from_bytes(&plain)
        .map_err(|_| AppError::Inconsistent("a sealed grid card is damaged"))?;
    let cells: Option<Vec<Cell>> = pending_cells(person)
        .iter()
        .map(|cell| cell.parse().ok())
        .collect();
    Ok(cells.is_some_and(|cells| verify_answer(&card, &cells, answer)))
}

async fn attempt(
    app: &App,
    records: &Records,
    (decision, factor): (Result<AnswerDecision, Refusal>, Factor),
    origin: &Origin,
    now: Timestamp,
) -> Result<Result<Progress, Refusal>, Again> {
    let person = &records.person;
    let refused = |code| {
        let data = json!({ "reason": code, "factor": factor.name() });
        audit::of_person(person, EventKind::LogonRefused, &data, origin, now)
    };
    let decision = match decision {
        Ok(decision) => decision,
        Err(refusal) => {
            app.commit(Commit::audited(refused(refusal.code()))).await?;
            return Ok(Err(refusal));
        }
    };
    let mut commit = Commit::housekeeping();
    persons::update(&mut commit, &decision.person);
    logons::update(&mut commit, &decision.logon);
    if let Some(token) = &decision.token {
        tokens::update(&mut commit, token);
    }
    if decision.suspended {
        app.follow_suspension(
            &mut commit,
            &decision.person,
            &records.contract,
            origin,
            now,
        )
        .map_err(Again::Fault)?;
    }
    let outcome = match decision.outcome {
        Ok(()) => {
            let logon = &decision.logon;
            let session = if logon.remaining.is_empty() {
                let opened = app
                    .open_session(&mut commit, person, logon, origin, now)
                    .await;
                Some(opened.map_err(Again::Fault)?)
            } else {
                None
            };
            Ok(Progress {
                remaining: decision.logon.remaining,
                session,
            })
        }
        Err(refusal) => {
            commit.event(refused(refusal.code()));
            Err(refusal)
        }
    };
    app.commit(commit).await?;
    Ok(outcome)
}
