//! NOT-4: hands queued mails over, at least once. A mail is leased, sent, and erased once taken; one
//! whose sender died is taken up again when the lease is over, with the same Message-ID.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use warifu_domain::account::masked_mail;
use warifu_domain::audit::EventKind;
use warifu_store::Commit;
use warifu_store::tables::outbox::{self, MailEnd, QueuedMail};

use crate::audit;
use crate::context::App;
use crate::error::{Again, AppError};
use crate::outbox::SealedMail;
use crate::ports::{MailFailure, OutgoingMail};

/// How long one worker has to hand a mail over.
const LEASE_SECS: i64 = 120;
/// Deliveries tried before a mail is given up: about two days with the waits below.
const ATTEMPTS_MAX: u32 = 23;
/// The longest wait between two tries.
const WAIT_SECS_MAX: i64 = 4 * 3600;

/// Tries every mail that is due. Returns how many were handed over.
///
/// # Errors
/// When the database failed.
pub async fn run(app: &App) -> Result<usize, AppError> {
    let mut delivered = 0;
    for mail in outbox::due(&app.db, app.now()?).await? {
        // The mail server may take its time: each mail has its own moment, or leases would begin
        // in the past.
        if deliver(app, mail, app.now()?).await? {
            delivered += 1;
        }
    }
    Ok(delivered)
}

/// Takes up at once what an earlier process had in its hands when it ended: a code's mail would be
/// late by the rest of the lease. Only for a process that is alone on its database, before it
/// delivers anything itself.
///
/// # Errors
/// When the database failed.
pub async fn take_up_again(app: &App) -> Result<(), AppError> {
    let mut commit = Commit::housekeeping();
    outbox::release(&mut commit, app.now()?);
    app.record(commit).await
}

/// Waits until a use case has queued a mail on this server. Others' mails are found by looking now
/// and then.
pub async fn queued(app: &App) {
    app.outbox_wake.notified().await;
}

/// How many mails wait, for the metrics.
///
/// # Errors
/// When the database failed.
pub async fn waiting(app: &App) -> Result<i64, AppError> {
    Ok(outbox::queued(&app.db).await?)
}

/// A mail that could not be delivered, for staff.
#[derive(Debug)]
pub struct FailedMail {
    /// Its ID.
    pub id: String,
    /// Of which contract.
    pub contract_id: String,
    /// What it told of.
    pub kind: String,
    /// Address, masked.
    pub recipient: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// What the mail server said.
    pub failure: String,
}

/// Mails that could not be delivered, the newest first.
///
/// # Errors
/// When the database failed.
pub async fn failed(app: &App) -> Result<Vec<FailedMail>, AppError> {
    let failed = outbox::failed(&app.db).await?;
    let row = |m: QueuedMail| FailedMail {
        id: m.id.to_string(),
        contract_id: m.contract_id.to_string(),
        kind: m.kind,
        recipient: masked_mail(&m.recipient),
        created_at: m.created_at,
        failure: m.failure.unwrap_or_default(),
    };
    Ok(failed.into_iter().map(row).collect())
}

/// Whether the mail with this ID could not be delivered.
///
/// # Errors
/// When the database failed.
pub async fn has_failed(app: &App, id: &warifu_domain::ids::MailId) -> Result<bool, AppError> {
    Ok(outbox::state(&app.db, id).await?.as_deref() == Some("failed"))
}

async fn deliver(app: &App, mut mail: QueuedMail, now: Timestamp) -> Result<bool, AppError> {
    if mail.drop_at.is_some_and(|drop_at| now > drop_at) {
        finish(app, &mail, MailEnd::Dropped, None, now).await?;
        return Ok(false);
    }
    let mut commit = Commit::housekeeping();
    outbox::lease(&mut commit, &mail, after(now, LEASE_SECS));
    match app.commit(commit).await {
        Ok(()) => mail.version += 1,
        // Another worker has it.
        Err(Again::Conflict) => return Ok(false),
        Err(Again::Fault(fault)) => return Err(fault),
    }
    mail.attempts += 1;
    let outgoing = match open(app, &mail) {
        Ok(outgoing) => outgoing,
        Err(fault) => {
            // It stays queued, since the right key may yet come; the others don't wait for it.
            tracing::error!(mail = %mail.id, %fault, "mail can't be read");
            return Ok(false);
        }
    };
    match app.mailer.send(&outgoing).await {
        Ok(()) => {
            metrics::counter!("warifu_mails_total", "outcome" => "delivered").increment(1);
            finish(app, &mail, MailEnd::Delivered, None, now).await?;
            Ok(true)
        }
        Err(MailFailure::Temporary(reason)) if mail.attempts < ATTEMPTS_MAX => {
            metrics::counter!("warifu_mails_total", "outcome" => "deferred").increment(1);
            tracing::warn!(mail = %mail.id, attempt = mail.attempts, %reason, "mail deferred");
            let mut commit = Commit::housekeeping();
            let wait = (1_i64 << mail.attempts.min(20)).min(WAIT_SECS_MAX);
            outbox::retry(&mut commit, &mail, after(now, wait), &reason);
            written(app.commit(commit).await).map(|()| false)
        }
        Err(MailFailure::Temporary(reason) | MailFailure::Permanent(reason)) => {
            metrics::counter!("warifu_mails_total", "outcome" => "failed").increment(1);
            tracing::error!(mail = %mail.id, %reason, "mail can't be delivered");
            finish(app, &mail, MailEnd::Failed, Some(&reason), now).await?;
            Ok(false)
        }
    }
}

fn open(app: &App, mail: &QueuedMail) -> Result<OutgoingMail, AppError> {
    let sealed = mail
        .sealed
        .as_deref()
        .ok_or(AppError::Inconsistent("a mail without text"))?;
    let plain = app.vault.open(outbox::TABLE, mail.id.as_str(), sealed)?;
    let text: SealedMail = serde_json::from_slice(&plain)
        .map_err(|_| AppError::Inconsistent("a sealed mail is damaged"))?;
    let sender = &app.profile.mail;
    let domain = sender
        .sender_address
        .rsplit_once('@')
        .map_or("localhost", |(_, d)| d);
    Ok(OutgoingMail {
        message_id: format!("{}@{domain}", mail.id),
        from_name: sender.sender_name.clone(),
        from_address: sender.sender_address.clone(),
        to: mail.recipient.clone(),
        subject: text.subject,
        text: text.text,
    })
}

async fn finish(
    app: &App,
    mail: &QueuedMail,
    end: MailEnd,
    failure: Option<&str>,
    now: Timestamp,
) -> Result<(), AppError> {
    let mut commit = Commit::housekeeping();
    outbox::finish(&mut commit, mail, end, now, failure);
    if end == MailEnd::Failed {
        let data = json!({ "mail": mail.id.as_str(), "kind": mail.kind, "failure": failure });
        let mut event = audit::of_institution(EventKind::MailFailed, &data, "outbox", now);
        event.chain = mail.contract_id.to_string();
        event.person_id = mail.person_id.as_ref().map(ToString::to_string);
        commit.event(event);
    }
    written(app.commit(commit).await)
}

/// A conflict here means that the lease was over and another worker took the mail: it ends it too.
fn written(result: Result<(), Again>) -> Result<(), AppError> {
    match result {
        Ok(()) | Err(Again::Conflict) => Ok(()),
        Err(Again::Fault(fault)) => Err(fault),
    }
}

fn after(now: Timestamp, secs: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(secs))
        .unwrap_or(now)
}
