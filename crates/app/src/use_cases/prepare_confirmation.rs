//! MAIL-1: the confirmation screen needs an authorization bound to exactly what it shows. One that
//! is still good is taken; otherwise a new one is opened and the old one voided.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::{self, Authorization, Opening, State, Void};
use warifu_domain::factor::Factor;
use warifu_domain::ids::{AuthorizationId, InstructionId};
use warifu_domain::instruction::{Instruction, Status};
use warifu_domain::operation::Stage;
use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::Token;
use warifu_store::Commit;
use warifu_store::tables::{authorizations, instructions};

use super::current_session::Current;
use super::open_authorization::opened_event;
use super::person_records::PersonRecords;
use super::register_transfer::own;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// The client name of authorizations that Warifu's own portal opens.
pub const PORTAL: &str = "portal";

/// What the confirmation screen shows.
#[derive(Debug)]
pub struct Confirmation {
    /// What is to be confirmed.
    pub instruction: Instruction,
    /// Its authorization.
    pub authorization: Authorization,
    /// What is asked of this person now.
    pub needs: Vec<Factor>,
    /// The person as they stand now; wrong answers may have suspended them.
    pub person: Person,
    /// The token they use.
    pub token: Option<Token>,
    /// What stands in the way, such as a hold or a missing address; answers would be refused.
    pub obstacle: Option<Refusal>,
}

/// Runs the use case.
///
/// # Errors
/// Refused without permission, over a limit, or once the instruction left.
pub async fn run(
    app: &App,
    current: &Current,
    id: &InstructionId,
    origin: &Origin,
) -> Outcome<Confirmation> {
    for _ in 0..MAX_TRIES {
        let instruction = match own(app, current, id).await? {
            Ok(instruction) if instruction.status == Status::Registered => instruction,
            Ok(_) => return Ok(Err(Refusal::WrongState)),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(records) = PersonRecords::read(app, &current.person.id, current.now).await? else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        if let Some(authorization) = still_good(app, current, (&records, &instruction)).await? {
            return confirmation(app, current, records, (instruction, authorization)).await;
        }
        match open(app, current, &records, instruction, origin).await {
            Ok(Ok(opened)) => return confirmation(app, current, records, opened).await,
            Ok(Err(refusal)) => {
                let data = json!({ "instruction": id.as_str(), "reason": refusal.code() });
                let (person, kind) = (&current.person, EventKind::AuthorizationRefused);
                let event = audit::of_person(person, kind, &data, origin, current.now);
                app.record(Commit::audited(event)).await?;
                return Ok(Err(refusal));
            }
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("instruction conflicts"))
}

/// The confirmation that is open, if one is; changes nothing.
///
/// # Errors
/// As [`run`]; [`Refusal::Rejected`] once the person rejected it on the phone (APP-2).
pub async fn view(
    app: &App,
    current: &Current,
    id: &InstructionId,
) -> Outcome<Option<Confirmation>> {
    let instruction = match own(app, current, id).await? {
        Ok(instruction) if instruction.status == Status::Registered => instruction,
        Ok(gone) => return Ok(Err(why_gone(app, &gone).await?)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(records) = PersonRecords::read(app, &current.person.id, current.now).await? else {
        return Ok(Err(Refusal::NotLoggedOn));
    };
    match still_good(app, current, (&records, &instruction)).await? {
        Some(authorization) => {
            let about = (instruction, authorization);
            let shown = confirmation(app, current, records, about).await?;
            Ok(shown.map(Some))
        }
        None => Ok(Ok(None)),
    }
}

/// Rejected on the phone, or over for another reason.
async fn why_gone(app: &App, instruction: &Instruction) -> Result<Refusal, AppError> {
    let Some(id) = &instruction.authorization_id else {
        return Ok(Refusal::WrongState);
    };
    let found = authorizations::find(&app.db, id).await?;
    Ok(match found.map(|a| a.state) {
        Some(State::Void(Void::Rejected)) => Refusal::Rejected,
        _ => Refusal::WrongState,
    })
}

async fn still_good(
    app: &App,
    current: &Current,
    (records, instruction): (&PersonRecords, &Instruction),
) -> Result<Option<Authorization>, AppError> {
    let Some(id) = &instruction.authorization_id else {
        return Ok(None);
    };
    let bound = instruction
        .content()
        .bind(&instruction.contract_id, instruction.operation());
    let today = app.today(current.now);
    let (person, now) = (&records.person, current.now);
    Ok(authorizations::find(&app.db, id).await?.filter(|a| {
        a.state == State::Pending
            && now <= a.expires_at
            && a.digest == bound.digest
            && instruction.date == today
            && a.needs(&app.profile, person, now)
                .is_ok_and(|needs| a.suits_app(person, &needs))
    }))
}

async fn open(
    app: &App,
    current: &Current,
    records: &PersonRecords,
    mut instruction: Instruction,
    origin: &Origin,
) -> Result<Result<(Instruction, Authorization), Refusal>, Again> {
    let now = current.now;
    instruction.date = app.today(now);
    let content = instruction.content();
    let opening = Opening {
        id: AuthorizationId::from_entropy(app.random()),
        operation: instruction.operation(),
        stage: Stage::Transmit,
        channel: current.session.channel,
        client: PORTAL.to_owned(),
        bound: content.bind(&instruction.contract_id, instruction.operation()),
        content: &content,
        waiting: app
            .waiting_approvals(&current.person, current.now)
            .await
            .map_err(Again::Fault)?,
    };
    let person = &records.person;
    let opened = match authorization::open(opening, person, records.facts(app), now) {
        Ok(opened) => opened,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let old = instruction.authorization_id.replace(opened.id.clone());
    let mut commit = Commit::audited(opened_event(&opened, person, origin, now));
    instructions::update(&mut commit, &instruction);
    if let Some(old) = old {
        void(&mut commit, current, &old, Void::ContentChanged, origin);
    }
    authorizations::insert(&mut commit, &opened);
    app.commit(commit).await?;
    app.tell_phone(person, &opened);
    instruction.version += 1;
    Ok(Ok((instruction, opened)))
}

/// Adds to `commit` that an authorization never counts any more.
pub(super) fn void(
    commit: &mut Commit,
    current: &Current,
    id: &AuthorizationId,
    because: Void,
    origin: &Origin,
) {
    authorizations::void(commit, id, because, current.now);
    let data = json!({ "authorization": id.as_str(), "because": because.name() });
    let (person, kind) = (&current.person, EventKind::AuthorizationVoided);
    commit.event(audit::of_person(person, kind, &data, origin, current.now));
}

async fn confirmation(
    app: &App,
    current: &Current,
    records: PersonRecords,
    (instruction, authorization): (Instruction, Authorization),
) -> Outcome<Confirmation> {
    let needs = match authorization.needs(&app.profile, &records.person, current.now) {
        Ok(needs) => needs,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let held = app.token_of(&records.person).await?;
    let token = held.map(|held| held.token);
    let about = (&authorization, &needs[..]);
    Ok(Ok(Confirmation {
        obstacle: obstacle(app, about, &records, token.as_ref(), current.now).err(),
        instruction,
        needs,
        person: records.person,
        token,
        authorization,
    }))
}

/// Whatever is answered, this refuses it; said before anybody types a code in vain.
fn obstacle(
    app: &App,
    (authorization, needs): (&Authorization, &[Factor]),
    records: &PersonRecords,
    token: Option<&Token>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let person = &records.person;
    person.refuse_if_suspended()?;
    let of_token = |f: &Factor| matches!(f, Factor::TokenOtp | Factor::AppApproval);
    if needs.iter().any(of_token) {
        let token = token.ok_or(Refusal::NoToken)?;
        let policy = app.profile.token.as_ref().ok_or(Refusal::NoToken)?;
        token.refuse_unusable(policy, now)?;
    }
    if needs.contains(&Factor::MailOtp) {
        authorization::issue_precheck(authorization, person, records.facts(app), now)?;
    }
    Ok(())
}
