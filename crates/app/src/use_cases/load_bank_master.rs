//! Loads newer bank and branch data, checked whole before it replaces the old.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_store::tables::settings;
use warifu_store::{Commit, CommitError, Db};
use warifu_zengin::master::{BankMaster, MasterFault};

use crate::audit;

/// Why it was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum NotLoaded {
    /// The file is faulty; the line is named.
    #[error("{0}")]
    Faulty(#[from] MasterFault),
    /// The database failed.
    #[error("{0}")]
    Store(#[from] CommitError),
}

/// Checks and loads the data. Servers use it from their next start on. Returns banks and branches.
///
/// # Errors
/// When the file is faulty or the database failed; then the old data stays.
pub async fn run(db: &Db, text: &str, now: Timestamp) -> Result<(usize, usize), NotLoaded> {
    let master = BankMaster::parse(text)?;
    let counts = (master.bank_count(), master.branch_count());
    let before = settings::find(db, settings::BANK_MASTER)
        .await
        .map_err(CommitError::Store)?;
    let data = json!({
        "bank_master": master.snapshot_date(),
        "banks": counts.0,
        "branches": counts.1,
    });
    let event = audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
    let mut commit = Commit::audited(event);
    settings::put(
        &mut commit,
        settings::BANK_MASTER,
        before.as_ref(),
        text.to_owned(),
    );
    db.commit(commit).await?;
    Ok(counts)
}
