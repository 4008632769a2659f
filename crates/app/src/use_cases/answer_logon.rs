//! LOG-1, LOG-4: the grid answer that completes a logon.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::factor::Factor;
use warifu_domain::ids::LogonId;
use warifu_domain::logon::{self, Logon};
use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;
use warifu_otp::grid::verify_answer;
use warifu_otp::{Cell, GridCard};
use warifu_store::Commit;
use warifu_store::tables::{contracts, logons, person_secrets, persons};

use super::session_opening::OpenedSession;
use super::start_logon::pending_cells;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// A logon under way as the person sees it.
pub struct Challenge {
    /// What is still asked.
    pub remaining: Vec<Factor>,
    /// The cells asked.
    pub cells: Vec<String>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What a logon asks at the moment; asking again changes nothing (LOG-4).
///
/// # Errors
/// Refused once the logon is over.
pub async fn challenge(app: &App, logon_id: &LogonId) -> Outcome<Challenge> {
    let now = app.now()?;
    let Some((person, contract, logon)) = read(app, logon_id).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    if contract.stopped {
        return Ok(Err(Refusal::Suspended));
    }
    if let Err(refusal) = logon::precheck_answer(&person, &logon, Factor::Grid, now) {
        return Ok(Err(refusal));
    }
    let cells = pending_cells(&person);
    Ok(Ok(Challenge {
        remaining: logon.remaining,
        cells,
        expires_at: logon.expires_at,
    }))
}

/// Runs the use case: the digits of the asked cells, in their order.
///
/// # Errors
/// Refused as wrong, expired, or over.
pub async fn run(
    app: &App,
    logon_id: &LogonId,
    answer: &str,
    origin: &Origin,
) -> Outcome<OpenedSession> {
    let now = app.now()?;
    for _ in 0..MAX_TRIES {
        let Some((person, contract, logon)) = read(app, logon_id).await? else {
            return Ok(Err(Refusal::NotFound));
        };
        if contract.stopped {
            return Ok(Err(Refusal::Suspended));
        }
        let right = judge(app, &person, answer).await?;
        match attempt(app, (&person, &contract), &logon, right, (origin, now)).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("logon conflicts"))
}

async fn read(
    app: &App,
    logon_id: &LogonId,
) -> Result<Option<(Person, Contract, Logon)>, AppError> {
    let Some(logon) = logons::find(&app.db, logon_id).await? else {
        return Ok(None);
    };
    let Some(person) = persons::find(&app.db, &logon.person_id).await? else {
        return Ok(None);
    };
    let contract = contracts::find(&app.db, &person.contract_id).await?;
    Ok(contract.map(|contract| (person, contract, logon)))
}

async fn judge(app: &App, person: &Person, answer: &str) -> Result<bool, AppError> {
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
    (person, contract): (&Person, &Contract),
    logon: &Logon,
    right: bool,
    (origin, now): (&Origin, Timestamp),
) -> Result<Result<OpenedSession, Refusal>, Again> {
    let refused = |code| {
        let data = json!({ "reason": code, "factor": Factor::Grid.name() });
        audit::of_person(person, EventKind::LogonRefused, &data, origin, now)
    };
    let decision = match logon::decide_grid(person, logon, right, &app.profile, now) {
        Ok(decision) => decision,
        Err(refusal) => {
            app.commit(Commit::audited(refused(refusal.code()))).await?;
            return Ok(Err(refusal));
        }
    };
    let mut commit = Commit::housekeeping();
    persons::update(&mut commit, &decision.person);
    logons::update(&mut commit, &decision.logon);
    if decision.suspended {
        app.follow_suspension(&mut commit, &decision.person, contract, origin, now)
            .map_err(Again::Fault)?;
    }
    let outcome = match decision.outcome {
        Ok(()) => {
            let logon = &decision.logon;
            let opened = app
                .open_session(&mut commit, person, logon, origin, now)
                .await;
            Ok(opened.map_err(Again::Fault)?)
        }
        Err(refusal) => {
            commit.event(refused(refusal.code()));
            Err(refusal)
        }
    };
    app.commit(commit).await?;
    Ok(outcome)
}
