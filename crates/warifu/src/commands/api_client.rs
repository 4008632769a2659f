//! `warifu api-client …`

use std::process::ExitCode;

use anyhow::{Result, bail};
use warifu_app::use_cases::set_up;
use warifu_store::SqliteMode;

use crate::cli::ApiClientCommand;
use crate::output;

/// Adds, revokes, lists.
pub async fn run(command: ApiClientCommand) -> Result<ExitCode> {
    match command {
        ApiClientCommand::Add { config, id, name } => {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if !(1..=32).contains(&id.len()) || !id.bytes().all(plain) {
                bail!("an ID is 1 to 32 lower-case letters, digits and hyphens");
            }
            let (app, db) = super::application(&config, SqliteMode::ReadWrite).await?;
            let added = set_up::add_api_client(&app, &id, &name).await?;
            let key = super::refused(added, "the client exists already")?;
            db.close().await;
            output::message("The key is shown once; only its hash is kept:");
            output::data(&key);
        }
        ApiClientCommand::Revoke { config, id } => {
            let (app, db) = super::application(&config, SqliteMode::ReadWrite).await?;
            let revoked = set_up::revoke_api_client(&app, &id).await?;
            super::refused(revoked, "no such client with a key in force")?;
            db.close().await;
            output::message("Revoked; running servers know within 5 seconds.");
        }
        ApiClientCommand::List { config } => {
            let (app, _db) = super::application(&config, SqliteMode::ReadOnly).await?;
            for client in set_up::api_clients(&app).await? {
                let state = match client.revoked_at {
                    Some(at) => format!("revoked {at}"),
                    None => "in force".to_owned(),
                };
                let line = format!(
                    "{}\t{}\t{state}\t{}",
                    client.id, client.created_at, client.name
                );
                output::data(&line);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
