//! MAIL-5, MAIL-6, NOT-2: the mailed code comes back, and the new address counts. Replacing an
//! existing OTP address holds transactions for the profile's time.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::account::masked_mail;
use warifu_domain::address::{AddressChange, AddressPurpose, apply_proven_address, hold_until};
use warifu_domain::audit::EventKind;
use warifu_domain::ids::{AddressChangeId, PersonId};
use warifu_domain::person::{Counted, Person};
use warifu_domain::refusal::Refusal;
use warifu_otp::numeric_code::parse_code;
use warifu_otp::{Digits, code_mac};
use warifu_store::Commit;
use warifu_store::tables::{address_changes, persons};

use super::current_session::Current;
use super::request_address::{ProofSent, mail_code, refuse_over_rate, refused};
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{self, Asked};
use crate::outbox::Letter;

/// A change under way, for the page that asks for its code.
pub struct Pending {
    /// Which address.
    pub purpose: AddressPurpose,
    /// Where the code went, masked.
    pub sent_to: String,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

/// An address counts from now on.
pub struct Proven {
    /// Which address.
    pub purpose: AddressPurpose,
    /// MAIL-6: transactions wait until then, if an existing address was replaced.
    pub hold_until: Option<Timestamp>,
}

/// The change under way.
///
/// # Errors
/// Refused if it is not this person's or is over.
pub async fn pending(app: &App, current: &Current, id: &AddressChangeId) -> Outcome<Pending> {
    let change = match own_change(app, current, id).await? {
        Ok(change) => change,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let sent_to = masked_mail(&change.address);
    Ok(Ok(Pending {
        purpose: change.purpose,
        sent_to,
        expires_at: change.expires_at,
    }))
}

/// Mails another code; the one before is void.
///
/// # Errors
/// Refused if the change is over, or by rate.
pub async fn send_again(
    app: &App,
    current: &Current,
    id: &AddressChangeId,
    origin: &Origin,
) -> Outcome<ProofSent> {
    let now = current.now;
    for _ in 0..MAX_TRIES {
        let mut change = match own_change(app, current, id).await? {
            Ok(change) => change,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(person) = persons::find(&app.db, &current.person.id).await? else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        let free = person.refuse_if_suspended();
        if let Err(refusal) = free.and_then(|()| refuse_over_rate(app, &person, now)) {
            let event = refused(&person, change.purpose, &refusal, (origin, now));
            app.record(Commit::audited(event)).await?;
            return Ok(Err(refusal));
        }
        let data = json!({ "purpose": change.purpose.name(), "to": masked_mail(&change.address) });
        let event = audit::of_person(&person, EventKind::AddressProofSent, &data, origin, now);
        let mut commit = Commit::audited(event);
        mail_code(app, &mut commit, current, &person, &mut change)?;
        address_changes::update(&mut commit, &change);
        match app.commit(commit).await {
            Ok(()) => {
                app.outbox_wake.notify_one();
                let sent_to = masked_mail(&change.address);
                let expires_at = change.expires_at;
                return Ok(Ok(ProofSent {
                    change_id: change.id,
                    sent_to,
                    expires_at,
                }));
            }
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("address conflicts"))
}

/// Runs the use case.
///
/// # Errors
/// Refused as wrong, expired, void or over.
pub async fn run(
    app: &App,
    current: &Current,
    id: &AddressChangeId,
    typed: &str,
    origin: &Origin,
) -> Outcome<Proven> {
    for _ in 0..MAX_TRIES {
        let change = match own_change(app, current, id).await? {
            Ok(change) => change,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(person) = persons::find(&app.db, &current.person.id).await? else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        if let Err(refusal) = precheck(app, &person, &change, current.now) {
            let event = refused(&person, change.purpose, &refusal, (origin, current.now));
            app.record(Commit::audited(event)).await?;
            return Ok(Err(refusal));
        }
        let outcome = if is_right(app, &change, typed) {
            accept(app, current, &person, change, origin).await
        } else {
            refuse(app, current, &person, change, origin).await
        };
        match outcome {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("address conflicts"))
}

async fn own_change(
    app: &App,
    current: &Current,
    id: &AddressChangeId,
) -> Result<Result<AddressChange, Refusal>, AppError> {
    let change = address_changes::find(&app.db, id).await?;
    Ok(match change.filter(|c| c.person_id == current.person.id) {
        None => Err(Refusal::NotFound),
        Some(change) if change.closed_at.is_some() => Err(Refusal::WrongState),
        Some(change) => Ok(change),
    })
}

/// Why no code could be right now.
fn precheck(
    app: &App,
    person: &Person,
    change: &AddressChange,
    now: Timestamp,
) -> Result<(), Refusal> {
    person.refuse_if_suspended()?;
    if now > change.expires_at {
        Err(Refusal::Expired)
    } else if change.tries >= app.profile.mail_otp.tries_per_code {
        Err(Refusal::CodeVoid)
    } else {
        Ok(())
    }
}

fn is_right(app: &App, change: &AddressChange, typed: &str) -> bool {
    let digits = Digits::from_count(usize::from(app.profile.mail_otp.digits));
    let code = digits.and_then(|digits| parse_code(typed, digits).ok());
    let expected = <[u8; 32]>::try_from(change.code_mac.as_slice()).ok();
    let id = change.id.as_str();
    code.zip(expected).is_some_and(|(code, expected)| {
        code_mac::verify(&app.code_key, id, change.issue, app.epoch, &code, &expected)
    })
}

async fn refuse(
    app: &App,
    current: &Current,
    person: &Person,
    mut change: AddressChange,
    origin: &Origin,
) -> Result<Result<Proven, Refusal>, Again> {
    let now = current.now;
    change.tries += 1;
    let mut after = person.clone();
    let suspends = after.count_failure(Counted::MailOtp, &app.profile.suspension, now);
    let event = refused(person, change.purpose, &Refusal::WrongAnswer, (origin, now));
    let mut commit = Commit::audited(event);
    address_changes::update(&mut commit, &change);
    persons::update(&mut commit, &after);
    if suspends {
        app.follow_suspension(&mut commit, &after, &current.contract, origin, now)
            .map_err(Again::Fault)?;
    }
    app.commit(commit).await?;
    Ok(Err(Refusal::WrongAnswer))
}

async fn accept(
    app: &App,
    current: &Current,
    person: &Person,
    mut change: AddressChange,
    origin: &Origin,
) -> Result<Result<Proven, Refusal>, Again> {
    let now = current.now;
    change.closed_at = Some(now);
    // Failures stay counted: proving a mailbox of one's own must not buy more guesses at the codes
    // of transactions.
    let mut after = person.clone();
    let old = apply_proven_address(&mut after, change.purpose, &change.address, now);
    let data = json!({
        "purpose": change.purpose.name(),
        "from": old.as_deref().map(masked_mail),
        "to": masked_mail(&change.address),
    });
    let mut commit = Commit::audited(audit::of_person(
        person,
        EventKind::AddressChanged,
        &data,
        origin,
        now,
    ));
    address_changes::update(&mut commit, &change);
    persons::update(&mut commit, &after);
    tell(app, &mut commit, current, (&change, old.as_deref()))
        .await
        .map_err(Again::Fault)?;
    app.commit(commit).await?;
    app.outbox_wake.notify_one();
    let held = old.is_some() && change.purpose == AddressPurpose::Otp;
    let hold_until = hold_until(&app.profile.mail_otp, &after).filter(|_| held);
    Ok(Ok(Proven {
        purpose: change.purpose,
        hold_until,
    }))
}

/// NOT-2: the old address, the new one, and for a user the administrator's.
async fn tell(
    app: &App,
    commit: &mut Commit,
    current: &Current,
    (change, old): (&AddressChange, Option<&str>),
) -> Result<(), AppError> {
    let person = &current.person;
    let what = match change.purpose {
        AddressPurpose::Otp => "ワンタイムパスワード送信先アドレス",
        AddressPurpose::Notice => "取引結果通知メールアドレス",
    };
    let asked = Asked {
        contract_name: &current.contract.name,
        person_name: &person.name,
        at: current.now,
    };
    let text = mail_texts::address_changed(&app.profile, what, &asked, (old, &change.address));
    let mut recipients: Vec<&str> = vec![&change.address];
    recipients.extend(old.filter(|old| *old != change.address));
    let administrator = if person.user_id.is_some() {
        persons::find(&app.db, &PersonId::new(&person.contract_id, None)).await?
    } else {
        None
    };
    let told = administrator
        .as_ref()
        .and_then(|a| a.notice_mail.as_deref().or(a.otp_mail.as_deref()));
    if let Some(address) = told.filter(|address| !recipients.contains(address)) {
        recipients.push(address);
    }
    for recipient in recipients {
        let letter = Letter {
            person,
            recipient,
            kind: "address-changed",
            text: &text,
            drop_at: None,
        };
        app.queue_mail(commit, &letter, current.now)?;
    }
    Ok(())
}
