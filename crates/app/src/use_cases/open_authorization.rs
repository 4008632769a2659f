//! BIND-1: opens an authorization for one content, for a client system of the API.

use serde_json::{Value, json};
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::{self, Authorization, Opening};
use warifu_domain::content::{Content, ContentFault, Defaults, parse_content};
use warifu_domain::factor::Factor;
use warifu_domain::ids::{AuthorizationId, ContractId, PersonId, UserId};
use warifu_domain::operation::{Operation, Stage};
use warifu_domain::person::Channel;
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::authorizations;

use super::person_records::PersonRecords;
use crate::audit;
use crate::context::{App, Origin};
use crate::error::AppError;

/// What a client system asks for.
pub struct OpenAuthorization<'a> {
    /// The client's ID.
    pub client: &'a str,
    /// ご契約先 number.
    pub contract_id: &'a str,
    /// 利用者 ID; absent for the administrator.
    pub user_id: Option<&'a str>,
    /// What is protected.
    pub operation: Operation,
    /// Which stage.
    pub stage: Stage,
    /// Where the person is.
    pub channel: Channel,
    /// The content, as sent.
    pub content: Value,
}

/// An authorization waits for proof.
pub struct Opened {
    /// The record.
    pub authorization: Authorization,
    /// What is asked of this person now.
    pub needs: Vec<Factor>,
}

/// Why it was not opened.
pub enum NotOpened {
    /// The content is faulty.
    Content(ContentFault),
    /// Policy, permissions or limits say no.
    Refused(Refusal),
}

/// Runs the use case.
///
/// # Errors
/// When the system failed.
pub async fn run(
    app: &App,
    command: OpenAuthorization<'_>,
    origin: &Origin,
) -> Result<Result<Opened, NotOpened>, AppError> {
    let now = app.now()?;
    let records = match person_id(&command) {
        Some(id) => PersonRecords::read(app, &id, now).await?,
        None => None,
    };
    let Some(records) = records else {
        return Ok(Err(NotOpened::Refused(Refusal::NotFound)));
    };
    let defaults = Defaults {
        from_account: records.contract.representative_account.clone(),
        today: app.today(now),
    };
    let content = match parse_content(command.operation, command.content.clone(), &defaults) {
        Ok(content) => with_names(app, content),
        Err(fault) => return Ok(Err(NotOpened::Content(fault))),
    };
    let person = &records.person;
    let opening = Opening {
        id: AuthorizationId::from_entropy(app.random()),
        operation: command.operation,
        stage: command.stage,
        channel: command.channel,
        client: command.client.to_owned(),
        bound: content.bind(&records.contract.id, command.operation),
        content: &content,
        waiting: app.waiting_approvals(person, now).await?,
    };
    let opened = authorization::open(opening, person, records.facts(app), now)
        .and_then(|a| a.needs(&app.profile, person, now).map(|needs| (a, needs)));
    let data = json!({ "operation": command.operation.name(), "stage": command.stage.name() });
    let (authorization, needs) = match opened {
        Ok(opened) => opened,
        Err(refusal) => {
            let data = json!({ "reason": refusal.code(), "opening": data });
            let kind = EventKind::AuthorizationRefused;
            let event = audit::of_person(person, kind, &data, origin, now);
            app.record(Commit::audited(event)).await?;
            return Ok(Err(NotOpened::Refused(refusal)));
        }
    };
    let mut commit = Commit::audited(opened_event(&authorization, person, origin, now));
    authorizations::insert(&mut commit, &authorization);
    app.record(commit).await?;
    app.tell_phone(person, &authorization);
    Ok(Ok(Opened {
        authorization,
        needs,
    }))
}

/// The event of an opened authorization: its content is part of the evidence.
pub(super) fn opened_event(
    authorization: &Authorization,
    person: &warifu_domain::person::Person,
    origin: &Origin,
    now: jiff::Timestamp,
) -> warifu_store::AuditEvent {
    let data = json!({
        "authorization": authorization.id.as_str(),
        "digest": authorization.digest,
        "content": authorization.canonical,
        "policy": authorization.policy_version,
    });
    audit::of_person(person, EventKind::AuthorizationOpened, &data, origin, now)
}

fn person_id(command: &OpenAuthorization<'_>) -> Option<PersonId> {
    let contract = ContractId::parse(command.contract_id).ok()?;
    match command.user_id {
        None => Some(PersonId::new(&contract, None)),
        Some(user) => Some(PersonId::new(&contract, Some(&UserId::parse(user).ok()?))),
    }
}

/// Names from the master data, so that the mail can show them. A client system may know banks that
/// the master doesn't; then the codes stand alone.
fn with_names(app: &App, mut content: Content) -> Content {
    if let Content::Transfers { transfers, .. } = &mut content {
        for t in transfers {
            if let Some((bank, branch)) = app.banks.names(&t.bank_code, &t.branch_code) {
                t.bank_name = bank;
                t.branch_name = branch.unwrap_or_default();
            }
        }
    }
    content
}
