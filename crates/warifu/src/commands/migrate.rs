//! `warifu migrate`

use std::process::ExitCode;

use anyhow::{Context, Result};
use warifu_store::{Db, SqliteMode};

use crate::cli::ConfigArgs;
use crate::config::Config;
use crate::{output, wiring};

/// Applies what is missing and names it.
pub async fn run(args: &ConfigArgs) -> Result<ExitCode> {
    let config = Config::read(&args.config)?;
    let db_config = wiring::db_config(&config.database, SqliteMode::ReadWrite)?;
    let db = Db::open(&db_config).await.context("database")?;
    let applied = db.migrate().await?;
    db.close().await;
    if applied.is_empty() {
        output::message("The schema is up to date.");
    }
    for name in applied {
        output::data(&name);
    }
    Ok(ExitCode::SUCCESS)
}
