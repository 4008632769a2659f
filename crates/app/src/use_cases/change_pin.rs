//! A person changes one of their PINs. The current one proves it; wrong ones count (LCK-1).

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::UserId;
use warifu_domain::person::{Counted, Person};
use warifu_domain::pin::{PinFault, PinKind, check_new_pin, fold_pin};
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::person_secrets::{self, PersonSecrets};
use warifu_store::tables::{contracts, persons};

use super::current_session::Current;
use super::suspension::addresses_of;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{self, Asked};
use crate::outbox::Letter;
use crate::pin_hash::PepperedPin;

/// What was typed.
pub struct ChangePin<'a> {
    /// Which PIN.
    pub kind: PinKind,
    /// The one in force.
    pub current_pin: &'a str,
    /// The new one.
    pub new_pin: &'a str,
    /// The new one again.
    pub repeated: &'a str,
}

/// Runs the use case.
///
/// # Errors
/// Refused by a PIN rule, or because the current PIN is wrong.
pub async fn run(
    app: &App,
    current: &Current,
    command: ChangePin<'_>,
    origin: &Origin,
) -> Outcome<()> {
    let now = current.now;
    if let Err(fault) = check_rules(app, &current.person, &command) {
        return refuse(
            app,
            current,
            (command.kind, Refusal::PinRule(fault)),
            origin,
        )
        .await;
    }
    let id = &current.person.id;
    let contract = current.contract.id.as_str();
    for _ in 0..MAX_TRIES {
        let (Some(person), Some(secrets)) = (
            persons::find(&app.db, id).await?,
            person_secrets::find(&app.db, id).await?,
        ) else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        if let Err(refusal) = person.refuse_if_suspended() {
            return refuse(app, current, (command.kind, refusal), origin).await;
        }
        let right = judge(app, contract, &person, &secrets, &command).await?;
        let hash = if right {
            let new = fold_pin(command.new_pin);
            let peppered = PepperedPin::new(app.vault.pepper(), id, command.kind, &new);
            Some(app.pins.hash(contract, peppered, app.random()).await?)
        } else {
            None
        };
        match attempt(app, &person, command.kind, hash, (origin, now)).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("PIN change conflicts"))
}

/// Refused before the current PIN counted: nothing but the record of it is written.
async fn refuse(
    app: &App,
    current: &Current,
    (kind, refusal): (PinKind, Refusal),
    origin: &Origin,
) -> Outcome<()> {
    let data = json!({ "pin": kind.name(), "reason": refusal.code() });
    let event = EventKind::PinChangeRefused;
    let event = audit::of_person(&current.person, event, &data, origin, current.now);
    app.record(Commit::audited(event)).await?;
    Ok(Err(refusal))
}

/// The rules of a new PIN. It isn't compared with the person's other PIN: that would tell whoever
/// knows one of them, uncounted, whether a guess is the other.
fn check_rules(app: &App, person: &Person, command: &ChangePin<'_>) -> Result<(), PinFault> {
    let new = fold_pin(command.new_pin);
    if new != fold_pin(command.repeated) {
        return Err(PinFault::Mismatch);
    }
    let user = person.user_id.as_ref().map_or("", UserId::as_str);
    check_new_pin(&app.profile.pin, &new, &[person.contract_id.as_str(), user])?;
    if new == fold_pin(command.current_pin) {
        Err(PinFault::Unchanged)
    } else {
        Ok(())
    }
}

/// Whether the current PIN is right.
async fn judge(
    app: &App,
    contract: &str,
    person: &Person,
    secrets: &PersonSecrets,
    command: &ChangePin<'_>,
) -> Result<bool, AppError> {
    let typed = fold_pin(command.current_pin);
    let current = PepperedPin::new(app.vault.pepper(), &person.id, command.kind, &typed);
    let stored = secrets.pin_hash(command.kind).to_owned();
    app.pins.verify(contract, current, stored).await
}

async fn attempt(
    app: &App,
    person: &Person,
    kind: PinKind,
    hash: Option<String>,
    (origin, now): (&Origin, Timestamp),
) -> Result<Result<(), Refusal>, Again> {
    let counted = match kind {
        PinKind::Logon => Counted::LogonPin,
        PinKind::Confirmation => Counted::ConfirmationPin,
    };
    let contract = contracts::find(&app.db, &person.contract_id)
        .await
        .map_err(fault)?;
    let contract = contract.ok_or(Again::Fault(AppError::Inconsistent("no contract")))?;
    let data = json!({ "pin": kind.name() });
    let mut after = person.clone();
    let Some(hash) = hash else {
        let suspends = after.count_failure(counted, &app.profile.suspension, now);
        let data = json!({ "pin": kind.name(), "reason": Refusal::WrongAnswer.code() });
        let event = audit::of_person(person, EventKind::PinChangeRefused, &data, origin, now);
        let mut commit = Commit::audited(event);
        persons::update(&mut commit, &after);
        if suspends {
            app.follow_suspension(&mut commit, &after, &contract, origin, now)
                .map_err(Again::Fault)?;
        }
        app.commit(commit).await?;
        return Ok(Err(Refusal::WrongAnswer));
    };
    after.reset_failures(counted);
    let what = match kind {
        PinKind::Logon => {
            after.logon_pin_changed_at = now;
            "暗証番号"
        }
        PinKind::Confirmation => {
            after.confirmation_pin_changed_at = now;
            "確認暗証番号"
        }
    };
    let mut commit = Commit::audited(audit::of_person(
        person,
        EventKind::PinChanged,
        &data,
        origin,
        now,
    ));
    persons::update(&mut commit, &after);
    person_secrets::set_pin(&mut commit, &person.id, kind, hash);
    let asked = Asked {
        contract_name: &contract.name,
        person_name: &person.name,
        at: now,
    };
    let text = mail_texts::pin_changed(&app.profile, what, &asked);
    for recipient in addresses_of(person) {
        let letter = Letter {
            person,
            recipient,
            kind: "pin-changed",
            text: &text,
            drop_at: None,
        };
        app.queue_mail(&mut commit, &letter, now)
            .map_err(Again::Fault)?;
    }
    app.commit(commit).await?;
    app.outbox_wake.notify_one();
    Ok(Ok(()))
}

fn fault(error: warifu_store::StoreError) -> Again {
    Again::Fault(error.into())
}
