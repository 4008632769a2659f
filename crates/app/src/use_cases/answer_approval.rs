//! APP-1, APP-2: the phone approves or rejects what it showed. Its signature covers the decision, the
//! authorization and exactly the shown bytes, and is kept as evidence.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::{
    AppAnswer, ApprovalDecision, Authorization, Facts, approval_message, decide_approval,
};
use warifu_domain::content::from_canonical;
use warifu_domain::ids::AuthorizationId;
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::{authorizations, instructions};

use super::held_tokens::Held;
use super::person_records::PersonRecords;
use crate::app_signature::is_signed_by;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{Asked, approval_rejected};

/// What the app sends.
#[derive(Clone, Copy)]
pub struct AnswerApproval<'a> {
    /// The token's serial.
    pub serial: &'a str,
    /// Which authorization.
    pub authorization_id: &'a AuthorizationId,
    /// Approved or rejected.
    pub approves: bool,
    /// ECDSA P-256, r and s, over `domain::authorization::approval_message`.
    pub signature: &'a [u8],
}

struct Records {
    held: Held,
    authorization: Authorization,
    person: PersonRecords,
}

/// Runs the use case. An approval makes the PC's confirmation possible; a rejection voids the
/// authorization and cancels its instruction in the same commit.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not this token's, or not signed by its app; which is not said. What
/// closed the authorization; [`Refusal::WrongState`] if it was answered before.
pub async fn run(app: &App, answer: AnswerApproval<'_>, origin: &Origin) -> Outcome<()> {
    let now = app.now()?;
    for _ in 0..MAX_TRIES {
        let Some(records) = read(app, &answer, now).await? else {
            return Ok(Err(Refusal::NotFound));
        };
        let decided = decide(app, &records, &answer, now);
        match attempt(app, (&records, decided), &answer, origin, now).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("authorization conflicts"))
}

/// The records, if the authorization is of a person who uses this very token.
async fn read(
    app: &App,
    answer: &AnswerApproval<'_>,
    now: Timestamp,
) -> Result<Option<Records>, AppError> {
    let Some(held) = app.token_by_serial(answer.serial).await? else {
        return Ok(None);
    };
    let found = PersonRecords::read_with(app, answer.authorization_id, now).await?;
    let Some((authorization, person)) = found else {
        return Ok(None);
    };
    let uses = |id| id == &held.token.id;
    let own = person.person.token.as_ref().is_some_and(|t| uses(&t.id));
    Ok(own.then_some(Records {
        held,
        authorization,
        person,
    }))
}

fn decide(
    app: &App,
    records: &Records,
    answer: &AnswerApproval<'_>,
    now: Timestamp,
) -> Result<ApprovalDecision, Refusal> {
    let (token, authorization) = (&records.held.token, &records.authorization);
    let message = approval_message(
        answer.approves,
        authorization.id.as_str(),
        &authorization.canonical,
    );
    let key = token.app_key.as_deref().ok_or(Refusal::NotFound)?;
    if !is_signed_by(key, message.as_bytes(), answer.signature) {
        return Err(Refusal::NotFound);
    }
    let facts = Facts {
        token: Some(records.held.facts()),
        ..records.person.facts(app)
    };
    let said = AppAnswer {
        approves: answer.approves,
        token_id: token.id.clone(),
        signature: answer.signature.to_vec(),
    };
    decide_approval(authorization, &records.person.person, facts, said, now)
}

async fn attempt(
    app: &App,
    (records, decided): (&Records, Result<ApprovalDecision, Refusal>),
    answer: &AnswerApproval<'_>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Result<(), Refusal>, Again> {
    let person = &records.person.person;
    let data = json!({
        "authorization": records.authorization.id.as_str(),
        "digest": records.authorization.digest,
        "serial": records.held.token.serial,
    });
    let decision = match decided {
        Ok(decision) => decision,
        Err(refusal) => {
            let data = json!({ "act": "approval", "of": data, "reason": refusal.code() });
            let event = audit::of_person(person, EventKind::TokenRefused, &data, origin, now);
            app.commit(Commit::audited(event)).await?;
            return Ok(Err(refusal));
        }
    };
    let kind = if decision.approved {
        EventKind::ApprovalGiven
    } else {
        EventKind::ApprovalRejected
    };
    let signature = BASE64URL_NOPAD.encode(answer.signature);
    let data = json!({ "of": data, "signature": signature });
    let mut commit = Commit::audited(audit::of_person(person, kind, &data, origin, now));
    authorizations::update(&mut commit, &decision.authorization, person.version);
    if !decision.approved {
        follow_rejection(app, &mut commit, records, origin, now)
            .await
            .map_err(Again::Fault)?;
    }
    app.commit(commit).await?;
    app.outbox_wake.notify_one();
    Ok(Ok(()))
}

/// APP-2: what waited for it is cancelled, the person and the administrator are told.
async fn follow_rejection(
    app: &App,
    commit: &mut Commit,
    records: &Records,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), AppError> {
    let (person, authorization) = (&records.person.person, &records.authorization);
    let waits = instructions::of_authorization(&app.db, &authorization.id).await?;
    if let Some(mut instruction) = waits
        && instruction.cancel().is_ok()
    {
        // Still names what was rejected: the confirmation screen says why it is over.
        instruction.authorization_id = Some(authorization.id.clone());
        instructions::update(commit, &instruction);
        let data = json!({ "instruction": instruction.id.as_str(), "because": "rejected" });
        let kind = EventKind::InstructionCancelled;
        commit.event(audit::of_person(person, kind, &data, origin, now));
    }
    let content = from_canonical(&authorization.canonical)
        .ok_or(AppError::Inconsistent("an authorization without content"))?;
    let asked = Asked {
        contract_name: &records.person.contract.name,
        person_name: &person.name,
        at: now,
    };
    let text = approval_rejected(&app.profile, &content, &asked);
    app.tell_person_and_administrator(commit, person, ("approval-rejected", &text), now)
        .await
}
