//! MAIL-1: the confirmation screen needs an authorization bound to exactly what it shows. One that
//! is still good is taken; otherwise a new one is opened and the old one voided.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::{self, Authorization, Opening, State, Void};
use warifu_domain::factor::Factor;
use warifu_domain::ids::{AuthorizationId, InstructionId};
use warifu_domain::instruction::{Instruction, Status};
use warifu_domain::operation::Stage;
use warifu_domain::refusal::Refusal;
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
        if let Some(authorization) = still_good(app, current, &instruction).await? {
            return Ok(confirmation(
                app,
                current,
                &records,
                instruction,
                authorization,
            ));
        }
        match open(app, current, &records, instruction, origin).await {
            Ok(Ok((instruction, authorization))) => {
                return Ok(confirmation(
                    app,
                    current,
                    &records,
                    instruction,
                    authorization,
                ));
            }
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
/// As [`run`].
pub async fn view(
    app: &App,
    current: &Current,
    id: &InstructionId,
) -> Outcome<Option<Confirmation>> {
    let instruction = match own(app, current, id).await? {
        Ok(instruction) if instruction.status == Status::Registered => instruction,
        Ok(_) => return Ok(Err(Refusal::WrongState)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(records) = PersonRecords::read(app, &current.person.id, current.now).await? else {
        return Ok(Err(Refusal::NotLoggedOn));
    };
    let good = still_good(app, current, &instruction).await?;
    Ok(good
        .map(|authorization| confirmation(app, current, &records, instruction, authorization))
        .transpose())
}

async fn still_good(
    app: &App,
    current: &Current,
    instruction: &Instruction,
) -> Result<Option<Authorization>, AppError> {
    let Some(id) = &instruction.authorization_id else {
        return Ok(None);
    };
    let bound = instruction
        .content()
        .bind(&instruction.contract_id, instruction.operation());
    let today = app.today(current.now);
    Ok(authorizations::find(&app.db, id).await?.filter(|a| {
        a.state == State::Pending
            && current.now <= a.expires_at
            && a.digest == bound.digest
            && instruction.date == today
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

fn confirmation(
    app: &App,
    current: &Current,
    records: &PersonRecords,
    instruction: Instruction,
    authorization: Authorization,
) -> Result<Confirmation, Refusal> {
    let needs = authorization.needs(&app.profile, &records.person, current.now)?;
    let facts = records.facts(app);
    let checked =
        authorization::issue_precheck(&authorization, &records.person, facts, current.now);
    let obstacle = match checked {
        Err(refusal) if needs.contains(&Factor::MailOtp) => Some(refusal),
        _ => None,
    };
    Ok(Confirmation {
        instruction,
        authorization,
        needs,
        obstacle,
    })
}
