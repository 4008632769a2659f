//! LOG-5, LOG-6: what a person sees right after logon.

use jiff::{SignedDuration, Timestamp};
use warifu_domain::address::hold_until;
use warifu_domain::instruction::Instruction;
use warifu_domain::logon::pin_notice_due;
use warifu_domain::operation::{Operation, Stage};
use warifu_domain::refusal::Refusal;
use warifu_store::tables::audit_trail;
use warifu_store::tables::instructions;

use super::accounts;
use super::current_session::Current;
use crate::context::App;
use crate::error::AppError;
use crate::ports::Account;

/// One use of the service.
#[derive(Clone, Debug)]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// The event kind's name, such as `logon-completed`.
    pub kind: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// PC or smartphone.
    pub channel: String,
    /// IP address, or the client system.
    pub address: String,
}

/// What the status page shows.
#[derive(Clone, Debug)]
pub struct StatusView {
    /// The last three uses.
    pub last_uses: Vec<Use>,
    /// Entered and not yet confirmed.
    pub waiting: Vec<Instruction>,
    /// The contract's accounts; empty if the core system doesn't answer.
    pub accounts: Vec<Account>,
    /// LOG-6: the logon PIN is old.
    pub logon_pin_old: bool,
    /// LOG-6: the confirmation PIN is old.
    pub confirmation_pin_old: bool,
    /// MAIL-6: transactions wait until then.
    pub hold_until: Option<Timestamp>,
    /// MAIL-4: no OTP address, though this person may do what asks for one.
    pub address_missing: bool,
    /// MAIL-4: from then on nobody transacts without; past if it is so already.
    pub mandatory_from: Option<Timestamp>,
}

/// The operations that lead a person to register an address (MAIL-1).
const MAIL_OTP_OPERATIONS: [Operation; 3] = [
    Operation::Transfer,
    Operation::ConsecutiveTransfer,
    Operation::TaxPayment,
];

/// MAIL-4: whether this person should be led to register an address, and from when on they must.
#[must_use]
pub fn address_wanted(app: &App, current: &Current) -> (bool, Option<Timestamp>) {
    let person = &current.person;
    let may = |o: &&Operation| person.permissions.allow(**o, Stage::Transmit);
    let concerned: Vec<_> = MAIL_OTP_OPERATIONS.iter().filter(may).collect();
    let uses = concerned
        .iter()
        .any(|o| app.profile.uses_mail_otp(**o, current.now));
    let from = concerned
        .iter()
        .filter_map(|o| app.profile.mail_otp_mandatory_from(**o))
        .min();
    (uses && person.otp_mail.is_none(), from)
}

/// MAIL-4: registering an address can wait until the mandatory date, not after.
///
/// # Errors
/// [`Refusal::SkipNotAllowed`].
pub fn skip_address(app: &App, current: &Current) -> Result<(), Refusal> {
    match address_wanted(app, current) {
        (true, Some(from)) if current.now >= from => Err(Refusal::SkipNotAllowed),
        _ => Ok(()),
    }
}

/// Reads the page's content.
///
/// # Errors
/// When the database failed.
pub async fn run(app: &App, current: &Current) -> Result<StatusView, AppError> {
    let (person, now) = (&current.person, current.now);
    let uses = audit_trail::last_uses(&app.db, &person.id, 3).await?;
    let since = now
        .saturating_sub(SignedDuration::from_hours(24 * 70))
        .unwrap_or(now);
    let waiting = instructions::waiting(&app.db, &current.contract.id, &person.id, since).await?;
    let accounts = accounts::run(app, current).await;
    let (address_missing, mandatory_from) = address_wanted(app, current);
    Ok(StatusView {
        last_uses: uses.into_iter().map(last_use).collect(),
        waiting,
        accounts,
        logon_pin_old: pin_notice_due(&app.profile, person.logon_pin_changed_at, now),
        confirmation_pin_old: pin_notice_due(&app.profile, person.confirmation_pin_changed_at, now),
        hold_until: hold_until(&app.profile.mail_otp, person).filter(|until| now < *until),
        address_missing,
        mandatory_from,
    })
}

fn last_use(recorded: audit_trail::Recorded) -> Use {
    let mut origin = recorded.origin.split(' ');
    Use {
        at: recorded.at,
        succeeded: !recorded.kind.ends_with("-refused"),
        kind: recorded.kind,
        channel: origin.next().unwrap_or_default().to_owned(),
        address: origin.next().unwrap_or_default().to_owned(),
    }
}
