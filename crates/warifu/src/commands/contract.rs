//! `warifu contract …`: what a bank sets up before a customer's first logon, and its release of
//! suspended persons.

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::json;
use warifu_app::use_cases::{release_person, set_up};
use warifu_app::{EmbeddedLedger, OTHER_BANKS};
use warifu_domain::address::parse_address;
use warifu_domain::contract::{Contract, Limits};
use warifu_domain::ids::{ContractId, PersonId, UserId};
use warifu_domain::person::Role;
use warifu_domain::token::UsageMode;
use warifu_store::{CommitError, SqliteMode};

use crate::cli::{AddPerson, ContractCommand, OpenContract, PersonArgs, ReleasePerson, UserRole};
use crate::output;

/// Opens a contract, adds a person, releases one.
pub async fn run(command: ContractCommand) -> Result<ExitCode> {
    match command {
        ContractCommand::Open(args) => open(args).await?,
        ContractCommand::AddPerson(args) => add_person(args).await?,
        ContractCommand::ReleasePerson(args) => release(&args).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(args: OpenContract) -> Result<()> {
    let (app, db) = super::application(&args.config, SqliteMode::ReadWrite).await?;
    let contract = Contract {
        id: ContractId::parse(&args.id)?,
        name: args.name,
        stopped: false,
        limits: Limits {
            per_transfer_yen: args.per_transfer_yen,
            per_day_yen: args.per_day_yen,
        },
        representative_account: args.account.clone(),
        token_mode: UsageMode::OneEach,
        version: 1,
    };
    let opened = set_up::open_contract(&app, &contract).await?;
    super::refused(opened, "the contract exists already")?;
    let ledger = EmbeddedLedger::new(db.clone(), app.profile().institution.bank_code.clone());
    match ledger.open_account(OTHER_BANKS, None, "", 0).await {
        Ok(()) | Err(CommitError::Conflict) => {}
        Err(error) => return Err(error.into()),
    }
    let id = Some(&contract.id);
    ledger
        .open_account(&args.account, id, &args.holder, args.balance_yen)
        .await
        .context("the account")?;
    db.close().await;
    output::message("Opened. Add its people with `warifu contract add-person`.");
    Ok(())
}

async fn add_person(args: AddPerson) -> Result<()> {
    let (app, db) = super::application(&args.person.config, SqliteMode::ReadWrite).await?;
    let (id, user) = ids(&args.person)?;
    set_up::contract(&app, &id)
        .await?
        .context("no such contract")?;
    let address = |typed: Option<String>| {
        typed
            .map(|a| super::refused(parse_address(&a), "mail address"))
            .transpose()
    };
    let new = set_up::NewPerson {
        role: match (&user, args.role) {
            (None, _) => Role::Administrator,
            (Some(_), Some(UserRole::Master)) => Role::Master,
            (Some(_), Some(UserRole::General) | None) => Role::General,
        },
        user_id: user,
        name: args.name,
        otp_mail: address(args.otp_mail)?,
        notice_mail: address(args.notice_mail)?,
        limits: Limits::default(),
    };
    let added = set_up::add_person(&app, &id, new).await?;
    let handed = super::refused(added, "the person exists already")?;
    db.close().await;
    output::message("Shown once: print it, hand it over, keep no copy.");
    let sheet = json!({
        "contract_id": id.as_str(), "user_id": args.person.user,
        "logon_pin": handed.logon_pin, "confirmation_pin": handed.confirmation_pin,
        "grid": handed.grid,
    });
    output::data(&sheet.to_string());
    Ok(())
}

async fn release(args: &ReleasePerson) -> Result<()> {
    let (app, db) = super::application(&args.person.config, SqliteMode::ReadWrite).await?;
    let (contract, user) = ids(&args.person)?;
    let person = PersonId::new(&contract, user.as_ref());
    let released = release_person::run(&app, &person, &args.request).await?;
    super::refused(released, "nobody suspended by that ID")?;
    db.close().await;
    output::message("Released; all counters start anew.");
    Ok(())
}

fn ids(args: &PersonArgs) -> Result<(ContractId, Option<UserId>)> {
    let user = args.user.as_deref().map(UserId::parse).transpose()?;
    Ok((ContractId::parse(&args.id)?, user))
}
