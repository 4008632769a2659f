//! `warifu bank-master load FILE`

use std::process::ExitCode;

use anyhow::{Context, Result};
use warifu_app::use_cases::load_bank_master;
use warifu_store::SqliteMode;

use crate::cli::BankMasterCommand;
use crate::config::{Config, read_text};
use crate::{output, wiring};

/// Checks the file whole, then replaces the old data.
pub async fn run(command: BankMasterCommand) -> Result<ExitCode> {
    let BankMasterCommand::Load { config, file } = command;
    let config = Config::read(&config.config)?;
    let text = read_text(&file)?;
    let (db, _vault) = wiring::open(&config, SqliteMode::ReadWrite).await?;
    let loaded = load_bank_master::run(&db, &text, wiring::system_clock().now()).await;
    let (banks, branches) = loaded.with_context(|| file.display().to_string())?;
    db.close().await;
    output::message(&format!(
        "{banks} banks and {branches} branches loaded; servers use them from their next start on."
    ));
    Ok(ExitCode::SUCCESS)
}
