//! One file per command.

mod after_restore;
mod api_client;
mod audit;
mod bank_master;
mod check;
mod contract;
mod failed_mails;
mod migrate;
pub mod serve;
mod token;

use std::process::ExitCode;

use anyhow::Result;
use warifu_app::App;
use warifu_app::ports::{Answer, MailFailure, Mailer, OutgoingMail};
use warifu_store::SqliteMode;

use crate::cli::{Command, ConfigArgs};
use crate::config::Config;
use crate::{demo, wiring};

/// Runs a command.
pub async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Demo(args) => demo::run(args).await,
        Command::Serve(args) => serve::run(&args).await,
        Command::Check { file } => check::run(&file),
        Command::Migrate(args) => migrate::run(&args).await,
        Command::Contract(command) => contract::run(command).await,
        Command::Token(command) => token::run(command).await,
        Command::ApiClient(command) => api_client::run(command).await,
        Command::FailedMails { config, json } => failed_mails::run(&config, json).await,
        Command::Audit(command) => audit::run(command).await,
        Command::BankMaster(command) => bank_master::run(command).await,
        Command::AfterRestore(args) => after_restore::run(&args).await,
    }
}

/// The application as a command needs it: mails are only queued, a server delivers them.
async fn application(args: &ConfigArgs, mode: SqliteMode) -> Result<(App, warifu_store::Db)> {
    let config = Config::read(&args.config)?;
    let (db, vault) = wiring::open(&config, mode).await?;
    let profile = wiring::read_profile(&config.profile_file)?;
    let outside = wiring::Outside {
        clock: wiring::system_clock(),
        mailer: std::sync::Arc::new(QueueOnly),
        pin_threads: 1,
        public_origin: config.server.public_origin,
        push: None,
    };
    let app = wiring::assemble(db.clone(), vault, profile, outside).await?;
    Ok((app, db))
}

struct QueueOnly;

impl Mailer for QueueOnly {
    fn send<'a>(&'a self, _: &'a OutgoingMail) -> Answer<'a, Result<(), MailFailure>> {
        Box::pin(async { Err(MailFailure::Temporary("a server delivers mails".to_owned())) })
    }
}

/// What a refusal means on the command line.
fn refused<T>(outcome: Result<T, warifu_domain::refusal::Refusal>, what: &str) -> Result<T> {
    outcome.map_err(|refusal| anyhow::anyhow!("{what}: {}", refusal.code()))
}
