//! TOK-1: hardware tokens as their maker delivers them (PSKC, RFC 6030) into the stock.
//!
//! A file is read twice: [`prepare`] first, since a file that was cut off or whose key is wrong must leave
//! nothing; then [`run`], in slices, with the memory of one slice.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::TokenId;
use warifu_domain::text::fold;
use warifu_domain::token::{Token, TokenClock, TokenKind, TokenStatus};
use warifu_otp::pskc::{ContainerError, KeyPackage, Mode, PskcError};
use warifu_store::Commit;
use warifu_store::tables::tokens;

use crate::audit;
use crate::context::{App, MAX_TRIES};
use crate::error::{Again, AppError};

/// Tokens in one commit.
const SLICE: usize = 2_000;

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Tokens now in stock.
    pub added: u64,
    /// Tokens whose serial is known already; they stay as they are.
    pub skipped: u64,
    /// Tokens that can't be used, by serial (or place in the file), with the reason.
    pub refused: Vec<(String, String)>,
}

/// Why nothing, or not everything, was imported.
#[derive(Debug, thiserror::Error)]
pub enum NotImported {
    /// The file can't be read (on).
    #[error(transparent)]
    File(#[from] ContainerError),
    /// The system failed.
    #[error(transparent)]
    Fault(#[from] AppError),
}

/// Reads the whole file without keeping anything. Returns how many packages there are; `progress` is told the
/// count so far.
///
/// # Errors
/// When the file is not a whole container, or the key is wrong.
pub fn prepare(
    packages: impl Iterator<Item = Result<KeyPackage, PskcError>>,
    progress: &mut dyn FnMut(u64),
) -> Result<u64, ContainerError> {
    let mut count = 0;
    for package in packages {
        if let Err(PskcError::Container(fault)) = package {
            return Err(fault);
        }
        count += 1;
        progress(count);
    }
    Ok(count)
}

/// Imports the packages; `file` names the file in the record. `progress` is told the count so far.
///
/// # Errors
/// When the file changed since [`prepare`], or the database failed; what was reported to `progress` stays, and
/// importing again skips it.
pub async fn run(
    app: &App,
    packages: impl Iterator<Item = Result<KeyPackage, PskcError>>,
    file: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<Imported, NotImported> {
    let mut imported = Imported::default();
    let mut slice = Vec::with_capacity(SLICE);
    let mut read = 0;
    for package in packages {
        read += 1;
        match usable(app, package) {
            Ok(token) => slice.push(token),
            Err(Unusable::File(fault)) => return Err(fault.into()),
            Err(Unusable::Package(serial, reason)) => imported.refused.push((serial, reason)),
        }
        if slice.len() >= SLICE {
            add(app, &mut slice, file, &mut imported).await?;
            progress(read);
        }
    }
    add(app, &mut slice, file, &mut imported).await?;
    progress(read);
    Ok(imported)
}

/// A token with its secret as the file has it.
struct Delivered {
    token: Token,
    key: warifu_otp::OtpKey,
}

enum Unusable {
    File(ContainerError),
    Package(String, String),
}

fn usable(app: &App, package: Result<KeyPackage, PskcError>) -> Result<Delivered, Unusable> {
    let package = match package {
        Ok(package) => package,
        Err(PskcError::Container(fault)) => return Err(Unusable::File(fault)),
        Err(PskcError::Package(fault)) => {
            let place = || format!("package {}", fault.index);
            let serial = fault.serial.clone().unwrap_or_else(place);
            return Err(Unusable::Package(serial, fault.reason.to_string()));
        }
    };
    let serial = fold(&package.serial);
    let refused = |reason: &str| Unusable::Package(serial.clone(), reason.to_owned());
    let Mode::Totp { totp, .. } = package.mode else {
        return Err(refused(
            "the token counts events; only time-based tokens are used",
        ));
    };
    let expires_at = match &package.expiry_date {
        None => None,
        Some(text) => {
            let expiry = date_time(app, text);
            Some(expiry.ok_or_else(|| refused("ExpiryDate is no date"))?)
        }
    };
    let token = Token {
        id: TokenId::from_entropy(app.random()),
        serial,
        kind: TokenKind::Hardware,
        contract_id: None,
        status: TokenStatus::Stock,
        totp,
        clock: TokenClock::default(),
        failures: 0,
        expires_at,
        app_key: None,
        version: 1,
    };
    let key = package.key;
    Ok(Delivered { token, key })
}

/// A date and time of the file; one without an offset is the institution's.
fn date_time(app: &App, text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let local: DateTime = text.parse().ok()?;
    let zoned = local.to_zoned(app.profile.time_zone.clone()).ok()?;
    Some(zoned.timestamp())
}

/// Adds what is not there yet, in one commit.
async fn add(
    app: &App,
    slice: &mut Vec<Delivered>,
    file: &str,
    imported: &mut Imported,
) -> Result<(), AppError> {
    if slice.is_empty() {
        return Ok(());
    }
    for _ in 0..MAX_TRIES {
        let serials: Vec<&str> = slice.iter().map(|d| d.token.serial.as_str()).collect();
        let mut known: HashSet<String> = tokens::known_serials(&app.db, &serials).await?;
        let mut added = 0;
        let mut commit = Commit::housekeeping();
        for Delivered { token, key } in slice.iter() {
            // A serial that comes twice in the file is known the second time.
            if known.insert(token.serial.clone()) {
                tokens::insert(&mut commit, token, app.seal_token(&token.id, key)?);
                added += 1;
            }
        }
        if added > 0 {
            let now = app.now()?;
            let data = json!({ "tokens_added": added, "file": file });
            let kind = EventKind::InstitutionAct;
            commit.event(audit::of_institution(kind, &data, "command line", now));
        }
        match app.commit(commit).await {
            Ok(()) => {
                imported.added += added;
                imported.skipped += slice.len() as u64 - added;
                slice.clear();
                return Ok(());
            }
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token conflicts"))
}
