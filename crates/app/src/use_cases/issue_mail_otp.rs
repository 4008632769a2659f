//! MAIL-1, MAIL-3, MAIL-8: mails a code for one authorization, in the commit that makes it the only
//! one that counts.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::account::masked_mail;
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::{self, Authorization};
use warifu_domain::content::from_canonical;
use warifu_domain::ids::{AuthorizationId, MailId};
use warifu_domain::refusal::Refusal;
use warifu_otp::{Digits, NumericCode, code_mac};
use warifu_store::Commit;
use warifu_store::tables::{authorizations, persons};

use super::person_records::PersonRecords;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{self, Asked};
use crate::outbox::Letter;

/// A code is on its way.
#[derive(Debug)]
pub struct Issued {
    /// Where it goes, masked.
    pub sent_to: String,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// Its number within the authorization, from 1.
    pub issue: u32,
    /// The mail that carries it.
    pub mail_id: MailId,
}

/// Runs the use case for the client that opened the authorization.
///
/// # Errors
/// Refused: no address, hold, rate, over, suspended.
pub async fn run(
    app: &App,
    id: &AuthorizationId,
    client: &str,
    origin: &Origin,
) -> Outcome<Issued> {
    let now = app.now()?;
    for _ in 0..MAX_TRIES {
        let found = PersonRecords::read_with(app, id, now).await?;
        let Some((authorization, records)) = found.filter(|(a, _)| a.client == client) else {
            return Ok(Err(Refusal::NotFound));
        };
        match attempt(app, &authorization, &records, origin, now).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("authorization conflicts"))
}

async fn attempt(
    app: &App,
    authorization: &Authorization,
    records: &PersonRecords,
    origin: &Origin,
    now: Timestamp,
) -> Result<Result<Issued, Refusal>, Again> {
    let person = &records.person;
    let digits = Digits::from_count(usize::from(app.profile.mail_otp.digits));
    let code = NumericCode::from_entropy(digits.unwrap_or(Digits::Six), &mut app.fill_random());
    let next = authorization.mail.issue + 1;
    let mac = code_mac::mac(
        &app.code_key,
        authorization.id.as_str(),
        next,
        app.epoch,
        &code,
    );
    let facts = records.facts(app);
    let decision = match authorization::decide_issue(authorization, person, facts, mac, now) {
        Ok(decision) => decision,
        Err(refusal) => {
            let data =
                json!({ "authorization": authorization.id.as_str(), "reason": refusal.code() });
            let event = audit::of_person(person, EventKind::MailOtpRefused, &data, origin, now);
            app.commit(Commit::audited(event)).await?;
            return Ok(Err(refusal));
        }
    };
    let issue = &decision.outcome;
    let data = json!({
        "authorization": authorization.id.as_str(),
        "issue": issue.issue,
        "to": masked_mail(&issue.sent_to),
        "expires_at": issue.expires_at,
    });
    let event = audit::of_person(person, EventKind::MailOtpIssued, &data, origin, now);
    let mut commit = Commit::audited(event);
    authorizations::update(&mut commit, &decision.authorization, person.version);
    persons::update(&mut commit, &decision.person);
    let content = from_canonical(&authorization.canonical).ok_or(Again::Fault(
        AppError::Inconsistent("a stored content can't be read"),
    ))?;
    let asked = Asked {
        contract_name: &records.contract.name,
        person_name: &person.name,
        at: now,
    };
    let text = mail_texts::mail_otp(
        &app.profile,
        &content,
        code.expose(),
        &asked,
        issue.expires_at,
    );
    let letter = Letter {
        person,
        recipient: &issue.sent_to,
        kind: "mail-otp",
        text: &text,
        drop_at: Some(issue.expires_at),
    };
    let mail_id = app
        .queue_mail(&mut commit, &letter, now)
        .map_err(Again::Fault)?;
    app.commit(commit).await?;
    app.outbox_wake.notify_one();
    metrics::counter!("warifu_mail_otps_issued_total").increment(1);
    Ok(Ok(Issued {
        sent_to: masked_mail(&issue.sent_to),
        expires_at: issue.expires_at,
        issue: issue.issue,
        mail_id,
    }))
}
