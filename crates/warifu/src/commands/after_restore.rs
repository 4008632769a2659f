//! `warifu after-restore`

use std::process::ExitCode;

use anyhow::Result;
use warifu_app::use_cases::housekeeping;
use warifu_store::SqliteMode;

use crate::cli::ConfigArgs;
use crate::config::Config;
use crate::rewind::Rewind;
use crate::{output, wiring};

/// Voids what a restored backup brought back, and lets servers start again.
pub async fn run(args: &ConfigArgs) -> Result<ExitCode> {
    let (app, db) = super::application(args, SqliteMode::ReadWrite).await?;
    let now = wiring::system_clock().now();
    let epoch = housekeeping::after_restore(&db, now).await?;
    housekeeping::run(&app).await?;
    let config = Config::read(&args.config)?;
    Rewind::new(&config.state_dir).remember(&db).await?;
    db.close().await;
    output::message(&format!(
        "Every open authorization is void; codes are of epoch {epoch} now. On other servers remove \
         the file clock-floor from their state_dir, then start them."
    ));
    Ok(ExitCode::SUCCESS)
}
