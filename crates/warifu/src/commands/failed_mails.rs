//! `warifu failed-mails`: mails that staff must follow up.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;
use warifu_app::use_cases::deliver_mail;
use warifu_store::SqliteMode;

use crate::cli::ConfigArgs;
use crate::output;

/// Lists them, the newest first.
pub async fn run(config: &ConfigArgs, as_json: bool) -> Result<ExitCode> {
    let (app, _db) = super::application(config, SqliteMode::ReadOnly).await?;
    let failed = deliver_mail::failed(&app).await?;
    if failed.is_empty() && !as_json {
        output::message("No mail has failed.");
    }
    for mail in failed {
        if as_json {
            let line = json!({
                "id": mail.id, "contract_id": mail.contract_id, "kind": mail.kind,
                "recipient": mail.recipient, "created_at": mail.created_at, "failure": mail.failure,
            });
            output::data(&line.to_string());
        } else {
            output::data(&format!(
                "{}  {}  {}  {}  {}",
                mail.created_at, mail.contract_id, mail.kind, mail.recipient, mail.failure
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
