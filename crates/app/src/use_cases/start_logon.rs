//! LOG-1, LCK-1, LCK-4: the first step of a logon. An unknown ID, a wrong PIN, a suspended person
//! and a stopped contract take the same way, the same work and the same answer.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::factor::Factor;
use warifu_domain::ids::{ContractId, LogonId, PersonId, UserId};
use warifu_domain::logon::{self, FirstProof, FirstStep, Logon};
use warifu_domain::person::{Channel, Person};
use warifu_domain::pin::{PinKind, fold_pin};
use warifu_domain::refusal::Refusal;
use warifu_otp::GridShape;
use warifu_otp::grid::choose_cells;
use warifu_store::Commit;
use warifu_store::tables::{contracts, logons, person_secrets, persons};

use super::passkey_challenges::Proven;
use super::session_opening::OpenedSession;
use crate::audit;
use crate::context::{App, INSTITUTION_CHAIN, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::pin_hash::PepperedPin;

/// What a person typed.
pub struct StartLogon<'a> {
    /// ご契約先 number.
    pub contract_id: &'a str,
    /// 利用者 ID; empty for the administrator.
    pub user_id: &'a str,
    /// 暗証番号.
    pub pin: &'a str,
    /// Where from.
    pub channel: Channel,
}

/// A logon whose first step was right.
pub struct Started {
    /// Its ID.
    pub logon_id: LogonId,
    /// What is still asked.
    pub remaining: Vec<Factor>,
    /// The cells asked, if the grid is; as printed on the card.
    pub cells: Vec<String>,
    /// Until when it must be finished.
    pub expires_at: Timestamp,
    /// The session, if nothing remains.
    pub session: Option<OpenedSession>,
}

/// Runs the use case.
///
/// # Errors
/// Refused as [`Refusal::WrongAnswer`], whatever was wrong.
pub async fn run(app: &App, command: StartLogon<'_>, origin: &Origin) -> Outcome<Started> {
    let now = app.now()?;
    let known = read(app, &command).await?;
    let pin = fold_pin(command.pin);
    let stored = known
        .as_ref()
        .map_or(String::new(), |k| k.logon_pin_hash.clone());
    let id = known
        .as_ref()
        .map_or_else(unknown_person, |k| k.person.id.clone());
    let peppered = PepperedPin::new(app.vault.pepper(), &id, PinKind::Logon, &pin);
    let pin_right = app
        .pins
        .verify(command.contract_id, peppered, stored.clone())
        .await?;
    let Some(known) = known else {
        let data = json!({ "reason": "unknown-id" });
        let kind = EventKind::LogonRefused;
        let line = audit::origin_line(origin);
        app.record(Commit::audited(audit::of_institution(
            kind, &data, &line, now,
        )))
        .await?;
        return Ok(Err(Refusal::WrongAnswer));
    };
    let first = First {
        proof: FirstProof::Pin(pin_right),
        pin_hash: Some(stored),
        passkey: None,
        channel: command.channel,
    };
    decide(app, known, &first, (origin, now)).await
}

/// What was proven first, and how.
pub(super) struct First<'a> {
    pub(super) proof: FirstProof,
    /// The hash a PIN was judged against.
    pub(super) pin_hash: Option<String>,
    /// The passkey, to be used up in the same commit.
    pub(super) passkey: Option<&'a Proven>,
    pub(super) channel: Channel,
}

/// The first step of a person whom a passkey named (LOG-8).
pub(super) async fn by_passkey(
    app: &App,
    proven: &Proven,
    channel: Channel,
    circumstances: (&Origin, Timestamp),
) -> Outcome<Started> {
    let Some(known) = read_person(app, &proven.passkey.person_id).await? else {
        return Ok(Err(Refusal::WrongAnswer));
    };
    let first = First {
        proof: FirstProof::Passkey,
        pin_hash: None,
        passkey: Some(proven),
        channel,
    };
    decide(app, known, &first, circumstances).await
}

async fn decide(
    app: &App,
    mut known: Known,
    first: &First<'_>,
    circumstances: (&Origin, Timestamp),
) -> Outcome<Started> {
    let id = known.person.id.clone();
    for _ in 0..MAX_TRIES {
        match attempt(app, &known, first, circumstances).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            // A passkey's challenge is used up by somebody else; it won't come back.
            Err(Again::Conflict) if first.passkey.is_some() => {
                return Ok(Err(Refusal::WrongAnswer));
            }
            Err(Again::Conflict) => {}
        }
        let again = read_person(app, &id).await?;
        // The PIN was judged against one hash; if it was changed meanwhile, that judgement is void.
        known = match again {
            Some(again) if Some(&again.logon_pin_hash) == first.pin_hash.as_ref() => again,
            _ => return Ok(Err(Refusal::WrongAnswer)),
        };
    }
    Err(AppError::Busy("logon conflicts"))
}

struct Known {
    person: Person,
    contract: Contract,
    logon_pin_hash: String,
}

async fn read(app: &App, command: &StartLogon<'_>) -> Result<Option<Known>, AppError> {
    let Some(id) = person_id(command) else {
        return Ok(None);
    };
    read_person(app, &id).await
}

async fn read_person(app: &App, id: &PersonId) -> Result<Option<Known>, AppError> {
    let Some(person) = persons::find(&app.db, id).await? else {
        return Ok(None);
    };
    let Some(contract) = contracts::find(&app.db, &person.contract_id).await? else {
        return Ok(None);
    };
    let Some(secrets) = person_secrets::find(&app.db, id).await? else {
        return Ok(None);
    };
    Ok(Some(Known {
        person,
        contract,
        logon_pin_hash: secrets.logon_pin_hash,
    }))
}

fn person_id(command: &StartLogon<'_>) -> Option<PersonId> {
    let contract = ContractId::parse(command.contract_id).ok()?;
    if command.user_id.trim().is_empty() {
        return Some(PersonId::new(&contract, None));
    }
    Some(PersonId::new(
        &contract,
        Some(&UserId::parse(command.user_id).ok()?),
    ))
}

fn unknown_person() -> PersonId {
    PersonId::from_stored(INSTITUTION_CHAIN.to_owned())
}

async fn attempt(
    app: &App,
    known: &Known,
    first: &First<'_>,
    (origin, now): (&Origin, Timestamp),
) -> Result<Result<Started, Refusal>, Again> {
    let person = &known.person;
    let step = FirstStep {
        logon_id: LogonId::from_entropy(app.random()),
        channel: first.channel,
        proof: first.proof,
        new_cells: new_cells(app).map_err(Again::Fault)?,
    };
    let stopped = known.contract.stopped;
    let decision = logon::decide_first(person, stopped, &app.profile, step, now);
    let (kind, data) = match &decision.outcome {
        Ok(logon) => (
            EventKind::LogonStarted,
            json!({ "logon": logon.id.as_str() }),
        ),
        Err(_) => (
            EventKind::LogonRefused,
            json!({ "reason": decision.reason }),
        ),
    };
    metrics::counter!("warifu_logons_total", "outcome" => kind.name()).increment(1);
    let mut commit = Commit::audited(audit::of_person(person, kind, &data, origin, now));
    if decision.person != *person {
        persons::update(&mut commit, &decision.person);
    }
    if let Some(passkey) = first.passkey {
        passkey.write(&mut commit);
    }
    if decision.suspended {
        app.follow_suspension(&mut commit, &decision.person, &known.contract, origin, now)
            .map_err(Again::Fault)?;
    }
    let outcome = match decision.outcome {
        Err(refusal) => Err(refusal),
        Ok(logon) => {
            logons::insert(&mut commit, &logon);
            let session = if logon.remaining.is_empty() {
                let opened = app
                    .open_session(&mut commit, person, &logon, origin, now)
                    .await;
                Some(opened.map_err(Again::Fault)?)
            } else {
                None
            };
            Ok(started(&decision.person, logon, session))
        }
    };
    app.commit(commit).await?;
    Ok(outcome)
}

fn started(person: &Person, logon: Logon, session: Option<OpenedSession>) -> Started {
    let asks_grid = logon.remaining.contains(&Factor::Grid);
    Started {
        logon_id: logon.id,
        cells: if asks_grid {
            pending_cells(person)
        } else {
            Vec::new()
        },
        remaining: logon.remaining,
        expires_at: logon.expires_at,
        session,
    }
}

/// The cells asked of a person at the moment, as printed on the card.
pub(super) fn pending_cells(person: &Person) -> Vec<String> {
    let pending = person.grid_pending.as_deref().unwrap_or_default();
    pending
        .split(',')
        .filter(|cell| !cell.is_empty())
        .map(str::to_owned)
        .collect()
}

fn new_cells(app: &App) -> Result<String, AppError> {
    let grid = &app.profile.grid;
    let fault = |_| AppError::Inconsistent("the grid of the profile is impossible");
    let shape = GridShape::new(grid.columns, grid.rows, grid.cell_digits).map_err(fault)?;
    let count = usize::from(grid.cells_asked);
    let cells = choose_cells(shape, count, None, &mut app.fill_random()).map_err(fault)?;
    Ok(cells
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(","))
}
