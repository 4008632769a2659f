//! MAIL-4, MAIL-5: a person asks for a new mail address; a code is mailed to it. Nothing counts
//! before that code came back.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use warifu_domain::account::masked_mail;
use warifu_domain::address::{self, AddressChange, AddressPurpose, parse_address};
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::{PinCheck, count_issue};
use warifu_domain::ids::AddressChangeId;
use warifu_domain::person::{Counted, Person};
use warifu_domain::pin::{PinKind, fold_pin};
use warifu_domain::refusal::Refusal;
use warifu_otp::{Digits, NumericCode, code_mac};
use warifu_store::tables::{address_changes, person_secrets, persons};
use warifu_store::{AuditEvent, Commit};

use super::current_session::Current;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{self, Asked};
use crate::outbox::Letter;
use crate::pin_hash::PepperedPin;

/// What was typed.
pub struct RequestAddress<'a> {
    /// Which of the two addresses.
    pub purpose: AddressPurpose,
    /// The new address.
    pub address: &'a str,
    /// The same again.
    pub repeated: &'a str,
    /// The person has seen the warning about free mail, where the profile only warns.
    pub warned: bool,
    /// 確認暗証番号. Not asked for the first registration, which the logon itself proves.
    pub confirmation_pin: Option<&'a str>,
}

/// A code is on its way.
pub struct ProofSent {
    /// Names the change under way.
    pub change_id: AddressChangeId,
    /// Where the code went, masked.
    pub sent_to: String,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

/// Runs the use case.
///
/// # Errors
/// Refused by a rule of addresses, by rate, or because the confirmation PIN is wrong.
pub async fn run(
    app: &App,
    current: &Current,
    command: RequestAddress<'_>,
    origin: &Origin,
) -> Outcome<ProofSent> {
    for _ in 0..MAX_TRIES {
        let Some(person) = persons::find(&app.db, &current.person.id).await? else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        let address = match check(app, &person, &command, current.now) {
            Ok(address) => address,
            Err(refusal) => {
                let event = refused(&person, command.purpose, &refusal, (origin, current.now));
                app.record(Commit::audited(event)).await?;
                return Ok(Err(refusal));
            }
        };
        let pin = match judge_pin(app, &person, &command).await? {
            Ok(pin) => pin,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let outcome = match pin {
            PinCheck::Wrong => {
                count_wrong_pin(app, current, (&person, command.purpose), origin).await
            }
            PinCheck::Right => {
                send(app, current, &person, (command.purpose, &address), origin).await
            }
        };
        match outcome {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("address conflicts"))
}

fn check(
    app: &App,
    person: &Person,
    command: &RequestAddress<'_>,
    now: Timestamp,
) -> Result<String, Refusal> {
    person.refuse_if_suspended()?;
    let address = parse_address(command.address)?;
    if parse_address(command.repeated).as_ref() != Ok(&address) {
        return Err(Refusal::AddressMismatch);
    }
    let policy = &app.profile.mail_otp;
    match command.purpose {
        AddressPurpose::Otp => {
            address::check_otp_address(policy, person, &address, command.warned)?;
        }
        AddressPurpose::Notice if person.notice_mail.as_deref() == Some(address.as_str()) => {
            return Err(Refusal::AddressUnchanged);
        }
        AddressPurpose::Notice => {}
    }
    refuse_over_rate(app, person, now)?;
    Ok(address)
}

/// Codes to prove addresses count toward the same window as codes for transactions (MAIL-8).
pub(super) fn refuse_over_rate(app: &App, person: &Person, now: Timestamp) -> Result<(), Refusal> {
    let policy = &app.profile.mail_otp;
    let window = SignedDuration::from_secs(policy.issue_window_secs);
    let end = person
        .issue_window
        .began_at
        .and_then(|b| b.checked_add(window).ok());
    match end {
        Some(end) if now < end && person.issue_window.issued >= policy.issues_per_window => {
            Err(Refusal::RateLimited { retry_at: end })
        }
        _ => Ok(()),
    }
}

async fn judge_pin(
    app: &App,
    person: &Person,
    command: &RequestAddress<'_>,
) -> Result<Result<PinCheck, Refusal>, AppError> {
    let first = match command.purpose {
        AddressPurpose::Otp => person.otp_mail.is_none(),
        AddressPurpose::Notice => false,
    };
    if first {
        return Ok(Ok(PinCheck::Right));
    }
    let Some(typed) = command.confirmation_pin else {
        return Ok(Err(Refusal::MissingAnswer));
    };
    let right = verify_confirmation_pin(app, person, typed).await?;
    Ok(Ok(if right {
        PinCheck::Right
    } else {
        PinCheck::Wrong
    }))
}

/// Whether `typed` is the person's confirmation PIN.
pub(super) async fn verify_confirmation_pin(
    app: &App,
    person: &Person,
    typed: &str,
) -> Result<bool, AppError> {
    let secrets = person_secrets::find(&app.db, &person.id)
        .await?
        .ok_or(AppError::Inconsistent("a person without secrets"))?;
    let kind = PinKind::Confirmation;
    let pin = PepperedPin::new(app.vault.pepper(), &person.id, kind, &fold_pin(typed));
    app.pins
        .verify(
            person.contract_id.as_str(),
            pin,
            secrets.confirmation_pin_hash,
        )
        .await
}

/// The event of an address, or of the proof of one, that was refused.
pub(super) fn refused(
    person: &Person,
    purpose: AddressPurpose,
    refusal: &Refusal,
    (origin, now): (&Origin, Timestamp),
) -> AuditEvent {
    let data = json!({ "purpose": purpose.name(), "reason": refusal.code() });
    audit::of_person(person, EventKind::AddressRefused, &data, origin, now)
}

async fn count_wrong_pin<T>(
    app: &App,
    current: &Current,
    (person, purpose): (&Person, AddressPurpose),
    origin: &Origin,
) -> Result<Result<T, Refusal>, Again> {
    let now = current.now;
    let mut after = person.clone();
    let suspends = after.count_failure(Counted::ConfirmationPin, &app.profile.suspension, now);
    let event = refused(person, purpose, &Refusal::WrongAnswer, (origin, now));
    let mut commit = Commit::audited(event);
    persons::update(&mut commit, &after);
    if suspends {
        app.follow_suspension(&mut commit, &after, &current.contract, origin, now)
            .map_err(Again::Fault)?;
    }
    app.commit(commit).await?;
    Ok(Err(Refusal::WrongAnswer))
}

async fn send(
    app: &App,
    current: &Current,
    person: &Person,
    (purpose, address): (AddressPurpose, &str),
    origin: &Origin,
) -> Result<Result<ProofSent, Refusal>, Again> {
    let now = current.now;
    let mut change = AddressChange {
        id: AddressChangeId::from_entropy(app.random()),
        person_id: person.id.clone(),
        purpose,
        address: address.to_owned(),
        code_mac: Vec::new(),
        issue: 0,
        expires_at: now,
        tries: 0,
        closed_at: None,
        version: 1,
    };
    let data = json!({ "purpose": purpose.name(), "to": masked_mail(address) });
    let event = audit::of_person(person, EventKind::AddressProofSent, &data, origin, now);
    let mut commit = Commit::audited(event);
    mail_code(app, &mut commit, current, person, &mut change).map_err(Again::Fault)?;
    address_changes::insert(&mut commit, &change);
    app.commit(commit).await?;
    app.outbox_wake.notify_one();
    Ok(Ok(ProofSent {
        change_id: change.id,
        sent_to: masked_mail(address),
        expires_at: change.expires_at,
    }))
}

/// Puts a new code for `change` and the mail with it into `commit`, and counts it.
pub(super) fn mail_code(
    app: &App,
    commit: &mut Commit,
    current: &Current,
    person: &Person,
    change: &mut AddressChange,
) -> Result<(), AppError> {
    let (policy, now) = (&app.profile.mail_otp, current.now);
    let digits = Digits::from_count(usize::from(policy.digits)).unwrap_or(Digits::Six);
    let code = NumericCode::from_entropy(digits, &mut app.fill_random());
    change.issue += 1;
    let id = change.id.as_str();
    change.code_mac = code_mac::mac(&app.code_key, id, change.issue, app.epoch, &code).to_vec();
    let ttl = SignedDuration::from_secs(policy.address_proof_ttl_secs);
    change.expires_at = now.saturating_add(ttl).unwrap_or(now);
    change.tries = 0;
    let asked = Asked {
        contract_name: &current.contract.name,
        person_name: &person.name,
        at: now,
    };
    let text = mail_texts::address_proof(&app.profile, code.expose(), &asked, change.expires_at);
    let letter = Letter {
        person,
        recipient: &change.address,
        kind: "address-proof",
        text: &text,
        drop_at: Some(change.expires_at),
    };
    app.queue_mail(commit, &letter, now)?;
    let mut after = person.clone();
    count_issue(&mut after, policy.issue_window_secs, now);
    persons::update(commit, &after);
    Ok(())
}
